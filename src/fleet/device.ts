/** One row for a device everywhere, whoever connects it. */

export const states = ['active', 'pending', 'suspended', 'inactive', 'stock', 'terminated'] as const;
/** Commercial state in our words; the provider's own word stays in `providerState`. */
export type State = (typeof states)[number];

/** `init`: never heard. `active`: heard lately or online. `lost`: the provider says it fell silent. */
export type Health = 'init' | 'active' | 'lost';

export const identifierNames = [
  'devEui',
  'devAddr',
  'joinEui',
  'iccid',
  'imei',
  'imsi',
  'mdn',
  'msisdn',
  'min',
  'meid',
  'esn',
  'eid',
  'ip',
  'id',
] as const;
export type IdentifierName = (typeof identifierNames)[number];

export interface Device {
  /** The handle that every target field accepts: DevEUI, ICCID or the provider's own key. */
  device: string;
  connection: string;
  provider: string;
  name?: string;
  identifiers: Partial<Record<IdentifierName, string>>;
  state: State;
  providerState: string;
  health?: Health;
  /** Last time the provider heard of it, ms since 1970. */
  lastSeen?: number;
  model?: string;
  plan?: string;
}

/** All texts by which a device can be found. */
export function namesOf(device: Device): string[] {
  return [...Object.values(device.identifiers), ...(device.name ? [device.name] : [])];
}

/** How a device is called in a sentence: its handle. */
export function labelOf(device: Device): string {
  return device.name ? `${device.device} (${device.name})` : device.device;
}
