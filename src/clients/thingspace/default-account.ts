import type { Connection } from '../connect.ts';

/** The account name that the operator configured for a connection, for calls that must name one. */
export function defaultAccount(connection: Connection): string | undefined {
  return connection.defaults['account'];
}

/** The accounts to which the operator restricted the reads of a connection; undefined when they cover every account of the login. */
export function onlyAccounts(connection: Connection): readonly string[] | undefined {
  return connection.defaults['accounts']?.split('\n');
}

/** The value of `Connection.defaults` that `onlyAccounts` reads. */
export function accountsText(accounts: readonly string[] | undefined): string | undefined {
  return accounts?.join('\n');
}
