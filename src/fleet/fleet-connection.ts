import type { Connection } from '../clients/connect.ts';
import type { FleetProvider, FleetSource } from './source.ts';

/** A connection whose devices belong to the fleet. */
export interface FleetConnection {
  connection: Connection;
  source: FleetSource;
  provider: FleetProvider;
}

/** The fleet's view of a connection; undefined when it holds no devices. */
export function fleetConnectionOf(connection: Connection, provider: FleetProvider): FleetConnection | undefined {
  const source = provider.source(connection);
  return source && { connection, source, provider };
}
