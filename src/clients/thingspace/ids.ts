/** Device identifiers and attributes. Identifier kinds are case-insensitive on the wire (iccId, Iccid, ICCID). */
import { z } from 'zod';
import { type IdentifierRole, idsOfOne, namedIdField } from '../http/identifier-marks.ts';
import { wordsOf } from './fields.ts';
import { SafeText } from './safe-text.ts';
import { decidingCarrier, type SimState, simStateOf } from './sim-state.ts';

/** An identifier in a request; kind: iccid, imei, mdn, msisdn, imsi, min, meid, esn or eid, in any case. */
export const DeviceId = (role: IdentifierRole = 'target') => namedIdField(role, z.strictObject({ id: SafeText(), kind: SafeText() }));

/** Identifiers that all name ONE device. */
export const IdsOfOne = (role: IdentifierRole = 'target') => idsOfOne(z.array(DeviceId(role)).min(1));

/** An ICCID as an identifier of a request. */
export const asIccid = (id: string) => ({ id, kind: 'iccid' });

/** A device identified by its ICCID. */
export const byIccid = (iccid: string) => ({ deviceIds: [asIccid(iccid)] });

/** Identifiers of ONE device: 4G activation needs IMEI and ICCID, nearly every other operation needs one. */
export const DeviceIds = () => z.strictObject({ deviceIds: IdsOfOne() });

/** An identifier in a response. */
export const ResponseDeviceId = () => z.looseObject({ id: z.union([z.string(), z.number()]).nullish(), kind: z.string().nullish() });

/** A key with its value; values are strings even if numeric, but numbers are accepted too. */
export const Attribute = () =>
  z.looseObject({ key: z.string().nullish(), value: z.union([z.string(), z.number(), z.boolean()]).nullish() });

interface Pair {
  key?: string | null | undefined;
  value?: string | number | boolean | null | undefined;
}

/** The fields of a device in a response that the functions below read. */
export interface DeviceIdentity {
  deviceIds?: readonly { id?: string | number | null | undefined; kind?: string | null | undefined }[] | null | undefined;
  extendedAttributes?: readonly Pair[] | null | undefined;
  customFields?: readonly Pair[] | null | undefined;
  groupNames?: readonly (string | null)[] | null | undefined;
  carrierInformations?: readonly ({ carrierName?: unknown; state?: unknown; servicePlan?: unknown } | null)[] | null | undefined;
}

/** The identifier of one kind as a string; undefined if missing or empty. */
export function idOf(device: DeviceIdentity, kind: string): string | undefined {
  const lowerKind = kind.toLowerCase();
  const id = device.deviceIds?.find((one) => one.kind?.toLowerCase() === lowerKind)?.id;
  return id === undefined || id === null || id === '' ? undefined : String(id);
}

/** The state of a device over all its carriers; `unknown` when none is reported or understood. */
export function stateOf(device: DeviceIdentity): SimState {
  return simStateOf(decidingCarrier(device.carrierInformations)?.state);
}

/** The service plan code, of the carrier that decides the state where it names one; undefined for a device that was never active. */
export function planOf(device: DeviceIdentity): string | undefined {
  const carriers = device.carrierInformations ?? [];
  const deciding = wordsOf(decidingCarrier(carriers)?.servicePlan);
  return deciding ?? carriers.map((one) => wordsOf(one?.servicePlan)).find((plan) => plan !== undefined);
}

/** The groups of a device. */
export function groupsOf(device: DeviceIdentity): string[] {
  return (device.groupNames ?? []).filter((name) => name !== null);
}

/** The value of an extended attribute. */
export function attributeOf(device: DeviceIdentity, key: string): string | undefined {
  return pairValue(device.extendedAttributes, key);
}

/** The value of a custom field; CustomField1 is shown as the device name. */
export function customFieldOf(device: DeviceIdentity, key: `CustomField${1 | 2 | 3 | 4 | 5}`): string | undefined {
  return pairValue(device.customFields, key);
}

function pairValue(pairs: readonly Pair[] | null | undefined, key: string): string | undefined {
  const value = pairs?.find((pair) => pair.key === key)?.value;
  return value === undefined || value === null || value === '' ? undefined : String(value);
}
