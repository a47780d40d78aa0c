/** Resolves any identifier of any provider to devices: exact lookups first, then a scan of the device list. */
import { paginate } from '../clients/http/pages.ts';
import { instant } from '../clock.ts';
import { type IdentifierKind, identifierKindsOf } from '../vocabulary.ts';
import { type Device, identityOf, searchTextsOf } from './device.ts';
import type { FleetConnection } from './fleet-connection.ts';
import type { ConnectionFailure } from './index.ts';

export interface FindResult {
  /** Rows with the same `thing` number are one physical device that several providers know. */
  hits: { thing: number; device: Device }[];
  failures: ConnectionFailure[];
  /** Devices read by the scan, where no provider lookup found any; `complete` is false when the scan ended early. */
  scanned: number;
  complete: boolean;
  /** Why the scan of a connection ended early. */
  incomplete: { connection: string; reason: string }[];
  /** Number of connections that answered. */
  read: number;
}

const scanLimit = 20_000;
const maxHits = 50;
const minSearchLength = 4;

/** Finds devices by an exact identifier or name; otherwise by four or more trailing characters of an identifier, or part of a name. */
export async function findDevices(
  members: readonly FleetConnection[],
  text: string,
  signal?: AbortSignal,
  progress?: (scanned: number) => void,
): Promise<FindResult> {
  const kinds = identifierKindsOf(text);
  const result: FindResult = { hits: [], failures: [], scanned: 0, complete: true, incomplete: [], read: 0 };
  const devices: Device[] = [];
  for (const member of members) {
    try {
      const lookup = await member.source.find(text, kinds, signal);
      devices.push(...lookup.devices);
      if (lookup.devices.length === 0 && text.trim().length >= minSearchLength)
        await scanDevices(member, text, kinds, devices, result, signal, progress);
      result.read += 1;
    } catch (error) {
      signal?.throwIfAborted();
      result.failures.push(failureOf(member.connection.name, error));
    }
  }
  result.hits = numberPhysicalDevices(devices);
  return result;
}

async function scanDevices(
  member: FleetConnection,
  text: string,
  kinds: readonly IdentifierKind[],
  into: Device[],
  result: FindResult,
  signal?: AbortSignal,
  progress?: (scanned: number) => void,
): Promise<void> {
  // The provider's own lookup of this complete identifier found nothing, so a scan cannot find it either.
  if (kinds.some((kind) => member.provider.exact.includes(kind))) return;
  // Sixteen hex digits that include letters are a DevEUI, not the end of a number.
  if (kinds.includes('devEui') && /[a-f]/i.test(text)) return;
  const suffix = text
    .trim()
    .toLowerCase()
    .replace(/[\s:-]/g, '');
  const namePart = text.trim().toLowerCase();
  const read = (at: string | undefined) => member.source.page({}, at, signal);
  let scanned = 0;
  for await (const page of paginate(read, { identityOf })) {
    for (const device of page.rows) {
      const hit =
        Object.values(device.identifiers).some((id) => id.toLowerCase().endsWith(suffix)) || device.name?.toLowerCase().includes(namePart);
      if (hit) into.push(device);
    }
    scanned += page.rows.length;
    result.scanned += page.rows.length;
    progress?.(result.scanned);
    const enough =
      into.length >= maxHits ? `${maxHits} candidates were found` : scanned >= scanLimit ? `${scanLimit} devices were read` : undefined;
    const reason = page.incomplete ?? (page.next === undefined ? undefined : enough);
    if (reason === undefined) continue;
    result.complete = false;
    result.incomplete.push({ connection: member.connection.name, reason });
    return;
  }
}

/** Numbers the rows by physical device: rows that share a hardware or SIM identifier get the same number. */
function numberPhysicalDevices(devices: readonly Device[]): FindResult['hits'] {
  const numbers = new Map<string, number>();
  let next = 1;
  return devices.map((device) => {
    const keys = (['devEui', 'iccid', 'imei', 'eid', 'meid'] as const).flatMap((kind) =>
      device.identifiers[kind] ? [`${kind}:${device.identifiers[kind]}`] : [],
    );
    const thing = keys.map((key) => numbers.get(key)).find((one) => one !== undefined) ?? next++;
    for (const key of keys) numbers.set(key, thing);
    return { thing, device };
  });
}

/** A connection's error as a row of the answer, with the error's next step where it has one. */
export function failureOf(connection: string, error: unknown): ConnectionFailure {
  const next = error instanceof Error && 'next' in error && typeof error.next === 'string' ? error.next : undefined;
  return { connection, error: error instanceof Error ? error.message : 'failed', ...(next ? { next } : {}) };
}

/** Whether one of the device's identifiers or its name equals the text, ignoring case. */
export function matchesExactly(device: Device, text: string): boolean {
  const value = text.trim().toLowerCase();
  return searchTextsOf(device).some((name) => name.toLowerCase() === value);
}

/** A time as an age, which costs fewer tokens than a timestamp: `now`, `5m`, `3h`, `12d`; a date from 1000 days on. */
export function age(ms: number, now: number): string {
  const minutes = Math.max(0, Math.round((now - ms) / 60_000));
  if (minutes === 0) return 'now';
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)}h`;
  return minutes < 1000 * 1440 ? `${Math.round(minutes / 1440)}d` : instant(ms).slice(0, 10);
}
