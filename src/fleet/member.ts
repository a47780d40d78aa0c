import type { Connection } from '../clients/connect.ts';
import type { FleetProvider, FleetSource } from './source.ts';

/** A connection whose devices belong to the fleet. */
export interface Member {
  connection: Connection;
  source: FleetSource;
  provider: FleetProvider;
}

/** The fleet's view of a connection; undefined when it holds no devices. */
export function memberOf(connection: Connection, provider: FleetProvider): Member | undefined {
  const source = provider.source(connection);
  return source && { connection, source, provider };
}
