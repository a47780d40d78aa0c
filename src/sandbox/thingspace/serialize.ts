/** Serializers for ThingSpace objects and values. */
import { day, hour } from '../../durations.ts';
import type { World } from '../world.ts';
import { deviceIdOf, imsiOf, mdnOf } from './device-lookup.ts';
import { isConnected, lastConnection } from './history.ts';
import type { AccountPlan, TsDevice } from './state.ts';

/** Formats a time as responses do: whole seconds with the fixed offset -05:00. */
export function easternTime(ms: number): string {
  return `${new Date(ms - 5 * hour).toISOString().slice(0, 19)}-05:00`;
}

/** End of the current billing cycle: the 24th at 20:00 -05:00. */
export function billingCycleEnd(now: number): string {
  const at = new Date(now);
  const end = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 25, 1);
  return easternTime(end > now ? end : Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 25, 1));
}

/** IP address of an activated device: 10.61.4.1 for the first one, one more for each following one. */
export function ipOf(line: number): string {
  const host = (61 << 16) + (4 << 8) + line;
  return `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`;
}

/** All identifiers of a device as responses list them, with `iccId` in this spelling. */
export function identifiersOf(device: TsDevice): { id: string; kind: string }[] {
  const mdn = device.mdnIndex === undefined ? undefined : mdnOf(device.mdnIndex);
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
export function serializeDevice(world: World, device: TsDevice, single: boolean) {
  const now = world.clock.now();
  const last = lastConnection(device, now);
  return {
    accountName: device.account,
    billingCycleEndDate: billingCycleEnd(now),
    carrierInformations: [
      { carrierName: 'Verizon Wireless', servicePlan: device.mdnIndex === undefined ? '' : device.plan, state: device.state },
    ],
    connected: isConnected(device, now),
    createdAt: easternTime(device.created),
    customFields: [
      { key: 'CustomField1', value: device.name },
      ...Object.entries(device.fields ?? {}).map(([key, value]) => ({ key, value })),
    ],
    deviceIds: identifiersOf(device),
    extendedAttributes: [
      { key: 'DeviceId', value: String(deviceIdOf(device)) },
      { key: 'PrimaryPlaceOfUseZipCode', value: device.zip },
      ...(single ? placeAttributes(device) : []),
      ...(single && device.costCenter !== undefined ? [{ key: 'CostCenterCode', value: device.costCenter }] : []),
    ],
    groupNames: [device.group],
    ipAddress: device.mdnIndex === undefined ? '' : ipOf(device.mdnIndex),
    ...(device.activated === undefined ? {} : { lastActivationBy: 'API User', lastActivationDate: easternTime(device.activated) }),
    ...(last === undefined ? {} : { lastConnectionDate: easternTime(last) }),
  };
}

/** Primary place of use as strings. Members that were not set are empty. */
export function placeOfUseOf(device: TsDevice): Record<'firstName' | 'lastName' | 'addressLine1' | 'city' | 'state' | 'country', string> {
  const { customerName, address } = device.placeOfUse ?? {
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
  const place = placeOfUseOf(device);
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
export function serializePlan(plan: AccountPlan) {
  return plan.code === undefined ? { ...plan } : { ...plan, extendedAttributes: [] };
}

/** Formats the UTC midnight before a time as usage records do. */
export function utcMidnight(ms: number): string {
  return new Date(ms - (ms % day)).toISOString().replace('.000Z', 'Z');
}
