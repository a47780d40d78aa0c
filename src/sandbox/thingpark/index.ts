import { thingpark as contracts } from '../../clients/thingpark/index.ts';
import { bind, type Played, Refuse } from '../behaviour.ts';
import { appServers, deviceProfiles, networkSubscriptions } from './catalogues.ts';
import { devices } from './devices.ts';
import { offers, orders } from './orders.ts';
import { tokens } from './tokens.ts';

/**
 * ThingPark as we play it: Keycloak tokens of 300 s, DX tokens handed out again while valid, cursor only with sort=EUI,
 * count only on the first page, pageSize clamped, keys never returned, licences that run out. The statuses of a duplicate
 * DevEUI (409) and of a used-up plan (409) are our choice; documents do not say.
 */
export const playedThingpark: Played = {
  routes: [
    ...bind(contracts.tokens, tokens),
    ...bind(contracts.devices, devices),
    ...bind(contracts.deviceProfiles, deviceProfiles),
    ...bind(contracts.appServers, appServers),
    ...bind(contracts.networkSubscriptions, networkSubscriptions),
    ...bind(contracts.offers, offers),
    ...bind(contracts.orders, orders),
  ],
  mounts: {
    'dx-admin': ['/thingpark/dx/admin/latest/api', '/admin/latest/api', '/admin/v141/api', '/core/v141/api'],
    'dx-token': ['/thingpark/dx/admin/latest/api', '/admin/latest/api', '/admin/v141/api', '/core/v141/api'],
    'dx-core': ['/thingpark/dx/core/latest/api', '/core/latest/api', '/core/v141/api'],
  },
  admit(entry, { world, headers }) {
    if (entry.api === 'oss-auth' || entry.api === 'dx-token') return;
    const value = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const token = value === undefined ? undefined : world.thingpark.tokens.get(value);
    const fits = token && (token.kind === 'oss' || entry.api !== 'oss');
    if (!fits || token.until <= world.clock.now()) throw new Refuse(401, this.expired().body);
  },
  expired: () => ({ status: 401, body: { code: 401, message: 'Invalid or expired token' } }),
  expire(world) {
    for (const token of world.thingpark.tokens.values()) token.until = 0;
  },
  failure: (status) => ({
    status,
    body: { code: status === 429 ? 429 : 25, message: status === 429 ? 'Too many requests' : 'unknown error' },
  }),
  missing: (wrongMethod) => ({
    status: wrongMethod ? 405 : 404,
    body: { code: wrongMethod ? 405 : 404, message: wrongMethod ? 'Method not allowed' : 'Not found' },
  }),
};
