/** Device changes: update, suspension, connectivity plan and its licences, deletion, reset and downlink. */
import type { devices as contracts } from '../../clients/thingpark/devices.ts';
import { type Behaviour, members, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { domainsFrom, noted, planFor, serversFrom } from './device-parts.ts';
import { queueDownlink } from './downlinks.ts';
import { find, forgetOrder } from './find.ts';
import { changed, checkLock, flag, refuse } from './refuse.ts';
import type { TpDevice } from './seed.ts';
import { deviceFull } from './shapes.ts';

/** Suspends a device: the network ignores its uplinks from `now` on. */
export function suspend(device: TpDevice, now: number): void {
  if (device.suspended) return;
  device.suspended = true;
  device.heldSince = now;
}

/** Resumes a device. Its health is INIT until the next uplink. */
export function resume(device: TpDevice, now: number): void {
  if (!device.suspended) return;
  device.suspended = false;
  device.quiet = [...(device.quiet ?? []), { from: device.heldSince ?? now, to: now }];
  delete device.heldSince;
  device.resumedAt = now;
}

/** Assigns a connectivity plan and resumes the device, or removes the plan and suspends it. Updates the licence counts. */
export function givePlan(world: World, device: TpDevice, id: string | undefined): void {
  const { plans } = world.thingpark;
  const now = world.clock.now();
  if (id !== device.plan) {
    const next = planFor(world.thingpark, id, device.connectivity);
    const before = plans.find((plan) => plan.ID === device.plan);
    if (before) before.used -= 1;
    if (next) next.used += 1;
    device.plan = next?.ID;
  }
  if (device.plan === undefined) suspend(device, now);
  else resume(device, now);
}

/** Deletes a device with its alarms and history, and releases its licence. */
export function dropDevice(world: World, device: TpDevice): void {
  const tp = world.thingpark;
  const plan = tp.plans.find(({ ID }) => ID === device.plan);
  if (plan) plan.used -= 1;
  tp.devices.delete(device.EUI);
  for (const uid of tp.acks.keys()) if (Number.parseInt(uid.slice(16), 16) === Number(device.uid)) tp.acks.delete(uid);
  forgetOrder(tp);
}

/** Refuses an update that changes an immutable field. */
function rejectImmutableFields(device: TpDevice, sent: Record<string, unknown>): void {
  const fixed = { EUI: device.EUI, connectivity: device.connectivity, activation: device.activation, nwAddress: device.nwAddress };
  for (const [name, current] of Object.entries(fixed)) {
    const requested = textOf(sent[name]);
    if (requested !== undefined && requested.toUpperCase() !== current) throw refuse(400, 400, `${name} cannot be changed`);
  }
  for (const name of ['ownerToken', 'imsi', 'ki']) if (sent[name] !== undefined) throw refuse(400, 400, `${name} cannot be changed`);
}

/** Assigns a device profile; it must match the device's connectivity and LoRaWAN version (1.0 or 1.1). */
export function giveModel(world: World, device: TpDevice, id: string): void {
  const model = world.thingpark.models.find((one) => one.ID === id);
  if (!model) throw refuse(400, 222, `unknown device profile ID ${id}`);
  const current = world.thingpark.models.find((one) => one.ID === device.model);
  const fits = model.connectivity === device.connectivity && (model.macMinorVersion === 10) === (current?.macMinorVersion === 10);
  if (!fits) throw refuse(400, 400, `device profile ${id} does not fit this device`);
  device.model = model.ID;
}

export const update: Behaviour<typeof contracts.update> = ({ world, path, query, body }) => {
  const device = find(world, path.deviceUid);
  const sent = members(body);
  const now = world.clock.now();
  checkLock(query, body, device);
  rejectImmutableFields(device, sent);
  const suspension = textOf(sent['suspension']);
  if (suspension !== undefined && suspension !== 'NONE' && suspension !== 'SUBSCRIBER_SUSPENDED')
    throw refuse(400, 400, `suspension: ${suspension} is not known`);
  const servers = sent['appServers'] === undefined ? undefined : serversFrom(world.thingpark, sent['appServers']);
  const model = textOf(members(sent['model'])['ID']);
  if (model !== undefined && model !== device.model) giveModel(world, device, model);
  const requestedPlan = members(sent['networkSubscription']);
  if ('ID' in requestedPlan) givePlan(world, device, textOf(requestedPlan['ID']));
  if (suspension === 'SUBSCRIBER_SUSPENDED') suspend(device, now);
  if (suspension === 'NONE') {
    if (device.plan === undefined) throw refuse(400, 400, 'suspension: a device without connectivity plan stays suspended');
    resume(device, now);
  }
  if (servers) device.appServers = servers;
  const name = textOf(sent['name']);
  if (name !== undefined) device.name = name;
  const appEUI = textOf(sent['appEUI']);
  if (appEUI !== undefined) device.appEUI = appEUI.toUpperCase();
  const imei = textOf(sent['enforcedIMEI']);
  if (imei !== undefined) device.imei = imei;
  const context = textOf(members(sent['networkContext'])['ID']);
  if (context !== undefined) device.networkContext = context;
  if (Array.isArray(sent['domains'])) device.domains = domainsFrom(sent['domains']);
  device.notes = { ...device.notes, ...noted(sent) };
  changed(device, now);
  world.thingpark.alarmBook = undefined;
  return { status: 200, body: deviceFull(world, device) };
};

export const deleteDevice: Behaviour<typeof contracts.delete> = ({ world, path, query }) => {
  dropDevice(world, find(world, path.deviceUid));
  const task = '/thingpark/wireless/rest/subscriptions/32/tasks/1';
  return flag(query, 'async') ? { status: 202, headers: { location: task } } : { status: 204 };
};

export const reset: Behaviour<typeof contracts.reset> = ({ world, path }) => {
  const device = find(world, path.deviceUid);
  device.resumedAt = world.clock.now() + 1;
  if (device.activation === 'OTAA') delete device.nwAddress;
  device.queue = [];
  return { status: 204 };
};

export const downlink: Behaviour<typeof contracts.downlink> = ({ world, path, query }) => {
  queueDownlink(world, find(world, path.deviceUid), {
    payload: query.get('payload') ?? '',
    fPort: Number(query.get('fPort')),
    confirmed: flag(query, 'confirmed'),
    flush: flag(query, 'flushDownlinkQueue'),
    validity: query.get('validityTime') ?? undefined,
  });
  return { status: 201 };
};
