/** Device identifiers and attributes as ThingSpace writes them; kinds come in any case (iccId, Iccid, ICCID). */
import { z } from 'zod';

import { Plain } from './plain.ts';

/** One identifier as it is sent; kind: iccid, imei, mdn, msisdn, imsi, min, meid, esn or eid, in any case. */
export const DeviceId = () => z.strictObject({ id: Plain(), kind: Plain() });

/** An ICCID as an identifier that is sent. */
export const asIccid = (id: string) => ({ id, kind: 'iccid' });

/** A device by its ICCID alone. */
export const byIccid = (iccid: string) => ({ deviceIds: [asIccid(iccid)] });

/** Several identifiers of ONE device: the 4G activation needs IMEI and ICCID, nearly all else needs one. */
export const DeviceIds = () => z.strictObject({ deviceIds: z.array(DeviceId()).min(1) });

/** One identifier as it is answered. */
export const AnsweredId = () => z.looseObject({ id: z.union([z.string(), z.number()]).nullish(), kind: z.string().nullish() });

/** A key with its value; values are texts even when numeric, but numbers are read too. */
export const Attribute = () =>
  z.looseObject({ key: z.string().nullish(), value: z.union([z.string(), z.number(), z.boolean()]).nullish() });

interface Pair {
  key?: string | null | undefined;
  value?: string | number | boolean | null | undefined;
}

/** As much of an answered device as these readers look at. */
export interface Described {
  deviceIds?: readonly { id?: string | number | null | undefined; kind?: string | null | undefined }[] | null | undefined;
  extendedAttributes?: readonly Pair[] | null | undefined;
  customFields?: readonly Pair[] | null | undefined;
  carrierInformations?: readonly { state?: string | null | undefined; servicePlan?: string | null | undefined }[] | null | undefined;
}

/** The device's identifier of one kind, as text. */
export function idOf(device: Described, kind: string): string | undefined {
  const wanted = kind.toLowerCase();
  const id = device.deviceIds?.find((one) => one.kind?.toLowerCase() === wanted)?.id;
  return id === undefined || id === null || id === '' ? undefined : String(id);
}

/** The state of the device's (first) carrier in lower case: `active`, `suspend`, `deactive`, `pre-active`, `pending activation`... */
export function stateOf(device: Described): string | undefined {
  return device.carrierInformations?.[0]?.state?.toLowerCase() || undefined;
}

/** The code of the device's service plan; a device that was never active has none. */
export function planOf(device: Described): string | undefined {
  return device.carrierInformations?.[0]?.servicePlan || undefined;
}

/** The value of an extended attribute. */
export function attributeOf(device: Described, key: string): string | undefined {
  return pairValue(device.extendedAttributes, key);
}

/** The value of a custom field; CustomField1 is what we show as the device's name. */
export function customFieldOf(device: Described, key: `CustomField${1 | 2 | 3 | 4 | 5}`): string | undefined {
  return pairValue(device.customFields, key);
}

function pairValue(pairs: readonly Pair[] | null | undefined, key: string): string | undefined {
  const value = pairs?.find((pair) => pair.key === key)?.value;
  return value === undefined || value === null || value === '' ? undefined : String(value);
}
