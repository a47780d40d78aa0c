/** A resource reads like a card: its address, what it holds, how its members are completed. */
import type { Gate } from '../changes/gate.ts';
import type { InForce } from '../changes/rules/in-force.ts';
import type { Catalogue } from '../clients/catalogue.ts';
import type { Connection } from '../clients/connect.ts';
import type { Clock } from '../clock.ts';
import type { Fleet } from '../fleet/index.ts';
import type { AuditRow } from '../store/audit.ts';

/** What a resource may use. */
export interface World {
  fleet: Fleet;
  gate: Gate;
  catalogue: Catalogue;
  clock: Clock;
  connections: readonly Connection[];
  policy: InForce;
  /** The record, oldest line first. */
  audit(): AsyncIterable<AuditRow>;
}

export interface Resource {
  name: string;
  title: string;
  description: string;
  /** `iot://changes/{id}`; without members it stands in the list, else among the templates. */
  uri: string;
  /** The JSON it holds, as this caller may read it; undefined when there is no such thing. */
  read(members: Readonly<Record<string, string>>, world: World, signal: AbortSignal, caller: string): Promise<unknown>;
  /** Values that a member may have, by what is typed and what is known of the others. */
  complete?: Readonly<
    Record<string, (typed: string, world: World, others: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<string[]>>
  >;
}

/** Names of connections that begin with what is typed. */
export async function connectionNames(typed: string, { connections }: World): Promise<string[]> {
  return connections.map((one) => one.name).filter((name) => name.startsWith(typed));
}

/** Handles of devices that begin with what is typed. */
export async function deviceHandles(
  typed: string,
  { fleet, connections }: World,
  others: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string[]> {
  const connection = others['connection'];
  if (connection !== undefined && !connections.some((one) => one.name === connection)) return [];
  return fleet.suggest({ connection }, typed, signal);
}
