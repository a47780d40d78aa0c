/** Which identifiers name a device: in a record and by shape. SIMs without an ICCID (3G: MEID and MDN) are named by another one. */
import { type DeviceIdentity, idOf } from './ids.ts';

/** An identifier of a request. */
export interface NamedId {
  id: string;
  kind: string;
}

// In the order in which a device is named: permanent identifiers first.
const kinds = ['iccid', 'eid', 'imei', 'meid', 'esn', 'mdn', 'msisdn', 'imsi', 'min'] as const;

/** Identifiers that a device loses when it is deactivated. */
const lineKinds = new Set(['mdn', 'msisdn', 'imsi', 'min']);

/** All identifiers in a record, permanent ones first, kinds in lower case. */
export function idsInRecord(row: DeviceIdentity): NamedId[] {
  return kinds.flatMap((kind) => {
    const id = idOf(row, kind);
    return id === undefined ? [] : [{ id, kind }];
  });
}

/** The identifier that names a device in lists: its ICCID, or else the most permanent one. */
export function mainIdOf(row: DeviceIdentity): NamedId | undefined {
  return idsInRecord(row)[0];
}

/** The first identifier in a record that outlives a deactivation. */
export function permanentIdOf(row: DeviceIdentity): NamedId | undefined {
  return idsInRecord(row).find(({ kind }) => !lineKinds.has(kind));
}

/** Whether an identifier of this kind is lost with the line. */
export function isLineKind(kind: string): boolean {
  return lineKinds.has(kind.toLowerCase());
}

/** The kinds that an identifier can be by its shape, most likely first. ThingSpace answers an error for a kind that does not fit. */
export function kindsByShape(id: string): string[] {
  if (/^\d{32}$/.test(id)) return ['eid'];
  if (/^\d{18,20}$/.test(id)) return ['iccid'];
  if (/^\d{10}$/.test(id)) return ['mdn'];
  if (/^\d{11}$/.test(id)) return ['msisdn', 'esn'];
  if (/^\d{15,16}$/.test(id)) return ['imei'];
  if (/^\d{14}$/.test(id)) return ['imei', 'meid'];
  if (/^[0-9A-Fa-f]{14}$/.test(id)) return ['meid'];
  return ['iccid'];
}
