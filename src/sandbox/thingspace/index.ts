import { z } from 'zod';

import { thingspace as contracts } from '../../clients/thingspace/index.ts';
import { bind, type Played, Refuse, sandboxEvent, type Told } from '../behaviour.ts';
import { accounts } from './accounts.ts';
import { callbacks } from './callbacks.ts';
import { details } from './details.ts';
import { devices } from './devices.ts';
import { diagnostics } from './diagnostics.ts';
import { events } from './events.ts';
import { globalDevices } from './global-devices.ts';
import { groups } from './groups.ts';
import { hardware } from './hardware.ts';
import { labels } from './labels.ts';
import { leads } from './leads.ts';
import { nidd } from './nidd.ts';
import { orders } from './orders.ts';
import { plans } from './plans.ts';
import { profiles } from './profiles.ts';
import { reachability } from './reachability.ts';
import { seedThingspace } from './seed.ts';
import { admitSession, session } from './session.ts';
import { sms } from './sms.ts';
import { states } from './states.ts';
import { stock } from './stock.ts';
import { tokens } from './tokens.ts';
import { triggers } from './triggers.ts';
import { usage } from './usage.ts';
import { fault, invalidCredentials, missingCredentials, wrong, xmlFault } from './wrong.ts';

const refuse = (told: Told): Refuse => new Refuse(told.status, told.body);

/** An apostrophe, `<` or a backslash in any value of a request, at any depth. */
function holdsForbidden(value: unknown): boolean {
  if (typeof value === 'string') return /['<\\]/.test(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(holdsForbidden);
}

const unexpectedError = {
  errorCode: 'UnifiedWebService.REQUEST_FAILED.UnexpectedError',
  errorMessage: 'REQUEST_FAILED. An unexpected error occurred.',
};

// A state change that does not come through this API.
const setSimState = sandboxEvent(
  z.strictObject({
    what: z.literal('line-state'),
    iccid: z.string(),
    state: z.enum(['active', 'suspend', 'deactive', 'pre-active']),
  }),
  (world, { iccid, state }) => {
    const sim = world.thingspace.devices.find((one) => one.iccid === iccid);
    if (!sim) throw new Refuse(404, { message: 'no such line' });
    sim.state = state;
    return { iccid, state };
  },
);

/**
 * ThingSpace as we play it: bearer before session, the same bearer for an hour, a session that slides 20 minutes, a user
 * locked after five bad logins, kinds in any case, 202 while there is more, acts that are accepted now and done later.
 * Our choice, since documents do not say: an unknown or ended session counts as expired; the codes of a locked user, a
 * wrong reason code and an unknown request; a suspended line may be deactivated; an unknown device is refused at once
 * while a state that does not fit fails the request later; a wrong method is 405; the bodies of 429, 500 and 503; messages
 * to a listener name a device by its ICCID. Other choices stand with the noun they belong to.
 */
export const playedThingspace: Played = {
  name: 'thingspace',
  seed: seedThingspace,
  deviceCount: (world) => world.thingspace.devices.length,
  faults: {
    'expired-session': {
      before(world) {
        world.thingspace.sessions.clear();
        return undefined;
      },
    },
    'xml-403': { before: () => xmlFault(403, '404', 'Not Found', 'The requested resource is not available.') },
    stall: { delay: (ms = 30_000) => ms, before: () => ({ status: 400, body: unexpectedError }) },
  },
  habits: ['half-fails', 'line-quotas', 'duplicate-callbacks', 'unordered-callbacks', 'warning-first', 'no-callbacks'],
  events: [setSimState],
  routes: bind(
    contracts,
    {
      tokens,
      session,
      accounts,
      plans,
      leads,
      devices,
      stock,
      details,
      hardware,
      states,
      orders,
      diagnostics,
      usage,
      events,
      groups,
      labels,
      sms,
      nidd,
      reachability,
      callbacks,
      triggers,
      profiles,
      globalDevices,
    },
    {
      leads: { list: ['GET /api/m2m/v1/leads/{accountName}/'] },
      states: { list: ['GET /api/m2m/v1/accounts/{accountName}/stateandservices'] },
      orders: { status: ['POST /api/m2m/v1/devices/request/status'] },
      groups: { read: ['GET /api/m2m/v1/groups/{accountName}/name/{groupName}/'] },
      sms: { list: ['GET /api/m2m/v1/sms/{accountName}/history/'] },
    },
  ),
  mounts: {},
  admit(entry, { world, headers, path, body }) {
    if (entry.api === 'ts-oauth') return;
    const sent = headers.get('authorization') ?? '';
    if (/^Basic /i.test(sent)) throw refuse(xmlFault(403, '404', 'Not Found', 'The requested resource is not available.'));
    const value = /^Bearer (.+)$/i.exec(sent)?.[1];
    if (value === undefined) throw refuse(missingCredentials());
    const { bearer } = world.thingspace;
    if (bearer?.value !== value || bearer.until <= world.clock.now()) throw refuse(this.expired());
    if (entry.id === contracts.session.login.id) return;
    admitSession(world, headers);
    if (holdsForbidden(body) || holdsForbidden(path)) {
      throw wrong('INPUT_INVALID.Request.InvalidCharacter', 'The request holds an invalid character.');
    }
  },
  expired: invalidCredentials,
  expire(world) {
    world.thingspace.bearer = undefined;
    world.thingspace.sessions.clear();
  },
  failure(status) {
    if (status === 429) return fault(429, '900800', 'Message throttled out', 'You have exceeded your quota');
    if (status === 503) return xmlFault(503, '101503', 'Runtime Error', 'Error connecting to the back end');
    return { status, body: unexpectedError };
  },
  missing: (wrongMethod) =>
    fault(
      wrongMethod ? 405 : 400,
      '900906',
      'No matching resource found in the API for the given request',
      'Check the API documentation and add a proper REST resource path',
    ),
};
