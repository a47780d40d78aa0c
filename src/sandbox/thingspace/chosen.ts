/** Which devices a request means: those named, or else those that its filter matches. */
import { textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { accountOf, enter, findOne, readId, readIds } from './find.ts';
import { selectionTests } from './matching.ts';
import { defaultGroup, type TsDevice } from './seed.ts';
import { wrong } from './wrong.ts';

const most = 10_000;

/** A list in a request, as it came; undefined when it is not there. */
export function elements(body: Record<string, unknown>, member = 'devices', limit = most): unknown[] | undefined {
  const devices = body[member];
  if (devices === undefined || devices === null) return undefined;
  if (!Array.isArray(devices)) throw wrong('DeserializationFailed', `${member} is not a list.`);
  if (devices.length === 0) throw wrong('INPUT_INVALID.DeviceNotProvided', 'The list of devices is empty.');
  if (devices.length > limit) {
    if (limit === 200) throw wrong('INPUT_INVALID.NumberofDevices', 'More than 200 devices.');
    throw wrong('INPUT_INVALID.MaxRequestsExceeded', `More than ${limit.toLocaleString('en-US')} devices.`);
  }
  return devices;
}

/** The same, where it must be there. */
export function requiredElements(body: Record<string, unknown>, member = 'devices', limit = most): unknown[] {
  const found = elements(body, member, limit);
  if (!found) throw wrong('DeserializationFailed', `The element ${member} is missing.`);
  return found;
}

export function inAccount(device: TsDevice, account: string | undefined): TsDevice {
  if (account !== undefined && device.account !== account)
    throw wrong('INPUT_INVALID.Device.Account.Invalid', 'The device is not in the account.');
  return device;
}

/** The devices that the elements of a list name, each element one device. */
export function namedIn(world: World, list: readonly unknown[], account?: string): TsDevice[] {
  return list.map((element) => inAccount(findOne(world.thingspace, readIds(element)), account));
}

/** The devices that a flat list names, each identifier one device. */
export function namedFlat(world: World, list: readonly unknown[], account?: string): TsDevice[] {
  return list.map((id) => inAccount(findOne(world.thingspace, [readId(id)]), account));
}

/** The devices of a bulk request: `devices`, flat `deviceIds`, or a filter of account, group, plan and custom fields. */
export function chosen(world: World, body: Record<string, unknown>): TsDevice[] {
  const ts = world.thingspace;
  const account = textOf(body['accountName']);
  if (account !== undefined) accountOf(ts, account);
  const named = elements(body);
  if (named) return namedIn(world, named, account);
  const flat = elements(body, 'deviceIds');
  if (flat) return namedFlat(world, flat, account);
  const tests = selectionTests(ts, body);
  if (tests.length === 0) throw wrong('INPUT_INVALID.DeviceNotProvided', 'Neither devices nor a filter are given.');
  const found = ts.devices.filter((device) => tests.every((test) => test(device)));
  if (found.length > most) throw wrong('INPUT_INVALID.MaxRequestsExceeded', 'More than 10,000 devices.');
  return found;
}

/** The fault of a device whose state does not allow the act. */
export const notIn = (state: string): readonly [string, string] => [
  'INPUT_INVALID.DeviceState.Invalid',
  `The device is not in ${state} state.`,
];

/** A SIM that no account knew before; `addNew` enters it. */
export function freshDevice(world: World, iccid: string, account: string): TsDevice {
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
    period: 3_600_000,
  };
}

/** Enters the devices that were not known yet; the same SIM named twice is one device. */
export function addNew(world: World, targets: readonly TsDevice[]): TsDevice[] {
  const ts = world.thingspace;
  const added = new Map<string, TsDevice>();
  return targets.map((device) => {
    const twin = added.get(device.iccid);
    if (twin || device.n > 0) return twin ?? device;
    device.n = ts.nextDevice++;
    device.name = `new-${String(device.n).padStart(4, '0')}`;
    ts.devices.push(device);
    enter(ts, device);
    added.set(device.iccid, device);
    return device;
  });
}
