import { thingspace as contracts } from '../../clients/thingspace/index.ts';
import { bind, type Played, Refuse, type Told } from '../behaviour.ts';
import { accounts, plans } from './accounts.ts';
import { devices } from './devices.ts';
import { admitSession, session } from './session.ts';
import { tokens } from './tokens.ts';
import { usage } from './usage.ts';
import { fault, invalidCredentials, missingCredentials, wrong, xmlFault } from './wrong.ts';

const refuse = (told: Told): Refuse => new Refuse(told.status, told.body);

/** An apostrophe, `<` or a backslash in any value of a request, at any depth. */
function holdsForbidden(value: unknown): boolean {
  if (typeof value === 'string') return /['<\\]/.test(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(holdsForbidden);
}

/**
 * ThingSpace as we play it: bearer before session, the same bearer for an hour, a session that slides 20 minutes, a user
 * locked after five bad logins, kinds in any case, 202 while there is more, acts that are accepted now and done later.
 * Our choice, since documents do not say: an unknown or ended session counts as expired; the codes of a locked user, a
 * wrong reason code and an unknown request; a suspended line may be deactivated; an unknown device is refused at once
 * while a state that does not fit fails the request later; a wrong method is 405; the bodies of 429, 500 and 503.
 */
export const playedThingspace: Played = {
  routes: [
    ...bind(contracts.tokens, tokens),
    ...bind(contracts.session, session),
    ...bind(contracts.accounts, accounts),
    ...bind(contracts.plans, plans),
    ...bind(contracts.devices, devices),
    ...bind(contracts.usage, usage),
  ],
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
    return {
      status,
      body: {
        errorCode: 'UnifiedWebService.REQUEST_FAILED.UnexpectedError',
        errorMessage: 'REQUEST_FAILED. An unexpected error occurred.',
      },
    };
  },
  missing: (wrongMethod) =>
    fault(
      wrongMethod ? 405 : 400,
      '900906',
      'No matching resource found in the API for the given request',
      'Check the API documentation and add a proper REST resource path',
    ),
};
