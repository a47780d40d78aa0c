import type { ProviderClient } from '../connect.ts';
import { iotxAccountReads } from './account-reads.ts';
import { type IotxSettings, iotxAdapter } from './adapter.ts';
import { iotx } from './index.ts';
import type { ProductKey } from './products.ts';

/** `productKey`: how a product is named in a PATCH. `currency`: ISO 4217, of all amounts; no answer tells it. */
export type IotxAccount = Omit<IotxSettings, 'name'> & { productKey: ProductKey; currency?: string | undefined };

export const iotxClient: ProviderClient<IotxAccount> = {
  contracts: iotx,
  accountReads: iotxAccountReads,
  adapter: (account, { connection }) => iotxAdapter({ name: connection, ...account }),
  defaults: ({ productKey, currency }) => ({ productKey, currency }),
};
