/** Selects the devices of a request: the listed devices, or else the devices that match its filter. */
import { hour } from '../../durations.ts';
import { asText } from '../handler.ts';
import type { World } from '../world.ts';
import { selectionFilters } from './device-filters.ts';
import { accountOf, addToIndex, findOne, readId, readIds } from './device-lookup.ts';
import { apiError } from './errors.ts';
import { defaultGroup } from './seed.ts';
import type { TsDevice } from './state.ts';

const maxDevices = 10_000;

/** Returns a list of a request body unparsed, undefined when it is absent. Rejects an empty list and one with more than `limit` elements. */
export function optionalList(body: Record<string, unknown>, member = 'devices', limit = maxDevices): unknown[] | undefined {
  const devices = body[member];
  if (devices === undefined || devices === null) return undefined;
  if (!Array.isArray(devices)) throw apiError('DeserializationFailed', `${member} is not a list.`);
  if (devices.length === 0) throw apiError('INPUT_INVALID.DeviceNotProvided', 'The list of devices is empty.');
  if (devices.length > limit) {
    if (limit === 200) throw apiError('INPUT_INVALID.NumberofDevices', 'More than 200 devices.');
    throw apiError('INPUT_INVALID.MaxRequestsExceeded', `More than ${limit.toLocaleString('en-US')} devices.`);
  }
  return devices;
}

/** Like `optionalList`, but rejects an absent list. */
export function requiredList(body: Record<string, unknown>, member = 'devices', limit = maxDevices): unknown[] {
  const found = optionalList(body, member, limit);
  if (!found) throw apiError('DeserializationFailed', `The element ${member} is missing.`);
  return found;
}

/** Returns the device, or rejects the request when the device is not in the account. */
export function requireInAccount(device: TsDevice, account: string | undefined): TsDevice {
  if (account !== undefined && device.account !== account)
    throw apiError('INPUT_INVALID.Device.Account.Invalid', 'The device is not in the account.');
  return device;
}

/** Returns the devices of a list in which each element is one device with its `deviceIds`. */
export function devicesOfElements(world: World, list: readonly unknown[], account?: string): TsDevice[] {
  return list.map((element) => requireInAccount(findOne(world.thingspace, readIds(element)), account));
}

/** Returns the devices of a flat list in which each identifier is one device. */
export function devicesOfIds(world: World, list: readonly unknown[], account?: string): TsDevice[] {
  return list.map((id) => requireInAccount(findOne(world.thingspace, [readId(id)]), account));
}

/** Returns the devices of a bulk request: `devices`, flat `deviceIds`, or a filter by account, group, service plan and custom fields. */
export function selectDevices(world: World, body: Record<string, unknown>): TsDevice[] {
  const ts = world.thingspace;
  const account = asText(body['accountName']);
  if (account !== undefined) accountOf(ts, account);
  const listed = optionalList(body);
  if (listed) return devicesOfElements(world, listed, account);
  const flat = optionalList(body, 'deviceIds');
  if (flat) return devicesOfIds(world, flat, account);
  const tests = selectionFilters(ts, body);
  if (tests.length === 0) throw apiError('INPUT_INVALID.DeviceNotProvided', 'Neither devices nor a filter are given.');
  const found = ts.devices.filter((device) => tests.every((test) => test(device)));
  if (found.length > maxDevices) throw apiError('INPUT_INVALID.MaxRequestsExceeded', 'More than 10,000 devices.');
  return found;
}

/** The fault for a device that is not in the required state. */
export const stateFault = (state: string): readonly [string, string] => [
  'INPUT_INVALID.DeviceState.Invalid',
  `The device is not in ${state} state.`,
];

/** Returns a SIM that no account has yet. `addDevices` stores it. */
export function newDevice(world: World, iccid: string, account: string): TsDevice {
  return {
    n: 0,
    account,
    iccid,
    name: '',
    group: defaultGroup(account),
    state: 'pre-active',
    plan: '',
    zip: '',
    created: world.clock.now(),
    period: hour,
  };
}

/** Stores the devices that are new and returns all of them. The same SIM listed twice is one device. */
export function addDevices(world: World, targets: readonly TsDevice[]): TsDevice[] {
  const ts = world.thingspace;
  const added = new Map<string, TsDevice>();
  return targets.map((device) => {
    const duplicate = added.get(device.iccid);
    if (duplicate || device.n > 0) return duplicate ?? device;
    device.n = ts.nextDevice++;
    device.name = `new-${String(device.n).padStart(4, '0')}`;
    ts.devices.push(device);
    addToIndex(ts, device);
    added.set(device.iccid, device);
    return device;
  });
}
