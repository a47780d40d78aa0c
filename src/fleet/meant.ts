/** Which device an identifier of a known kind means when a provider does not know it as it is written. */
import { paginate } from '../clients/http/pages.ts';
import { type IdentifierKind, kindsOf, normalFormsOf, normaliseIdentifier, otherForms, sameIdentifier } from '../vocabulary.ts';
import { type Device, identityOf } from './device.ts';
import type { FleetConnection } from './fleet-connection.ts';

/** Devices that know a text as one of their identifiers in another form: with or without check digit or country code. */
export async function findOtherForms(member: FleetConnection, text: string, signal?: AbortSignal): Promise<Device[]> {
  const devices: Device[] = [];
  for (const kind of kindsOf(text)) {
    for (const value of normalFormsOf(text)) {
      for (const form of otherForms(kind, value)) {
        const { devices: found } = await member.source.find(form, [kind], signal);
        for (const device of found)
          if (holds(device, kind, value) && !devices.some((one) => one.device === device.device)) devices.push(device);
      }
    }
  }
  return devices.length > 0 ? devices : findByBeginning(member, text, signal);
}

/** Rows read for an IMEI that cannot be looked up by its beginning. */
const scanLimit = 2000;

/** Devices whose ICCID or IMEI differs in its check digit only by having one. The digit itself is the provider's: many do not follow the formula. */
async function findByBeginning(member: FleetConnection, text: string, signal?: AbortSignal): Promise<Device[]> {
  const iccid = normaliseIdentifier('iccid', text);
  if (iccid !== undefined) {
    const handles = await member.source.suggest(iccid.slice(0, 19), signal);
    const handle = handles.find((one) => sameIdentifier('iccid', one, iccid));
    return handle === undefined ? [] : [await member.source.read(handle, signal)].flatMap((one) => (one ? [one.device] : []));
  }
  const imei = normaliseIdentifier('imei', text);
  if (imei === undefined || imei.length === 15) return [];
  const found: Device[] = [];
  let scanned = 0;
  for await (const page of paginate((at: string | undefined) => member.source.page({}, at, signal), { identityOf })) {
    found.push(...page.rows.filter((device) => holds(device, 'imei', imei)));
    scanned += page.rows.length;
    if (scanned >= scanLimit || found.length > 0) break;
  }
  return found;
}

/** Whether one of the device's identifiers of this kind is the same as `value`. */
export function holds(device: Device, kind: IdentifierKind, value: string): boolean {
  return formOf(device, kind, value) !== undefined;
}

/** The form in which the provider knows this identifier of the device. */
export function formOf({ identifiers }: Device, kind: IdentifierKind, value: string): string | undefined {
  const names = kind === 'mdn' || kind === 'msisdn' ? (['mdn', 'msisdn'] as const) : kind === 'aesKey' ? [] : [kind];
  return names.flatMap((name) => identifiers[name] ?? []).find((own) => sameIdentifier(kind, own, value));
}
