import type { Connection } from '../clients/connect.ts';
import type { Device } from './device.ts';
import type { FleetProvider, FleetSource } from './source.ts';

/** A connection whose devices belong to the fleet. */
export interface FleetConnection {
  connection: Connection;
  source: FleetSource;
  provider: FleetProvider;
  /** Set where a caller reaches only some devices of the connection: the whole of it, and which devices these are. */
  limit?: { whole: FleetConnection; includes(device: Device): boolean };
}

/** The fleet's view of a connection; undefined when it holds no devices. */
export function fleetConnectionOf(connection: Connection, provider: FleetProvider): FleetConnection | undefined {
  const source = provider.source(connection);
  return source && { connection, source, provider };
}
