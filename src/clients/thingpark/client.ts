import type { ProviderClient } from '../connect.ts';
import { thingparkAccountReads } from './account-reads.ts';
import { type ThingparkSettings, thingparkAdapter } from './adapter.ts';
import { thingpark } from './index.ts';

export type ThingparkAccount = Omit<ThingparkSettings, 'name'>;

/** ThingPark has two APIs, each with credentials of its own: OSS and DX. */
export const thingparkClient: ProviderClient<ThingparkAccount> = {
  contracts: thingpark,
  accountReads: thingparkAccountReads,
  adapter: (account, { connection, clock, learn }) => thingparkAdapter({ name: connection, ...account }, clock, learn),
  holds: ({ oss, dx }, api) => (api === 'oss' || api === 'oss-auth' ? oss : dx) !== undefined,
};
