/** Serializers for ThingSpace objects and values. */
import type { World } from '../world.ts';
import { deviceNumber, imsiOf, mdnOf } from './find.ts';
import { isConnected, lastConnection } from './history.ts';
import type { Plan, TsDevice } from './seed.ts';

const day = 86_400_000;

/** Formats a time as responses do: whole seconds with the fixed offset -05:00. */
export function eastern(ms: number): string {
  return `${new Date(ms - 5 * 3_600_000).toISOString().slice(0, 19)}-05:00`;
}

/** End of the current billing cycle: the 24th at 20:00 -05:00. */
export function cycleEnd(now: number): string {
  const at = new Date(now);
  const end = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 25, 1);
  return eastern(end > now ? end : Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 25, 1));
}

/** IP address of an activated device: 10.61.4.1 for the first one, one more for each following one. */
export function ipOf(line: number): string {
  const host = (61 << 16) + (4 << 8) + line;
  return `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`;
}

/** All identifiers of a device as responses list them, with `iccId` in this spelling. */
export function idsOf(device: TsDevice): { id: string; kind: string }[] {
  const mdn = device.line === undefined ? undefined : mdnOf(device.line);
  return [
    ...(mdn === undefined ? [] : [{ id: mdn, kind: 'mdn' }]),
    ...(device.imei === undefined ? [] : [{ id: device.imei, kind: 'imei' }]),
    { id: device.iccid, kind: 'iccId' },
    ...(mdn === undefined
      ? []
      : [
          { id: imsiOf(device), kind: 'imsi' },
          { id: `1${mdn}`, kind: 'msisdn' },
          { id: mdn, kind: 'min' },
        ]),
  ];
}

/** Serializes a device. `single` adds the attributes that ThingSpace returns only when one device is requested. */
export function deviceWire(world: World, device: TsDevice, single: boolean) {
  const now = world.clock.now();
  const last = lastConnection(device, now);
  return {
    accountName: device.account,
    billingCycleEndDate: cycleEnd(now),
    carrierInformations: [
      { carrierName: 'Verizon Wireless', servicePlan: device.line === undefined ? '' : device.plan, state: device.state },
    ],
    connected: isConnected(device, now),
    createdAt: eastern(device.created),
    customFields: [
      { key: 'CustomField1', value: device.name },
      ...Object.entries(device.fields ?? {}).map(([key, value]) => ({ key, value })),
    ],
    deviceIds: idsOf(device),
    extendedAttributes: [
      { key: 'DeviceId', value: String(deviceNumber(device)) },
      { key: 'PrimaryPlaceOfUseZipCode', value: device.zip },
      ...(single ? placeAttributes(device) : []),
      ...(single && device.costCenter !== undefined ? [{ key: 'CostCenterCode', value: device.costCenter }] : []),
    ],
    groupNames: [device.group],
    ipAddress: device.line === undefined ? '' : ipOf(device.line),
    ...(device.activated === undefined ? {} : { lastActivationBy: 'API User', lastActivationDate: eastern(device.activated) }),
    ...(last === undefined ? {} : { lastConnectionDate: eastern(last) }),
  };
}

/** Primary place of use as strings. Members that were not set are empty. */
export function placeOf(device: TsDevice): Record<'firstName' | 'lastName' | 'addressLine1' | 'city' | 'state' | 'country', string> {
  const { customerName, address } = device.place ?? {
    customerName: { firstName: 'Avery', lastName: 'Example' },
    address: { addressLine1: `${device.n} Example Way`, city: 'Wenatchee', state: 'WA', country: 'USA' },
  };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    firstName: text(customerName['firstName']),
    lastName: text(customerName['lastName']),
    addressLine1: text(address['addressLine1']),
    city: text(address['city']),
    state: text(address['state']),
    country: text(address['country']),
  };
}

function placeAttributes(device: TsDevice): { key: string; value: string }[] {
  const place = placeOf(device);
  return [
    { key: 'PrimaryPlaceOfUseFirstName', value: place.firstName },
    { key: 'PrimaryPlaceOfUseLastName', value: place.lastName },
    { key: 'PrimaryPlaceOfUseAddressLine1', value: place.addressLine1 },
    { key: 'PrimaryPlaceOfUseCity', value: place.city },
    { key: 'PrimaryPlaceOfUseState', value: place.state },
    { key: 'PrimaryPlaceOfUseCountry', value: place.country },
  ];
}

/** Serializes a service plan. A placeholder plan has neither code nor attributes. */
export function planWire(plan: Plan) {
  return plan.code === undefined ? { ...plan } : { ...plan, extendedAttributes: [] };
}

/** Formats the UTC midnight before a time as usage records do. */
export function midnight(ms: number): string {
  return new Date(ms - (ms % day)).toISOString().replace('.000Z', 'Z');
}
