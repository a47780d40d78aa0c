/** How ThingSpace writes its objects on the wire. */
import type { World } from '../world.ts';
import { deviceNumber, imsiOf, mdnOf } from './find.ts';
import { isConnected, lastConnection } from './history.ts';
import type { Plan, TsDevice } from './seed.ts';

const day = 86_400_000;

/** A time as answers write it: seconds, with the offset of the east coast. */
export function eastern(ms: number): string {
  return `${new Date(ms - 5 * 3_600_000).toISOString().slice(0, 19)}-05:00`;
}

/** The evening of the 24th on which the present billing cycle ends. */
function cycleEnd(now: number): string {
  const at = new Date(now);
  const end = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 25, 1);
  return eastern(end > now ? end : Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 25, 1));
}

/** 10.61.4.1 for the first line, then one more for each. */
function ipOf(line: number): string {
  const host = (61 << 16) + (4 << 8) + line;
  return `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`;
}

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

/** A row of the device list; `alone` adds the attributes that only a single device is given with. */
export function deviceWire(world: World, device: TsDevice, alone: boolean) {
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
      ...(alone
        ? [
            { key: 'PrimaryPlaceOfUseFirstName', value: 'Avery' },
            { key: 'PrimaryPlaceOfUseLastName', value: 'Example' },
            { key: 'PrimaryPlaceOfUseAddressLine1', value: `${device.n} Example Way` },
            { key: 'PrimaryPlaceOfUseCity', value: 'Wenatchee' },
            { key: 'PrimaryPlaceOfUseState', value: 'WA' },
            { key: 'PrimaryPlaceOfUseCountry', value: 'USA' },
          ]
        : []),
    ],
    groupNames: [device.group],
    ipAddress: device.line === undefined ? '' : ipOf(device.line),
    ...(device.activated === undefined ? {} : { lastActivationBy: 'API User', lastActivationDate: eastern(device.activated) }),
    ...(last === undefined ? {} : { lastConnectionDate: eastern(last) }),
  };
}

export function planWire(plan: Plan) {
  return plan.code === undefined ? { ...plan } : { ...plan, extendedAttributes: [] };
}

/** Midnight UTC as usage records write it. */
export function midnight(ms: number): string {
  return new Date(ms - (ms % day)).toISOString().replace('.000Z', 'Z');
}
