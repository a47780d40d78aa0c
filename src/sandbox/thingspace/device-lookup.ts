/** Reads device identifiers and finds devices by them. Identifier kinds are case-insensitive. */
import { identifierFormats } from '../../vocabulary.ts';
import { asObject, asText } from '../handler.ts';
import { apiError } from './errors.ts';
import type { Account, ThingspaceWorld, TsDevice } from './state.ts';

const patterns = {
  iccid: identifierFormats.iccid.pattern,
  imei: identifierFormats.imei.pattern,
  mdn: identifierFormats.mdn.pattern,
  min: identifierFormats.mdn.pattern,
  msisdn: identifierFormats.msisdn.pattern,
  imsi: identifierFormats.imsi.pattern,
  meid: identifierFormats.meid.pattern,
  esn: identifierFormats.esn.pattern,
  eid: identifierFormats.eid.pattern,
} as const;

export type DeviceIdKind = keyof typeof patterns;

/** One device identifier: `kind` in lower case, `id` in upper case. */
export type DeviceId = { kind: DeviceIdKind; id: string };

/** DeviceId of a device: 900111 for the first device, 11 more for each following one. */
export const deviceIdOf = (device: TsDevice): number => 900_100 + 11 * device.n;
export const mdnOf = (line: number): string => String(2_085_550_100 + line);
export const imsiOf = (device: TsDevice): string => String(311_480_005_550_000 + device.n);

/** Reads one `{ id, kind }`. Length and alphabet are validated, check digits are not. */
export function readId(value: unknown): DeviceId {
  const sent = asObject(value);
  const kind = asText(sent['kind'])?.toLowerCase();
  const id = asText(sent['id'])?.toUpperCase();
  if (!isKind(kind)) throw apiError('INPUT_INVALID.Device.Kind.Invalid', `The device identifier kind ${kind ?? ''} is not valid.`);
  if (id === undefined || !patterns[kind].test(id)) throw apiError('INPUT_INVALID.Device.Identifier.Invalid', `The ${kind} is not valid.`);
  return { kind, id };
}

function isKind(kind: string | undefined): kind is DeviceIdKind {
  return kind !== undefined && Object.hasOwn(patterns, kind);
}

/** Reads the `deviceIds` of one element of `devices`. All of them identify the same device. */
export function readIds(element: unknown): DeviceId[] {
  const ids = asObject(element)['deviceIds'];
  if (!Array.isArray(ids) || ids.length === 0) throw apiError('INPUT_INVALID.DeviceNotProvided', 'An element of devices names no device.');
  return ids.map(readId);
}

export function findDevice(ts: ThingspaceWorld, { kind, id }: DeviceId): TsDevice | undefined {
  const index = indexOf(ts);
  if (kind === 'iccid') return index.iccid.get(id);
  if (kind === 'imei') return index.imei.get(id);
  if (kind === 'eid') return findByEid(ts, id)[0];
  if (kind === 'mdn' || kind === 'min') return index.mdnIndex.get(Number(id) - 2_085_550_100);
  if (kind === 'msisdn')
    return id.length === 11 && id.startsWith('1') ? index.mdnIndex.get(Number(id.slice(1)) - 2_085_550_100) : undefined;
  if (kind !== 'imsi') return undefined;
  const n = Number(id) - 311_480_005_550_000;
  const device = ts.devices[positionAfter(ts, n - 1)];
  return device?.n === n && device.mdnIndex !== undefined ? device : undefined;
}

/** Returns the SIMs whose profiles are on an eUICC, oldest first. Assumption: several while profiles are being switched. */
export function findByEid(ts: ThingspaceWorld, eid: string): readonly TsDevice[] {
  return indexOf(ts).eid.get(eid) ?? [];
}

/**
 * Returns the one device that all the identifiers belong to, or rejects the request.
 * An EID next to another identifier only has to be the EID of that device, because several SIMs can share an EID.
 */
export function findOne(ts: ThingspaceWorld, ids: readonly DeviceId[]): TsDevice {
  const other = ids.find((one) => one.kind !== 'eid');
  const byOther = other && findDevice(ts, other);
  const found = ids.map((id) => (byOther && id.kind === 'eid' && byOther.eid === id.id ? byOther : findDevice(ts, id)));
  const device = found[0];
  if (!device || found.includes(undefined)) throw apiError('REQUEST_FAILED.DeviceNotFound', 'The device does not exist.');
  if (found.some((one) => one !== device))
    throw apiError('INPUT_INVALID.Device.Identifier.Invalid', 'The identifiers belong to different devices.');
  return device;
}

/** Index in `devices` of the first device whose `n` is greater than the given one. */
export function positionAfter(ts: ThingspaceWorld, n: number): number {
  let low = 0;
  let high = ts.devices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ts.devices[middle]?.n ?? Number.POSITIVE_INFINITY) <= n) low = middle + 1;
    else high = middle;
  }
  return low;
}

function indexOf(ts: ThingspaceWorld): NonNullable<ThingspaceWorld['index']> {
  if (ts.index) return ts.index;
  ts.index = { iccid: new Map(), imei: new Map(), eid: new Map(), mdnIndex: new Map() };
  for (const device of ts.devices) addToIndex(ts, device);
  return ts.index;
}

/** Adds a device to the lookup index under its current identifiers. */
export function addToIndex(ts: ThingspaceWorld, device: TsDevice): void {
  if (!ts.index) return;
  ts.index.iccid.set(device.iccid, device);
  if (device.imei !== undefined) ts.index.imei.set(device.imei, device);
  if (device.eid !== undefined) ts.index.eid.set(device.eid, [...othersOnEuicc(ts.index, device), device]);
  if (device.mdnIndex !== undefined) ts.index.mdnIndex.set(device.mdnIndex, device);
}

/** The other SIMs on a device's eUICC. */
function othersOnEuicc({ eid }: NonNullable<ThingspaceWorld['index']>, device: TsDevice): TsDevice[] {
  return (eid.get(device.eid ?? '') ?? []).filter((one) => one !== device);
}

/** Sets the IMEI of a SIM and records the change. */
export function setImei(ts: ThingspaceWorld, device: TsDevice, imei: string, now: number): void {
  if (device.imei !== undefined && device.imei !== imei) {
    ts.index?.imei.delete(device.imei);
    device.imeiChange = { from: device.imei, at: now };
  }
  device.imei = imei;
}

/** Removes all identifiers of a device from the index. Call it before they change, then `addToIndex`. */
export function removeFromIndex(ts: ThingspaceWorld, device: TsDevice): void {
  ts.index?.iccid.delete(device.iccid);
  if (device.imei !== undefined) ts.index?.imei.delete(device.imei);
  if (device.eid !== undefined) ts.index?.eid.set(device.eid, othersOnEuicc(ts.index, device));
  if (device.mdnIndex !== undefined) ts.index?.mdnIndex.delete(device.mdnIndex);
}

/** Removes the MDN of a device. */
export function releaseMdn(ts: ThingspaceWorld, device: TsDevice): void {
  if (device.mdnIndex !== undefined) ts.index?.mdnIndex.delete(device.mdnIndex);
  delete device.mdnIndex;
}

/** Deletes a device. */
export function deleteDevice(ts: ThingspaceWorld, device: TsDevice): void {
  removeFromIndex(ts, device);
  delete device.mdnIndex;
  const index = ts.devices.indexOf(device);
  if (index >= 0) ts.devices.splice(index, 1);
}

/** Returns the account, or rejects the request. */
export function accountOf(ts: ThingspaceWorld, name: string): Account {
  const account = ts.accounts.find((one) => one.name === name);
  if (!account) throw apiError('REQUEST_FAILED.AccountNotFound', 'The account name does not exist.');
  return account;
}

/** Rejects the request when the account does not offer the service plan. */
export function requirePlan(account: Account, code: string): void {
  if (!account.plans.some((known) => known.code === code))
    throw apiError(`REQUEST_FAILED.${code}.NotFound`, 'The service plan does not exist.');
}
