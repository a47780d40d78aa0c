/** A named account at a provider, ready to be called. */
import type { Clock, Random } from '../clock.ts';
import type { Redactor } from '../text/redact.ts';
import type { Contracts } from './catalogue.ts';
import { type Call, type Fetch, makeCall, type ProviderAdapter } from './http/client.ts';
import type { AnyEndpoint, AnyInput, Api } from './http/endpoint.ts';
import { Refusal } from './http/errors.ts';
import type { LoginLockout } from './http/login-lockout.ts';

interface CommonSettings {
  name: string;
  provider: string;
  /** Served by the embedded sandbox, or by one on a port. */
  sandbox: boolean;
  /** Off: every change is refused. */
  writes: boolean;
  /** Also run operations whose path is only guessed. */
  allowGuessed: boolean;
  /** Requests per second that the operator knows the provider to accept; learned when absent. */
  perSecond?: number | undefined;
}

/** What the configuration says about one account. */
export interface ConnectionSettings extends CommonSettings {
  /** The provider's own settings (addresses, credentials); only its own client reads them. */
  settings: unknown;
  /** Calls go to the sandbox in this process instead of the network. */
  embedded?: boolean | undefined;
}

/** A *connection* is always one named account at a provider. */
export interface Connection extends CommonSettings {
  call: Call;
  /** Throws the refusal of an operation that is not run here: its path is only guessed. */
  assertCallable(entry: AnyEndpoint): void;
  /** Whether the connection holds credentials for this API. */
  hasCredentialsFor(api: Api): boolean;
  /** Values from the configuration that calls of this provider use when the caller gives none. */
  defaults: Readonly<Record<string, string | undefined>>;
}

/** What an adapter may use. */
export interface AdapterDeps {
  connection: string;
  clock: Clock;
  /** Called with every token, so that none is ever shown. */
  learn(secret: string): void;
  latch: LoginLockout;
}

/** A harmless read that shows whether the credentials are accepted, and what they may read. */
export interface AccountRead {
  /** The part of the settings with the credentials, `oss`; empty where the connection has one login. */
  login: string;
  /** What it reads, for people: `devices`. */
  what: string;
  /** An operation without effects. */
  entry: AnyEndpoint;
  input: AnyInput;
  /** A healthy account may lack the right to this. */
  optional?: boolean;
  /** What the reply says about the account itself, for people. */
  tells?: (reply: unknown) => string | undefined;
}

/** An address at which the provider delivers callbacks, as it is registered there. */
export interface RegisteredCallback {
  service: string;
  url: string;
}

/** A provider as the clients layer needs it; `S` are its own settings. */
export interface ProviderClient<S = unknown> {
  contracts: Contracts;
  /** For `doctor`: at least one for each login of these settings, the surest first. */
  accountReads(settings: S): readonly AccountRead[];
  /** Where the provider delivers callbacks, read from it; undefined where these settings do not tell for which account. */
  registeredCallbacks?(connection: Connection): Promise<readonly RegisteredCallback[] | undefined>;
  adapter(settings: S, deps: AdapterDeps): ProviderAdapter;
  /** Whether these settings hold credentials for an API; all of them when absent. */
  holds?(settings: S, api: Api): boolean;
  /** See `Connection.defaults`. */
  defaults?(settings: S): Readonly<Record<string, string | undefined>>;
}

/** What a connection needs from outside. */
export interface ConnectionDeps {
  fetch: Fetch;
  clock: Clock;
  random: Random;
  timeoutMs: number;
  /** Called with every token that the provider issues. */
  registerSecret(secret: string): void;
  /** No error of a call repeats what it knows. */
  redactor?: Redactor | undefined;
  loginLockout: LoginLockout;
}

export function connect(connection: ConnectionSettings, client: ProviderClient, wire: ConnectionDeps): Connection {
  const { name, provider, sandbox, writes, allowGuessed, settings } = connection;
  const callUnchecked = makeCall({
    connection: name,
    adapter: client.adapter(settings, {
      connection: name,
      clock: wire.clock,
      learn: wire.registerSecret,
      latch: wire.loginLockout,
    }),
    fetch: wire.fetch,
    clock: wire.clock,
    random: wire.random,
    timeoutMs: wire.timeoutMs,
    perSecond: connection.perSecond,
    redactor: wire.redactor,
  });
  const assertCallable = (entry: AnyEndpoint): void => {
    if (entry.sure !== 'guessed' || sandbox || allowGuessed) return;
    throw new Refusal(
      `${entry.id} is only guessed: no document shows its path`,
      `Nothing was sent. An operator may set allowGuessed for connection ${name} to try it.`,
    );
  };
  const any = async (entry: AnyEndpoint, input: AnyInput, options = {}): Promise<unknown> => {
    assertCallable(entry);
    return callUnchecked.any(entry, input, options);
  };
  return {
    name,
    provider,
    sandbox,
    writes,
    allowGuessed,
    call: Object.assign(any as unknown as Call, { any }),
    assertCallable,
    hasCredentialsFor: (api) => client.holds?.(settings, api) ?? true,
    defaults: client.defaults?.(settings) ?? {},
  };
}
