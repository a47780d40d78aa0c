/** Device changes: update, suspension, connectivity plan and its licences, deletion, reset and downlink. */
import type { devices as contracts } from '../../clients/thingpark/devices.ts';
import { asObject, asText, type Handler } from '../handler.ts';
import type { World } from '../world.ts';
import { findFreePlan, parseAppServers, parseDomains, pickPassThroughFields } from './device-fields.ts';
import { findDevice, invalidateDeviceIndexes } from './device-lookup.ts';
import { queueDownlink } from './downlinks.ts';
import { booleanParam, checkVersion, incrementVersion, ossRefusal } from './oss-request.ts';
import { serializeDevice } from './serialize-device.ts';
import type { TpDevice } from './state.ts';

/** Suspends a device: the network ignores its uplinks from `now` on. */
export function suspend(device: TpDevice, now: number): void {
  if (device.suspended) return;
  device.suspended = true;
  device.suspendedSince = now;
}

/** Resumes a device. Its health is INIT until the next uplink. */
export function resume(device: TpDevice, now: number): void {
  if (!device.suspended) return;
  device.suspended = false;
  device.pastSuspensions = [...(device.pastSuspensions ?? []), { from: device.suspendedSince ?? now, to: now }];
  delete device.suspendedSince;
  device.initSince = now;
}

/** Assigns a connectivity plan and resumes the device, or removes the plan and suspends it. Updates the licence counts. */
export function assignPlan(world: World, device: TpDevice, id: string | undefined): void {
  const { plans } = world.thingpark;
  const now = world.clock.now();
  if (id !== device.plan) {
    const next = findFreePlan(world.thingpark, id, device.connectivity);
    const before = plans.find((plan) => plan.ID === device.plan);
    if (before) before.used -= 1;
    if (next) next.used += 1;
    device.plan = next?.ID;
  }
  if (device.plan === undefined) suspend(device, now);
  else resume(device, now);
}

/** Deletes a device with its alarms and history, and releases its licence. */
export function removeDevice(world: World, device: TpDevice): void {
  const tp = world.thingpark;
  const plan = tp.plans.find(({ ID }) => ID === device.plan);
  if (plan) plan.used -= 1;
  tp.devices.delete(device.EUI);
  for (const uid of tp.acks.keys()) if (Number.parseInt(uid.slice(16), 16) === Number(device.uid)) tp.acks.delete(uid);
  invalidateDeviceIndexes(tp);
}

/** Refuses an update that changes an immutable field. */
function rejectImmutableFields(device: TpDevice, sent: Record<string, unknown>): void {
  const fixed = { EUI: device.EUI, connectivity: device.connectivity, activation: device.activation, nwAddress: device.nwAddress };
  for (const [name, current] of Object.entries(fixed)) {
    const requested = asText(sent[name]);
    if (requested !== undefined && requested.toUpperCase() !== current) throw ossRefusal(400, 400, `${name} cannot be changed`);
  }
  for (const name of ['ownerToken', 'imsi', 'ki']) if (sent[name] !== undefined) throw ossRefusal(400, 400, `${name} cannot be changed`);
}

/** Assigns a device profile; it must match the device's connectivity and LoRaWAN version (1.0 or 1.1). */
export function assignModel(world: World, device: TpDevice, id: string): void {
  const model = world.thingpark.models.find((one) => one.ID === id);
  if (!model) throw ossRefusal(400, 222, `unknown device profile ID ${id}`);
  const current = world.thingpark.models.find((one) => one.ID === device.model);
  const fits = model.connectivity === device.connectivity && (model.macMinorVersion === 10) === (current?.macMinorVersion === 10);
  if (!fits) throw ossRefusal(400, 400, `device profile ${id} does not fit this device`);
  device.model = model.ID;
}

export const updateDevice: Handler<typeof contracts.update> = ({ world, path, query, body }) => {
  const device = findDevice(world, path.deviceUid);
  const sent = asObject(body);
  const now = world.clock.now();
  checkVersion(query, body, device);
  rejectImmutableFields(device, sent);
  const suspension = asText(sent['suspension']);
  if (suspension !== undefined && suspension !== 'NONE' && suspension !== 'SUBSCRIBER_SUSPENDED')
    throw ossRefusal(400, 400, `suspension: ${suspension} is not known`);
  const servers = sent['appServers'] === undefined ? undefined : parseAppServers(world.thingpark, sent['appServers']);
  const model = asText(asObject(sent['model'])['ID']);
  if (model !== undefined && model !== device.model) assignModel(world, device, model);
  const requestedPlan = asObject(sent['networkSubscription']);
  if ('ID' in requestedPlan) assignPlan(world, device, asText(requestedPlan['ID']));
  if (suspension === 'SUBSCRIBER_SUSPENDED') suspend(device, now);
  if (suspension === 'NONE') {
    if (device.plan === undefined) throw ossRefusal(400, 400, 'suspension: a device without connectivity plan stays suspended');
    resume(device, now);
  }
  if (servers) device.appServers = servers;
  const name = asText(sent['name']);
  if (name !== undefined) device.name = name;
  const appEUI = asText(sent['appEUI']);
  if (appEUI !== undefined) device.appEUI = appEUI.toUpperCase();
  const imei = asText(sent['enforcedIMEI']);
  if (imei !== undefined) device.imei = imei;
  const context = asText(asObject(sent['networkContext'])['ID']);
  if (context !== undefined) device.networkContext = context;
  if (Array.isArray(sent['domains'])) device.domains = parseDomains(sent['domains']);
  device.notes = { ...device.notes, ...pickPassThroughFields(sent) };
  incrementVersion(device, now);
  world.thingpark.alarmCache = undefined;
  return { status: 200, body: serializeDevice(world, device) };
};

export const deleteDevice: Handler<typeof contracts.delete> = ({ world, path, query }) => {
  removeDevice(world, findDevice(world, path.deviceUid));
  const task = '/thingpark/wireless/rest/subscriptions/32/tasks/1';
  return booleanParam(query, 'async') ? { status: 202, headers: { location: task } } : { status: 204 };
};

export const resetDevice: Handler<typeof contracts.reset> = ({ world, path }) => {
  const device = findDevice(world, path.deviceUid);
  device.initSince = world.clock.now() + 1;
  if (device.activation === 'OTAA') delete device.nwAddress;
  device.downlinkQueue = [];
  return { status: 204 };
};

export const sendDeviceDownlink: Handler<typeof contracts.downlink> = ({ world, path, query }) => {
  queueDownlink(world, findDevice(world, path.deviceUid), {
    payload: query.get('payload') ?? '',
    fPort: Number(query.get('fPort')),
    confirmed: booleanParam(query, 'confirmed'),
    flush: booleanParam(query, 'flushDownlinkQueue'),
    validity: query.get('validityTime') ?? undefined,
  });
  return { status: 201 };
};
