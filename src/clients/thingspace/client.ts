import type { ProviderClient } from '../connect.ts';
import { thingspaceAccountReads, thingspaceCallbacks } from './account-reads.ts';
import { thingspaceAdapter } from './adapter.ts';
import { accountsText } from './default-account.ts';
import { thingspace } from './index.ts';
import type { ThingspaceSettings } from './sign-in.ts';

/** `account` is the account name that calls use when the caller names none; reads cover only `accounts`, or every account of the login. */
export type ThingspaceAccount = Omit<ThingspaceSettings, 'name'> & {
  account?: string | undefined;
  accounts?: readonly string[] | undefined;
};

export const thingspaceClient: ProviderClient<ThingspaceAccount> = {
  contracts: thingspace,
  accountReads: thingspaceAccountReads,
  registeredCallbacks: thingspaceCallbacks,
  adapter: (account, { connection, clock, learn, latch }) => thingspaceAdapter({ name: connection, ...account }, clock, learn, latch),
  defaults: ({ account, accounts }) => ({ account, accounts: accountsText(accounts) }),
};
