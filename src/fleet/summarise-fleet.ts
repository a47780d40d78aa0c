/** A summary over the kept readings of several connections, with how far and when each was read. */
import type { ConnectionFailure } from './connection-failure.ts';
import type { Device } from './device.ts';
import type { Fact } from './facts.ts';
import type { FleetConnection } from './fleet-connection.ts';
import type { KeptWalks, WalkState } from './kept-walks.ts';
import { isSilenceUnknown, type ListOptions, matchesOptions, silenceUnknown, unsupportedFilters } from './list.ts';
import { type Group, summarise } from './summary.ts';

export interface SummaryOptions extends Omit<ListOptions, 'limit' | 'sort'> {
  by: readonly Fact[];
  fresh: boolean;
}

/** What a summary rests on, for one connection. */
export interface ReadConnection {
  connection: string;
  /** Devices that fit. */
  devices: number;
  /** When the reading began, ms since 1970. */
  at: number;
  incomplete?: string;
}

export interface Summary {
  groups: Group[];
  total: number;
  read: ReadConnection[];
  /** Connections that are still being read, with the devices read so far; the reading goes on after the call. */
  reading: { connection: string; devices: number; total?: number }[];
  failures: ConnectionFailure[];
  /** What the readings did not understand, in sentences. */
  notes: string[];
}

/** Reads the connections side by side: one that is slow does not keep the others waiting. */
export async function summariseFleet(
  members: readonly FleetConnection[],
  { by, fresh, ...filter }: SummaryOptions,
  { walks, now }: { walks: KeptWalks; now(): number },
): Promise<Summary> {
  const states = await Promise.all(
    members.map(async (member): Promise<WalkState> => {
      const failure = unsupportedFilters(member, filter);
      return failure ? { failure } : walks.read(member.limit?.whole ?? member, fresh);
    }),
  );
  const summary: Summary = { groups: [], total: 0, read: [], reading: [], failures: [], notes: [] };
  const rows: { device: Device; tellsLastSeen: boolean }[] = [];
  for (const [n, member] of members.entries()) {
    const connection = member.connection.name;
    const { kept, reading, failure } = states[n] ?? {};
    if (failure) summary.failures.push(failure);
    // The extent of a connection is not told to a caller who reaches a part of it.
    if (reading) summary.reading.push({ connection, ...(member.limit ? { devices: 0 } : reading) });
    if (!kept) continue;
    const within = member.limit ? kept.devices.filter((device) => member.limit?.includes(device)) : kept.devices;
    const fitting = within.filter((device) => matchesOptions(device, filter, now()));
    const isUnsure = within.some((device) => isSilenceUnknown(device, filter, now()));
    const incomplete = kept.incomplete ?? (isUnsure ? silenceUnknown : undefined);
    summary.read.push({ connection, devices: fitting.length, at: kept.at, ...(incomplete === undefined ? {} : { incomplete }) });
    summary.total += fitting.length;
    summary.notes.push(...kept.notes);
    for (const device of fitting) rows.push({ device, tellsLastSeen: member.source.supportsLastSeen });
  }
  summary.groups = summarise(rows, by, now());
  return summary;
}
