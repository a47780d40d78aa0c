import type { ProviderClient } from '../connect.ts';
import { thingspaceAdapter } from './adapter.ts';
import { thingspace } from './index.ts';
import type { ThingspaceSettings } from './sign-in.ts';

/** `account` is the account name that calls use when the caller names none. */
export type ThingspaceAccount = Omit<ThingspaceSettings, 'name'> & { account?: string | undefined };

export const thingspaceClient: ProviderClient<ThingspaceAccount> = {
  contracts: thingspace,
  adapter: (account, { connection, clock, learn, latch }) => thingspaceAdapter({ name: connection, ...account }, clock, learn, latch),
  defaults: ({ account }) => ({ account }),
};
