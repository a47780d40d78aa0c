/** What `doctor` reads from a ThingSpace account: lists of one device, and where callbacks go. */
import type { AccountRead, Connection, RegisteredCallback } from '../connect.ts';
import type { ReplyOf } from '../http/endpoint.ts';
import { accounts } from './accounts.ts';
import { callbacks } from './callbacks.ts';
import { defaultAccount, onlyAccounts } from './default-account.ts';
import { devices } from './devices.ts';

/** Accounts that the settings name; without one, only what every account of the login shows is read. */
export function thingspaceAccountReads(settings: {
  account?: string | undefined;
  accounts?: readonly string[] | undefined;
}): AccountRead[] {
  const { account, accounts: several = [] } = settings;
  const named = [...new Set([...(account === undefined ? [] : [account]), ...several])];
  return [
    { login: '', what: 'SIMs', entry: devices.list, input: { body: { maxNumberOfDevices: 1, largestDeviceIdSeen: 0 } } },
    ...named.map((accountName) => ({
      login: '',
      what: `account ${accountName}`,
      entry: accounts.read,
      input: { path: { accountName } },
      tells: provisioningOf,
    })),
  ];
}

function provisioningOf(reply: unknown): string | undefined {
  const { isProvisioningAllowed } = reply as ReplyOf<typeof accounts.read>;
  return isProvisioningAllowed === false ? 'SIMs must be added before they can be activated' : undefined;
}

/** The listeners of the accounts that the settings name. */
export async function thingspaceCallbacks(connection: Connection): Promise<RegisteredCallback[] | undefined> {
  const account = defaultAccount(connection);
  const named = onlyAccounts(connection) ?? (account === undefined ? undefined : [account]);
  if (!named) return undefined;
  const lists = await Promise.all(named.map((accountName) => connection.call(callbacks.list, { path: { accountName } })));
  return lists.flat().flatMap(({ serviceName, url }) => (url ? [{ service: serviceName ?? 'a service', url }] : []));
}
