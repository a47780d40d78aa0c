import type { Connection } from '../connect.ts';

/** The account name that the operator configured for a connection. */
export function defaultAccount(connection: Connection): string | undefined {
  return connection.defaults['account'];
}
