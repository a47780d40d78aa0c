/** A named account at a provider, ready to be called. */
import type { Chance, Clock } from '../clock.ts';
import type { Contracts } from './catalogue.ts';
import { type Call, type Dialect, type Fetch, makeCall } from './http/client.ts';
import type { AnyEndpoint, AnyInput, Api } from './http/endpoint.ts';
import { Refusal } from './http/errors.ts';
import type { Latch } from './http/latch.ts';

interface Common {
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
export interface ConnectionSettings extends Common {
  /** The provider's own settings (addresses, credentials); only its own client reads them. */
  settings: unknown;
  /** Calls go to the sandbox in this process instead of the network. */
  embedded?: boolean | undefined;
}

/** A *connection* is always one named account at a provider. */
export interface Connection extends Common {
  call: Call;
  /** Throws the refusal of an operation that is not run here: its path is only guessed. */
  admit(entry: AnyEndpoint): void;
  /** Whether the connection holds credentials for this API. */
  holds(api: Api): boolean;
  /** Values from the configuration that calls of this provider use when the caller gives none. */
  defaults: Readonly<Record<string, string | undefined>>;
}

/** What an adapter may use. */
export interface AdapterDeps {
  connection: string;
  clock: Clock;
  /** Called with every token, so that none is ever shown. */
  learn(secret: string): void;
  latch: Latch;
}

/** A provider as the clients layer needs it; `S` are its own settings. */
export interface ProviderClient<S = unknown> {
  contracts: Contracts;
  adapter(settings: S, deps: AdapterDeps): Dialect;
  /** Whether these settings hold credentials for an API; all of them when absent. */
  holds?(settings: S, api: Api): boolean;
  /** See `Connection.defaults`. */
  defaults?(settings: S): Readonly<Record<string, string | undefined>>;
}

/** What a connection needs from outside. */
export interface Wire {
  fetch: Fetch;
  clock: Clock;
  chance: Chance;
  timeoutMs: number;
  learn(secret: string): void;
  latch: Latch;
}

export function connect(connection: ConnectionSettings, client: ProviderClient, wire: Wire): Connection {
  const { name, provider, sandbox, writes, allowGuessed, settings } = connection;
  const sent = makeCall({
    connection: name,
    dialect: client.adapter(settings, { connection: name, clock: wire.clock, learn: wire.learn, latch: wire.latch }),
    fetch: wire.fetch,
    clock: wire.clock,
    chance: wire.chance,
    timeoutMs: wire.timeoutMs,
    perSecond: connection.perSecond,
  });
  const admit = (entry: AnyEndpoint): void => {
    if (entry.sure !== 'guessed' || sandbox || allowGuessed) return;
    throw new Refusal(
      `${entry.id} is only guessed: no document shows its path`,
      `Nothing was sent. An operator may set allowGuessed for connection ${name} to try it.`,
    );
  };
  const any = async (entry: AnyEndpoint, input: AnyInput, options = {}): Promise<unknown> => {
    admit(entry);
    return sent.any(entry, input, options);
  };
  return {
    name,
    provider,
    sandbox,
    writes,
    allowGuessed,
    call: Object.assign(any as unknown as Call, { any }),
    admit,
    holds: (api) => client.holds?.(settings, api) ?? true,
    defaults: client.defaults?.(settings) ?? {},
  };
}
