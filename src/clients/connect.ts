/** A named account at a provider, ready to be called. */
import type { Chance, Clock } from '../clock.ts';
import type { Provider } from '../vocabulary.ts';
import { type Call, type Dialect, type Fetch, makeCall } from './http/client.ts';
import type { AnyEndpoint, AnyInput, Api } from './http/endpoint.ts';
import { Refusal } from './http/errors.ts';
import { type IotxSettings, iotxDialect } from './iotx/dialect.ts';
import type { ProductKey } from './iotx/products.ts';
import { type ThingparkSettings, thingparkDialect } from './thingpark/dialect.ts';
import { type ThingspaceSettings, thingspaceDialect } from './thingspace/dialect.ts';
import type { Latch } from './thingspace/latch.ts';

interface Common {
  name: string;
  /** Played by the embedded sandbox, or by one on a port. */
  sandbox: boolean;
  /** Off: every change is refused. */
  writes: boolean;
  /** Also run operations whose path is only guessed. */
  allowGuessed: boolean;
  /** Requests a second that the operator knows the provider to take; learned when absent. */
  perSecond?: number | undefined;
}

/** What the configuration says about one account. */
export type ConnectionSettings =
  | (Common & { provider: 'thingpark'; thingpark: Omit<ThingparkSettings, 'name'> })
  | (Common & { provider: 'thingspace'; thingspace: Omit<ThingspaceSettings, 'name'> & { account?: string | undefined } })
  | (Common & { provider: 'iotx'; iotx: Omit<IotxSettings, 'name'> & { productKey: ProductKey; currency?: string | undefined } });

/** *Connection* always means our named account at a provider. */
export interface Connection extends Common {
  provider: Provider;
  call: Call;
  /** Throws the refusal of an operation that is not run here: its path is only guessed. */
  admit(entry: AnyEndpoint): void;
  /** Whether the connection holds credentials for this api. */
  holds(api: Api): boolean;
  /** ThingSpace: the account that a call without one means. */
  account?: string | undefined;
  /** iot-x: how the product is named in a PATCH. */
  productKey?: ProductKey;
  /** iot-x: the currency of all amounts, where the operator knows it; no answer tells. */
  currency?: string | undefined;
}

/** What a connection needs from outside. */
export interface Wire {
  fetch: Fetch;
  clock: Clock;
  chance: Chance;
  timeoutMs: number;
  /** Told every token, so that none is ever shown. */
  learn(secret: string): void;
  latch: Latch;
}

export function connect(settings: ConnectionSettings, wire: Wire): Connection {
  const { name, provider, sandbox, writes, allowGuessed } = settings;
  const dialect = dialectOf(settings, wire);
  const sent = makeCall({
    connection: name,
    dialect,
    fetch: wire.fetch,
    clock: wire.clock,
    chance: wire.chance,
    timeoutMs: wire.timeoutMs,
    perSecond: settings.perSecond,
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
  const call = Object.assign(any as unknown as Call, { any });
  return {
    name,
    provider,
    sandbox,
    writes,
    allowGuessed,
    call,
    admit,
    holds: (api) =>
      settings.provider !== 'thingpark' ||
      (api === 'oss' || api === 'oss-auth' ? settings.thingpark.oss : settings.thingpark.dx) !== undefined,
    ...(settings.provider === 'thingspace' ? { account: settings.thingspace.account } : {}),
    ...(settings.provider === 'iotx' ? { productKey: settings.iotx.productKey, currency: settings.iotx.currency } : {}),
  };
}

function dialectOf(settings: ConnectionSettings, wire: Wire): Dialect {
  const { name } = settings;
  switch (settings.provider) {
    case 'thingpark':
      return thingparkDialect({ name, ...settings.thingpark }, wire.clock, wire.learn);
    case 'thingspace':
      return thingspaceDialect({ name, ...settings.thingspace }, wire.clock, wire.learn, wire.latch);
    case 'iotx':
      return iotxDialect({ name, ...settings.iotx });
  }
}
