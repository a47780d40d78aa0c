/** Definition of an MCP resource, and completions shared by several resources. */
import type { CallerRights, ReadableChanges } from '../changes/caller-rights.ts';
import type { ActivePolicy } from '../changes/rules/active-policy.ts';
import type { Catalogue } from '../clients/catalogue.ts';
import type { Connection } from '../clients/connect.ts';
import type { Clock } from '../clock.ts';
import type { Fleet } from '../fleet/index.ts';
import type { AuditRow } from '../store/audit.ts';

/** The services a resource may use. */
export interface ResourceContext {
  fleet: Fleet;
  /** The changes that the caller may read. */
  changes: ReadableChanges;
  /** What the caller may reach. Fleet and connections hold nothing beyond it. */
  rights: CallerRights;
  catalogue: Catalogue;
  clock: Clock;
  connections: readonly Connection[];
  policy: ActivePolicy;
  /** The audit log, oldest line first. */
  auditOfDay(day: string): Promise<readonly AuditRow[]>;
}

/** Content that also has a text for people, which says the same more shortly. */
export class WithText {
  readonly content: unknown;
  readonly text: string;
  constructor(content: unknown, text: string) {
    this.content = content;
    this.text = text;
  }
}

export interface Resource {
  name: string;
  title: string;
  description: string;
  /** URI or URI template, e.g. `iot://changes/{id}`. Without variables it is listed as a resource, otherwise as a template. */
  uri: string;
  /** The tool that reads the same, by name and toolset: a caller that may not use it may not read this. Absent: every caller may. */
  sameAs?: { name: string; toolset: string };
  /** The JSON content this caller may read, plain or `WithText`; undefined when nothing exists at this URI. */
  read(variables: Readonly<Record<string, string>>, context: ResourceContext, signal: AbortSignal, caller: string): Promise<unknown>;
  /** Completions of a URI variable, from the typed prefix and the values of the other variables. */
  complete?: Readonly<
    Record<
      string,
      (typed: string, context: ResourceContext, others: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<string[]>
    >
  >;
}

/** Names of connections that begin with the typed prefix. */
export async function connectionNames(typed: string, { connections }: ResourceContext): Promise<string[]> {
  return connections.map((one) => one.name).filter((name) => name.startsWith(typed));
}

/** Handles of devices that begin with the typed prefix. */
export async function deviceHandles(
  typed: string,
  { fleet, connections }: ResourceContext,
  others: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string[]> {
  const connection = others['connection'];
  if (connection !== undefined && !connections.some((one) => one.name === connection)) return [];
  return fleet.suggest({ connection }, typed, signal);
}
