/** How ThingPark writes its objects on the wire. */
import type { World } from '../world.ts';
import { healthOf, lastUplink, radio } from './history.ts';
import type { TpDevice } from './seed.ts';

const subscription = '/thingpark/wireless/rest/subscriptions/32';

export function deviceHref(device: TpDevice): string {
  return `${subscription}/devices/${device.uid}`;
}

/** A row of the device list, about as wide as the real one. */
export function deviceBrief(world: World, device: TpDevice) {
  const { thingpark, clock } = world;
  const now = clock.now();
  const last = lastUplink(device, now) ?? null;
  const heard = last === null ? undefined : radio(world, device, 0);
  const model = thingpark.models.find((one) => one.ID === device.model);
  const plan = thingpark.plans.find((one) => one.ID === device.plan);
  return {
    name: device.name,
    EUI: device.EUI,
    ...(device.nwAddress ? { nwAddress: device.nwAddress } : {}),
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
      return { ID, name: server?.name ?? ID, href: `${subscription}/appServers/${server?.uid ?? '0'}` };
    }),
    healthState: healthOf(device, now),
    alarm1: 0,
    alarm2: 0,
    alarm3: 0,
    alarm4: 0,
    alarm5: 0,
    alarm6: 0,
    alarmLevel: 0,
    alarmCount: 0,
    creationDate: device.created,
    lastUpTimestamp: last,
    lastDwTimestamp: last === null ? null : last - (last % 86_400_000),
    lastRSSI: heard?.rssi ?? null,
    avgRSSI: heard?.rssi ?? null,
    lastSNR: heard?.snr ?? null,
    avgSNR: heard?.snr ?? null,
    lastESP: heard ? Math.round((heard.rssi - 1.4) * 10) / 10 : null,
    lastSF: heard && device.connectivity === 'LORAWAN' ? heard.sf : null,
    lastMeanPER: heard?.loss ?? null,
    lastInstantPER: heard?.loss ?? null,
    lastBatLevel: last === null ? null : 254 - (Number.parseInt(device.EUI.slice(-2), 16) % 120),
    bestLRR: last === null ? null : { ID: '10001234' },
    currentClass: device.model.includes('ValveC') ? 'C' : 'A',
    joinServer: 'LOCAL',
    motionIndicator: 'NEAR_STATIC',
    tags: [],
    ...(device.iccid ? { sim: { ID: device.iccid, type: 'SINGLE_IMSI' } } : {}),
    ...(device.imei ? { enforcedIMEI: device.imei } : {}),
    occContext: { lastUpdate: device.created, who: 'TWA_199900001.ADMIN' },
    href: deviceHref(device),
  };
}

/** One device read by itself; key material never comes back. */
export function deviceFull(world: World, device: TpDevice) {
  return {
    ...deviceBrief(world, device),
    suspension: device.suspended ? 'SUBSCRIBER_SUSPENDED' : 'NONE',
    occContext: { version: device.version, lastUpdate: device.created, who: 'TWA_199900001.ADMIN' },
    now: world.clock.now(),
  };
}
