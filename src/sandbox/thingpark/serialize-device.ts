/** Serialization of devices in OSS responses. */
import { seededHex } from '../random.ts';
import type { World } from '../world.ts';
import { acknowledgementOf, alarmsOf } from './alarm-data.ts';
import { deviceClassOf, lastDownlink } from './downlinks.ts';
import { batteryLevel, deviceHealth, lastUplink, radioQuality } from './history.ts';
import { occContext } from './oss-request.ts';
import type { TpDevice } from './state.ts';

const subscriptionPath = '/thingpark/wireless/rest/subscriptions/32';

export function deviceHref(device: TpDevice): string {
  return `${subscriptionPath}/devices/${device.uid}`;
}

/** DevAddr: as provisioned, or assigned by the join that the first uplink after a reset implies. */
export function devAddrOf(world: World, device: TpDevice): string | undefined {
  if (device.nwAddress || device.activation !== 'OTAA') return device.nwAddress;
  const last = lastUplink(device, world.clock.now());
  return last !== undefined && last >= (device.initSince ?? 0)
    ? `04${seededHex(6, world.seed, 'addr', device.EUI, device.initSince ?? 0)}`
    : undefined;
}

/** Unacknowledged alarms per severity, with the highest severity and the total. */
export function alarmCounts(world: World, device: TpDevice) {
  const open = alarmsOf(world, device).filter((alarm) => !acknowledgementOf(world, alarm));
  const countOf = (state: number): number => open.filter((alarm) => alarm.state === state).length;
  return {
    alarm1: countOf(1),
    alarm2: countOf(2),
    alarm3: countOf(3),
    alarm4: countOf(4),
    alarm5: countOf(5),
    alarm6: countOf(6),
    alarmLevel: Math.max(0, ...open.map(({ state }) => state)),
    alarmCount: open.length,
  };
}

/** A row of the device list, with about as many fields as the real API returns. */
export function serializeDeviceBrief(world: World, device: TpDevice) {
  const { thingpark, clock } = world;
  const now = clock.now();
  const last = lastUplink(device, now) ?? null;
  const address = devAddrOf(world, device);
  const lastRadio = last === null ? undefined : radioQuality(world, device, 0);
  const model = thingpark.models.find((one) => one.ID === device.model);
  const plan = thingpark.plans.find((one) => one.ID === device.plan);
  return {
    name: device.name,
    EUI: device.EUI,
    ...(address ? { nwAddress: address } : {}),
    connectivity: device.connectivity,
    ...(device.activation ? { activation: device.activation } : {}),
    ...(device.appEUI ? { appEUI: device.appEUI } : {}),
    model: {
      ID: device.model,
      commercialName: model?.commercialName ?? device.model,
      logo: '/thingpark/wireless/rest/resources/files/logo/deviceProfile/3',
    },
    vendor: model ? { ID: model.vendor.ID, name: model.vendor.name, commercialName: model.vendor.name } : null,
    networkSubscription: plan ? { ID: plan.ID, commercialName: plan.commercialName, nwGeolocalization: false, prAllowed: false } : null,
    appServers: device.appServers.map((ID) => {
      const server = thingpark.appServers.find((one) => one.ID === ID);
      return { ID, name: server?.name ?? ID, href: `${subscriptionPath}/appServers/${server?.uid ?? '0'}` };
    }),
    healthState: deviceHealth(device, now),
    ...alarmCounts(world, device),
    creationDate: device.created,
    lastUpTimestamp: last,
    lastDwTimestamp: lastDownlink(device, now) ?? null,
    lastRSSI: lastRadio?.rssi ?? null,
    avgRSSI: lastRadio?.rssi ?? null,
    lastSNR: lastRadio?.snr ?? null,
    avgSNR: lastRadio?.snr ?? null,
    lastESP: lastRadio ? Math.round((lastRadio.rssi - 1.4) * 10) / 10 : null,
    lastSF: lastRadio && device.connectivity === 'LORAWAN' ? lastRadio.sf : null,
    lastMeanPER: lastRadio?.loss ?? null,
    lastInstantPER: lastRadio?.loss ?? null,
    lastBatLevel: last === null ? null : batteryLevel(world, device),
    bestLRR: last === null ? null : { ID: '10001234' },
    currentClass: deviceClassOf(device),
    joinServer: 'LOCAL',
    motionIndicator: 'NEAR_STATIC',
    ...device.notes,
    tags: (device.tags ?? []).map((name) => ({ name })),
    domains: device.domains ?? [],
    ...(device.networkContext ? { networkContext: { ID: device.networkContext } } : {}),
    ...(device.iccid ? { sim: { ID: device.iccid, type: 'SINGLE_IMSI' } } : {}),
    ...(device.imei ? { enforcedIMEI: device.imei } : {}),
    occContext: { lastUpdate: device.updated ?? device.created, who: 'TWA_199900001.ADMIN' },
    href: deviceHref(device),
  };
}

/** A single device. Key material is never returned. */
export function serializeDevice(world: World, device: TpDevice) {
  return {
    ...serializeDeviceBrief(world, device),
    suspension: device.suspended ? 'SUBSCRIBER_SUSPENDED' : 'NONE',
    locationType: device.notes?.['adminLat'] === undefined ? 1 : 0,
    occContext: occContext(device, device.created),
    now: world.clock.now(),
  };
}
