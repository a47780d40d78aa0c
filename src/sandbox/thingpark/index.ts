import { thingpark as contracts } from '../../clients/thingpark/index.ts';
import { asObject, type BoundRoute, bindHandlers, type SandboxProvider, SandboxRefusal, type SandboxResponse } from '../handler.ts';
import { alarms } from './alarms.ts';
import { appServers } from './app-servers.ts';
import { baseStationAlarms, baseStations } from './base-stations.ts';
import { cellularNetworkContexts, deviceProfiles, networkSubscriptions, subscription } from './catalogues.ts';
import { cellularDevices } from './device-create.ts';
import { devices } from './devices.ts';
import { dxDeviceAlarms } from './dx-alarms.ts';
import { dxBaseStationAlarms } from './dx-base-station-alarms.ts';
import { dxBaseStations } from './dx-base-stations.ts';
import { dxConnectivityPlans, dxDeviceProfiles, dxRoutes } from './dx-catalogues.ts';
import { dxConnections } from './dx-connections.ts';
import { dxDevices } from './dx-devices.ts';
import { dxRoutingProfiles } from './dx-routing-profiles.ts';
import { dxStatistics } from './dx-statistics.ts';
import { multicastGroups } from './multicast-groups.ts';
import { offers, orders } from './orders.ts';
import { subscribers, suppliers, vendors } from './parties.ts';
import { accessCodes, applications, profiles } from './portal.ts';
import { events } from './sandbox-events.ts';
import { seedThingpark } from './seed.ts';
import { domains, tags } from './tags.ts';
import { tokens } from './tokens.ts';
import { batLevels, frames, locations } from './traffic.ts';
import { users } from './users.ts';

/**
 * The ThingPark sandbox. Keycloak tokens live 300 s; a DX token is issued again while it is valid. The device list takes a cursor only
 * with sort=EUI, returns `count` only on the first page, and clamps pageSize. Keys are never returned. Licences are limited. OSS and DX
 * share one store of devices. Undocumented, so a sandbox choice: 409 for a duplicate DevEUI, a plan without free licences, a version
 * conflict and a refused downlink; 404 for an unknown device.
 *
 * Its persistent faults:
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `unknown-400` | 400 "Device not found" for an unknown device, instead of 404 |
 * | `same-page` | base stations and their alarms always return the first page, whatever page is requested |
 */
export const thingparkSandbox: SandboxProvider = {
  name: 'thingpark',
  seed: seedThingpark,
  deviceCount: (world) => world.thingpark.devices.size,
  faults: {},
  persistentFaults: ['unknown-400', 'same-page'],
  events,
  routes: withDxErrorIds(
    bindHandlers(contracts, {
      tokens,
      subscription,
      devices,
      cellularDevices,
      deviceProfiles,
      appServers,
      networkSubscriptions,
      cellularNetworkContexts,
      frames,
      batLevels,
      locations,
      alarms,
      tags,
      domains,
      multicastGroups,
      baseStations,
      baseStationAlarms,
      dxDevices,
      dxDeviceProfiles,
      dxConnectivityPlans,
      dxDeviceAlarms,
      dxStatistics,
      dxBaseStations,
      dxBaseStationAlarms,
      dxRoutes,
      dxRoutingProfiles,
      dxConnections,
      profiles,
      suppliers,
      vendors,
      subscribers,
      users,
      offers,
      orders,
      applications,
      accessCodes,
    }),
  ),
  mounts: {
    'dx-admin': ['/thingpark/dx/admin/latest/api', '/admin/latest/api', '/admin/v141/api', '/core/v141/api'],
    'dx-token': ['/thingpark/dx/admin/latest/api', '/admin/latest/api', '/admin/v141/api', '/core/v141/api'],
    'dx-core': ['/thingpark/dx/core/latest/api', '/core/latest/api', '/core/v141/api'],
  },
  authenticate(entry, { world, headers }) {
    if (entry.api === 'oss-auth' || entry.api === 'dx-token') return;
    const value = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const token = value === undefined ? undefined : world.thingpark.tokens.get(value);
    const fits = token && (token.kind === 'oss' || entry.api !== 'oss');
    if (!fits || token.expiresAt <= world.clock.now()) throw new SandboxRefusal(401, errorBodyFor(401, 'Invalid or expired token'));
  },
  expiredResponse: () => ({ status: 401, body: errorBodyFor(401, 'Invalid or expired token') }),
  expireCredentials(world) {
    for (const token of world.thingpark.tokens.values()) token.expiresAt = 0;
  },
  errorResponse: (status) => ({
    status,
    body: { code: status === 429 ? 429 : 25, message: status === 429 ? 'Too many requests' : 'unknown error', errorId: 'sandbox' },
  }),
  notFound: (wrongMethod) => ({
    status: wrongMethod ? 405 : 404,
    body: errorBodyFor(wrongMethod ? 405 : 404, wrongMethod ? 'Method not allowed' : 'Not found'),
  }),
};

/** Adds `errorId` to the refusals of DX handlers that share code with OSS. OAuth errors have a form of their own. */
function withDxErrorIds(routes: readonly BoundRoute[]): BoundRoute[] {
  return routes.map(({ handler, ...route }) => ({
    ...route,
    handler: route.entry.api === 'dx-core' || route.entry.api === 'dx-admin' ? (request) => withErrorId(() => handler(request)) : handler,
  }));
}

function withErrorId(answer: () => SandboxResponse): SandboxResponse {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof SandboxRefusal)) throw error;
    const { status, body, headers } = error.response;
    throw new SandboxRefusal(status, { errorId: 'sandbox', ...asObject(body) }, headers);
  }
}

/** The error body of the platform itself. `errorId` belongs to DX; OSS clients ignore it. */
function errorBodyFor(status: number, message: string): { code: number; message: string; errorId: string } {
  return { code: status, message, errorId: 'sandbox' };
}
