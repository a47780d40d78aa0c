/** Facts of a device by which a fleet is filtered and grouped. */
import { hour } from '../durations.ts';
import { normalName } from '../vocabulary.ts';
import type { Device } from './device.ts';

export const technologies = ['lorawan', 'cellular'] as const;
export type Technology = (typeof technologies)[number];

export const facts = ['connection', 'account', 'technology', 'state', 'health', 'plan', 'model', 'group', 'heard'] as const;
export type Fact = (typeof facts)[number];

/** The value of a fact that the provider's list does not tell, or tells in a form that is not understood. */
export const notTold = 'not told';

/** LoRaWAN or cellular, by the identifiers of the device; undefined where they tell neither. */
export function technologyOf({ identifiers }: Device): Technology | undefined {
  const { iccid, imei, imsi, mdn, msisdn, devEui } = identifiers;
  if ([iccid, imei, imsi, mdn, msisdn].some((id) => id !== undefined)) return 'cellular';
  return devEui === undefined ? undefined : 'lorawan';
}

/** Since when a device was last heard, in steps that read well: exact times are in list_devices. */
function heardOf({ lastSeen, lastSeenUnknown }: Device, now: number): string {
  if (lastSeenUnknown) return notTold;
  if (lastSeen === undefined) return 'never';
  const hours = (now - lastSeen) / hour;
  if (hours < 24) return 'within 24 h';
  if (hours < 7 * 24) return '1 to 7 days ago';
  return hours < 30 * 24 ? '7 to 30 days ago' : 'over 30 days ago';
}

/** The values of one fact: several only for groups. `tellsLastSeen`: the provider reports when devices were last heard. */
export function valuesOf(device: Device, fact: Fact, now: number, tellsLastSeen: boolean): readonly string[] {
  if (fact === 'group') return device.groups && device.groups.length > 0 ? device.groups : [notTold];
  if (fact === 'heard') return [tellsLastSeen ? heardOf(device, now) : notTold];
  const value = fact === 'technology' ? technologyOf(device) : device[fact];
  return [value === undefined || value === '' ? notTold : value];
}

/** Filters by facts that no provider applies itself. */
export interface FactFilter {
  technology?: Technology | undefined;
  plan?: string | undefined;
  model?: string | undefined;
  group?: string | undefined;
}

const same = (value: string | undefined, wanted: string): boolean => value !== undefined && normalName(value) === normalName(wanted);

/** Whether a device has all facts of the filter. Names are compared in normal form; a fact that is not told fits no filter. */
export function hasFacts(device: Device, { technology, plan, model, group }: FactFilter): boolean {
  if (technology !== undefined && technologyOf(device) !== technology) return false;
  if (plan !== undefined && !same(device.plan, plan)) return false;
  if (model !== undefined && !same(device.model, model)) return false;
  return group === undefined || (device.groups ?? []).some((one) => same(one, group));
}

/** Whether no filter by facts is given. */
export function isPlain({ technology, plan, model, group }: FactFilter): boolean {
  return [technology, plan, model, group].every((value) => value === undefined);
}
