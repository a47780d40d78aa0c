import type { ProviderClient } from '../connect.ts';
import { type IotxSettings, iotxDialect } from './dialect.ts';
import { iotx } from './index.ts';
import type { ProductKey } from './products.ts';

/** `productKey`: how a product is named in a PATCH. `currency`: ISO 4217, of all amounts; no answer tells it. */
export type IotxAccount = Omit<IotxSettings, 'name'> & { productKey: ProductKey; currency?: string | undefined };

export const iotxClient: ProviderClient<IotxAccount> = {
  contracts: iotx,
  adapter: (account, { connection }) => iotxDialect({ name: connection, ...account }),
  defaults: ({ productKey, currency }) => ({ productKey, currency }),
};
