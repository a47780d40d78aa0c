/** The identifiers by which a request names its devices. */
import { kindsByShape } from '../../clients/thingspace/identity.ts';
import { isObject, textMemberOf } from '../../text/is-object.ts';
import { isSameDevice } from '../same-device.ts';

export interface DeviceId {
  id: string;
  kind: string;
}

export interface DeviceElement {
  deviceIds: DeviceId[];
  /** A static address, in activations. */
  ipAddress?: string | undefined;
}

/**
 * The identifiers by which a request names a device, in the order in which they are tried when it is read back. A device that the request
 * names by another identifier than `device` (its ICCID, found in the record) is tried by shape.
 */
export function idsInRequest(input: unknown, device: string): DeviceId[] {
  const { elements, bySpelling } = namedIn(input);
  const named =
    bySpelling.get(device.trim().toUpperCase()) ?? elements.find((ids) => ids.some((one) => isSameDevice(one.id, device))) ?? [];
  const own = named.filter((one) => isSameDevice(one.id, device));
  const rest = named.filter((one) => !own.includes(one));
  return own.length > 0 ? [...own, ...rest] : kindsByShape(device).map((kind) => ({ id: device, kind }));
}

interface NamedDevices {
  elements: readonly DeviceId[][];
  /** The first element with an identifier that is spelled so, in upper case. */
  bySpelling: ReadonlyMap<string, DeviceId[]>;
}

// A request with hundreds of devices is asked for each of them.
const known = new WeakMap<object, NamedDevices>();

function namedIn(input: unknown): NamedDevices {
  const found = isObject(input) ? known.get(input) : undefined;
  if (found) return found;
  const elements = elementsIn(input);
  const bySpelling = new Map<string, DeviceId[]>();
  for (const ids of elements)
    for (const { id } of ids) {
      const spelled = id.trim().toUpperCase();
      if (spelled !== '' && !bySpelling.has(spelled)) bySpelling.set(spelled, ids);
    }
  const named = { elements, bySpelling };
  if (isObject(input)) known.set(input, named);
  return named;
}

/** Every device that a request names, each as the list of its identifiers: `deviceIds` of an element, or one entry of a flat list. */
function elementsIn(value: unknown): DeviceId[][] {
  if (Array.isArray(value)) return value.flatMap((one) => (isNamedId(one) ? [[one]] : elementsIn(one)));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    // Inside an element, `deviceIds` are several identifiers of one device; at the top of a body each entry is a device.
    if (name === 'deviceIds' && Array.isArray(member) && !('accountName' in value)) return [member.filter(isNamedId)];
    return isNamedId(member) ? [[member]] : elementsIn(member);
  });
}

function isNamedId(value: unknown): value is DeviceId {
  return textMemberOf(value, 'id') !== undefined && textMemberOf(value, 'kind') !== undefined;
}

/** The element of a request that names a device as `input` does. */
export function elementNamed(input: unknown, device: string): DeviceElement {
  return { deviceIds: idsInRequest(input, device).slice(0, 1) };
}
