import { thingspace as contracts } from '../../clients/thingspace/index.ts';
import { bindHandlers, type SandboxProvider, SandboxRefusal, type SandboxResponse } from '../handler.ts';
import { accounts } from './accounts.ts';
import { callbacks } from './callbacks.ts';
import { details } from './details.ts';
import { devices } from './devices.ts';
import { diagnostics } from './diagnostics.ts';
import { apiError, gatewayFault, invalidCredentials, missingCredentials, xmlGatewayFault } from './errors.ts';
import { events } from './events.ts';
import { globalDevices } from './global-devices.ts';
import { globalProfiles } from './global-profiles.ts';
import { groups } from './groups.ts';
import { hardware } from './hardware.ts';
import { labels } from './labels.ts';
import { leads } from './leads.ts';
import { nidd } from './nidd.ts';
import { orders } from './orders.ts';
import { outsideEvents } from './outside-events.ts';
import { plans } from './plans.ts';
import { profiles } from './profiles.ts';
import { promoTriggers } from './promo-triggers.ts';
import { reachability } from './reachability.ts';
import { seedThingspace } from './seed.ts';
import { authenticateSession, session } from './session.ts';
import { sms } from './sms.ts';
import { states } from './states.ts';
import { stock } from './stock.ts';
import { tokens } from './tokens.ts';
import { triggers } from './triggers.ts';
import { usage } from './usage.ts';

const refusal = ({ status, body }: SandboxResponse): SandboxRefusal => new SandboxRefusal(status, body);

/** Whether any value of a request, at any depth, contains an apostrophe, `<` or a backslash. */
function containsForbidden(value: unknown): boolean {
  if (typeof value === 'string') return /['<\\]/.test(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(containsForbidden);
}

const unexpectedError = {
  errorCode: 'UnifiedWebService.REQUEST_FAILED.UnexpectedError',
  errorMessage: 'REQUEST_FAILED. An unexpected error occurred.',
};

/**
 * The simulated ThingSpace API. The bearer token is checked before the session. All callers get the same bearer for an hour. A session expires
 * after 20 minutes without use. Five failed logins in a row lock the user. Identifier kinds are case-insensitive. A list that has more rows
 * returns 202. Changes are accepted at once and carried out later.
 *
 * Assumptions, because the documents do not say: an unknown or ended session counts as expired; the error codes for a locked user, an invalid
 * reason code and an unknown request; a suspended SIM can be deactivated; an unknown device is rejected at once, while a device in the wrong
 * state fails the request later; a wrong method returns 405; the bodies of 429, 500 and 503; a callback identifies a device by one of its identifiers, which varies.
 * Assumptions about one noun are documented in its file.
 *
 * Its one-shot faults:
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `expired-session` | 400 SessionToken.Expired; the token stays valid |
 * | `xml-403` | the gateway's XML error; no effect |
 * | `stall` | no response for `ms`, then 400 UnexpectedError; no effect, a retry succeeds |
 *
 * Its persistent faults:
 *
 * | fault | what the client sees |
 * | --- | --- |
 * | `half-fails` | every second device of a request fails, the others succeed |
 * | `duplicate-callbacks` | each callback arrives twice |
 * | `unordered-callbacks` | every second callback is `ms` late, so that the next one arrives before it |
 * | `warning-first` | a profile request first sends a `warning` callback and ends `ms` later |
 * | `line-quotas` | the sixth provisioning action of a SIM within 24 hours and its fifth plan change of a month fail; the error codes are invented |
 * | `no-callbacks` | no callback arrives |
 * | `older-forms` | request status with `subRequests` and a list of ids; callbacks by ICCID; accounts with `ipPools` |
 * | `soft-refusals` | creating a group that exists returns 200 with `success: false` |
 */
export const thingspaceSandbox: SandboxProvider = {
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
    'xml-403': { before: () => xmlGatewayFault(403, '404', 'Not Found', 'The requested resource is not available.') },
    stall: { delay: (ms = 30_000) => ms, before: () => ({ status: 400, body: unexpectedError }) },
  },
  persistentFaults: [
    'half-fails',
    'line-quotas',
    'duplicate-callbacks',
    'unordered-callbacks',
    'warning-first',
    'no-callbacks',
    'older-forms',
    'soft-refusals',
  ],
  events: outsideEvents,
  routes: bindHandlers(
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
      promoTriggers,
      profiles,
      globalProfiles,
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
  authenticate(entry, { world, headers, path, body }) {
    if (entry.api === 'ts-oauth') return;
    const sent = headers.get('authorization') ?? '';
    if (/^Basic /i.test(sent)) throw refusal(xmlGatewayFault(403, '404', 'Not Found', 'The requested resource is not available.'));
    const value = /^Bearer (.+)$/i.exec(sent)?.[1];
    if (value === undefined) throw refusal(missingCredentials());
    const { bearer } = world.thingspace;
    if (bearer?.value !== value || bearer.until <= world.clock.now()) throw refusal(this.expiredResponse());
    if (entry.id === contracts.session.login.id) return;
    authenticateSession(world, headers);
    if (containsForbidden(body) || containsForbidden(path)) {
      throw apiError('INPUT_INVALID.Request.InvalidCharacter', 'The request holds an invalid character.');
    }
  },
  expiredResponse: invalidCredentials,
  expireCredentials(world) {
    world.thingspace.bearer = undefined;
    world.thingspace.sessions.clear();
  },
  errorResponse(status) {
    if (status === 429) return gatewayFault(429, '900800', 'Message throttled out', 'You have exceeded your quota');
    if (status === 503) return xmlGatewayFault(503, '101503', 'Runtime Error', 'Error connecting to the back end');
    return { status, body: unexpectedError };
  },
  notFound: (wrongMethod) =>
    gatewayFault(
      wrongMethod ? 405 : 400,
      '900906',
      'No matching resource found in the API for the given request',
      'Check the API documentation and add a proper REST resource path',
    ),
};
