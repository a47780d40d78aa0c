/** Resolves any identifier of any provider to devices: exact lookups first, then a scan of the device list. */
import { paginate } from '../clients/http/pages.ts';
import { instant } from '../clock.ts';
import { minute } from '../durations.ts';
import { type IdentifierKind, isSpreadsheetNumber, kindsOf, normalFormsOf, normalName, plainText, sameName } from '../vocabulary.ts';
import { addUnread, type ConnectionFailure, failureOf } from './connection-failure.ts';
import { type Device, identityOf } from './device.ts';
import type { FleetConnection } from './fleet-connection.ts';
import { findOtherForms } from './meant.ts';
import { type NearDevice, nearDevices } from './near.ts';

export interface FindResult {
  /** Rows with the same `thing` number are one physical device that several providers know. */
  hits: { thing: number; device: Device }[];
  failures: ConnectionFailure[];
  /** Devices read by the scan, where no provider lookup found any; `complete` is false when the scan ended early. */
  scanned: number;
  complete: boolean;
  /** Why the scan of a connection ended early. */
  incomplete: { connection: string; reason: string }[];
  /** Number of connections that answered, or of which it is known without asking that they cannot hold the identifier. */
  read: number;
  /** Number of connections that were asked and answered. */
  answered: number;
  /** Where nothing was found: devices that may be meant. */
  near: NearDevice[];
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
  const kinds = kindsOf(text);
  const result: FindResult = { hits: [], failures: [], scanned: 0, complete: true, incomplete: [], read: 0, answered: 0, near: [] };
  const devices: Device[] = [];
  for (const member of members) {
    try {
      const lookup = await member.source.find(text, kinds, signal);
      const found = lookup.devices.length > 0 ? lookup.devices : await findOtherForms(member, text, signal);
      devices.push(...found);
      const scanned =
        found.length === 0 &&
        text.trim().length >= minSearchLength &&
        (await scanDevices(member, text, kinds, devices, result, signal, progress));
      result.read += 1;
      if (lookup.asked !== false || scanned || found.length > 0) result.answered += 1;
    } catch (error) {
      signal?.throwIfAborted();
      result.failures.push(failureOf(member.connection.name, error));
    }
  }
  result.hits = numberPhysicalDevices(devices);
  if (devices.length === 0 && result.read > 0) result.near = await nearDevices(members, text, signal);
  return result;
}

/** Reads the list of one connection; false where it cannot hold the device, so that nothing is read. */
async function scanDevices(
  member: FleetConnection,
  text: string,
  kinds: readonly IdentifierKind[],
  into: Device[],
  result: FindResult,
  signal?: AbortSignal,
  progress?: (scanned: number) => void,
): Promise<boolean> {
  // The provider's own lookup of this complete identifier found nothing, so a scan cannot find it either.
  if (kinds.some((kind) => member.provider.exact.includes(kind))) return false;
  // Sixteen hex digits that include letters are a DevEUI, not the end of a number.
  if (kinds.includes('devEui') && /[a-f]/i.test(text)) return false;
  if (isSpreadsheetNumber(text)) return false;
  const suffixes = [...normalFormsOf(text), plainText(text).replace(/[\s:._-]/g, '')].map((one) => one.toLowerCase());
  const namePart = normalName(text);
  const isNamed = (name: string): boolean => normalName(name).includes(namePart) || sameName(name, text);
  const found: Device[] = [];
  const read = (at: string | undefined) => member.source.page({}, at, signal);
  let scanned = 0;
  for await (const page of paginate(read, { identityOf })) {
    addUnread(result.failures, member.connection.name, page.unread);
    for (const device of page.rows) {
      const hit =
        Object.values(device.identifiers).some((id) => suffixes.some((suffix) => suffix !== '' && id.toLowerCase().endsWith(suffix))) ||
        (device.name !== undefined && isNamed(device.name));
      if (hit) found.push(device);
    }
    scanned += page.rows.length;
    result.scanned += page.rows.length;
    progress?.(result.scanned);
    const isEnough = into.length + found.length >= maxHits;
    const enough = isEnough ? `${maxHits} candidates were found` : scanned >= scanLimit ? `${scanLimit} devices were read` : undefined;
    const reason = page.incomplete ?? (page.next === undefined ? undefined : enough);
    if (reason === undefined) continue;
    result.complete = false;
    result.incomplete.push({ connection: member.connection.name, reason });
    break;
  }
  // The device of exactly this name is meant, not those whose names contain it.
  const named = found.filter((device) => device.name !== undefined && sameName(device.name, text));
  into.push(...(named.length > 0 ? named : found));
  return true;
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

/** How far clocks may differ, in ms: a later time is not the present. */
const clockSkew = 10 * minute;

/** Whether a time that should be past lies in the future. */
export const isInFuture = (ms: number, now: number): boolean => ms > now + clockSkew;

/** The age of a time that lies in the future. */
export const inFuture = 'in the future';

/** A time as an age, which costs fewer tokens than a timestamp: `now`, `5m`, `3h`, `12d`; a date from 1000 days on; `in the future`. */
export function age(ms: number, now: number): string {
  if (isInFuture(ms, now)) return inFuture;
  const minutes = Math.max(0, Math.round((now - ms) / minute));
  if (minutes === 0) return 'now';
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)}h`;
  return minutes < 1000 * 1440 ? `${Math.round(minutes / 1440)}d` : instant(ms).slice(0, 10);
}
