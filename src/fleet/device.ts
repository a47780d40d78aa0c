/** The provider-independent form of a device. */

export const states = ['active', 'pending', 'suspended', 'inactive', 'stock', 'terminated', 'unknown'] as const;
/** Commercial state, normalised across providers; the provider's own value is in `providerState`. `unknown`: it is not understood. */
export type State = (typeof states)[number];

/** `init`: never heard. `active`: heard recently or online. `lost`: the provider reports lost contact. */
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
  /** The handle that every target field accepts: DevEUI, ICCID or the provider's own identifier. */
  device: string;
  connection: string;
  provider: string;
  /** The account at the provider, where a login sees several. */
  account?: string;
  name?: string;
  identifiers: Partial<Record<IdentifierName, string>>;
  state: State;
  providerState: string;
  health?: Health;
  /** When the provider last heard the device, ms since 1970. */
  lastSeen?: number;
  /** Set where the provider reports when it last heard the device, but not in a form that is understood. */
  lastSeenUnknown?: true;
  model?: string;
  plan?: string;
  /** Its groups, tags or domains, as far as the provider's record names them. Not shown: they tell what a caller may reach. */
  groups?: readonly string[];
}

/** What tells a row from other rows of its connection; undefined for a device without any identifier. */
export function identityOf({ device }: Device): string | undefined {
  return device === 'unknown' ? undefined : device;
}

/** All identifiers of a device, and its name. */
export function searchTextsOf(device: Device): string[] {
  return [...Object.values(device.identifiers), ...(device.name ? [device.name] : [])];
}

/** A device in a sentence: `handle (name)`, or the handle alone. */
export function labelOf(device: Device): string {
  return device.name ? `${device.device} (${device.name})` : device.device;
}
