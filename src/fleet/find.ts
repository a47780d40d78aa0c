/** Any identifier of any provider to rows: exact look-ups first, then a walk over what is left. */
import { instant } from '../clock.ts';
import { type IdentifierKind, kindsOf } from '../vocabulary.ts';
import { type Device, namesOf } from './device.ts';
import type { Failure } from './index.ts';
import type { Member } from './member.ts';

export interface Found {
  /** Same number, same thing: one device that several providers know. */
  hits: { thing: number; device: Device }[];
  failures: Failure[];
  /** Devices read one by one, where no provider look-up could tell; `complete` false when a limit ended it. */
  scanned: number;
  complete: boolean;
}

const scanLimit = 20_000;
const shortest = 4;

/** Exact by any identifier or name; else by at least four trailing characters of an identifier, or a part of a name. */
export async function find(
  members: readonly Member[],
  text: string,
  signal?: AbortSignal,
  progress?: (scanned: number) => void,
): Promise<Found> {
  const kinds = kindsOf(text);
  const result: Found = { hits: [], failures: [], scanned: 0, complete: true };
  const devices: Device[] = [];
  for (const member of members) {
    try {
      const quick = await member.source.find(text, kinds, signal);
      devices.push(...quick.devices);
      if (quick.devices.length === 0 && text.trim().length >= shortest) await scan(member, text, kinds, devices, result, signal, progress);
    } catch (error) {
      signal?.throwIfAborted();
      result.failures.push(failureOf(member.connection.name, error));
    }
  }
  result.hits = join(devices);
  return result;
}

async function scan(
  member: Member,
  text: string,
  kinds: readonly IdentifierKind[],
  into: Device[],
  result: Found,
  signal?: AbortSignal,
  progress?: (scanned: number) => void,
): Promise<void> {
  // A complete identifier that the provider can look up itself is not there: no walk finds it.
  if (kinds.some((kind) => member.provider.exact.includes(kind))) return;
  // Sixteen hex digits with letters among them are a DevEUI and no tail of a number.
  if (kinds.includes('devEui') && /[a-f]/i.test(text)) return;
  const wanted = text
    .trim()
    .toLowerCase()
    .replace(/[\s:-]/g, '');
  const words = text.trim().toLowerCase();
  let at: string | undefined;
  let scanned = 0;
  do {
    const page = await member.source.page({}, at, signal);
    for (const device of page.rows) {
      const hit =
        Object.values(device.identifiers).some((id) => id.toLowerCase().endsWith(wanted)) || device.name?.toLowerCase().includes(words);
      if (hit) into.push(device);
    }
    scanned += page.rows.length;
    result.scanned += page.rows.length;
    progress?.(result.scanned);
    at = page.next;
  } while (at !== undefined && scanned < scanLimit && into.length < 50);
  if (at !== undefined) result.complete = false;
}

/** Numbers the rows by thing: rows that share an identifier of hardware or SIM are one thing. */
function join(devices: readonly Device[]): Found['hits'] {
  const things = new Map<string, number>();
  let next = 1;
  return devices.map((device) => {
    const keys = (['devEui', 'iccid', 'imei', 'eid', 'meid'] as const).flatMap((kind) =>
      device.identifiers[kind] ? [`${kind}:${device.identifiers[kind]}`] : [],
    );
    const thing = keys.map((key) => things.get(key)).find((one) => one !== undefined) ?? next++;
    for (const key of keys) things.set(key, thing);
    return { thing, device };
  });
}

export function failureOf(connection: string, error: unknown): Failure {
  const next = error instanceof Error && 'next' in error && typeof error.next === 'string' ? error.next : undefined;
  return { connection, error: error instanceof Error ? error.message : 'failed', ...(next ? { next } : {}) };
}

/** Whether one of the device's texts is exactly this. */
export function isExactly(device: Device, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return namesOf(device).some((name) => name.toLowerCase() === wanted);
}

/** A row's last sign of life as an age, which costs fewer tokens than an instant: `3h`, `12d`. */
export function age(ms: number, now: number): string {
  const minutes = Math.max(0, Math.round((now - ms) / 60_000));
  if (minutes === 0) return 'now';
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)}h`;
  return minutes < 1000 * 1440 ? `${Math.round(minutes / 1440)}d` : instant(ms).slice(0, 10);
}
