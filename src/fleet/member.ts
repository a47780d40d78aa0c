import type { Connection } from '../clients/connect.ts';
import type { IdentifierKind } from '../vocabulary.ts';
import { iotxSource } from './iotx.ts';
import type { FleetSource } from './source.ts';
import { thingparkSource } from './thingpark.ts';
import { thingspaceSource } from './thingspace.ts';

/** A connection whose devices belong to the fleet. */
export interface Member {
  connection: Connection;
  source: FleetSource;
  /** Kinds whose complete value the provider looks up itself: when it finds none, there is none. */
  exact: readonly IdentifierKind[];
}

const exact: Record<Connection['provider'], readonly IdentifierKind[]> = {
  thingpark: ['devEui'],
  thingspace: ['iccid', 'eid', 'mdn', 'msisdn', 'imei'],
  iotx: ['iccid', 'devEui'],
};

/** The fleet's view of a connection; undefined when it holds no devices (a ThingPark account with DX credentials only). */
export function memberOf(connection: Connection): Member | undefined {
  if (connection.provider === 'thingpark' && !connection.holds('oss')) return undefined;
  const make = { thingpark: thingparkSource, thingspace: thingspaceSource, iotx: iotxSource }[connection.provider];
  return { connection, source: make(connection), exact: exact[connection.provider] };
}
