import type { devices as contracts } from '../../clients/thingspace/devices.ts';
import { type Behaviours, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { addNew, chosen, elements, freshDevice, inAccount, notIn } from './chosen.ts';
import { accountOf, erase, find, findAll, findOne, placeAfter, readId, readIds, refit } from './find.ts';
import { pause, resume } from './history.ts';
import { activated, close, deactivated, open, restored, suspended } from './line.ts';
import { listTests, readCustomFields, setFields } from './matching.ts';
import { accept } from './requests.ts';
import type { TsDevice } from './seed.ts';
import { deviceWire } from './shapes.ts';
import { wrong } from './wrong.ts';

/** Returns the device of one element of an activation, a new device when the ICCID is unknown. */
function toActivate(world: World, element: unknown, sku: string | undefined, account: string | undefined): TsDevice {
  const ts = world.thingspace;
  const ids = readIds(element);
  const id = (kind: string): string | undefined => ids.find((one) => one.kind === kind)?.id;
  const iccid = id('iccid');
  const imei = id('imei');
  // MEID and ESN identify 3G devices, and the sandbox has none.
  if (id('meid') ?? id('esn')) throw wrong('REQUEST_FAILED.DeviceNotFound', 'The device does not exist.');
  if (imei === undefined && sku === undefined) {
    throw wrong('INPUT_INVALID.Device.Identifier.Invalid', 'An IMEI or a SKU number is needed with the ICCID.');
  }
  if (iccid === undefined) throw wrong('INPUT_INVALID.Device.Identifier.Invalid', 'An ICCID is needed with the IMEI.');
  const device = find(ts, { kind: 'iccid', id: iccid });
  const holder = imei === undefined ? undefined : find(ts, { kind: 'imei', id: imei });
  if (holder && holder !== device) throw wrong('INPUT_INVALID.Device.Identifier.Invalid', 'The IMEI belongs to another device.');
  if (device) return inAccount(device, account);
  if (account === undefined) throw wrong('REQUEST_FAILED.MultipleAccounts', 'The user has several accounts, name one.');
  return freshDevice(world, iccid, account);
}

export const devices: Behaviours<typeof contracts> = {
  list({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    if (sent['deviceId'] !== undefined && sent['deviceId'] !== null) {
      const id = readId(sent['deviceId']);
      const device = inAccount(findOne(ts, [id]), textOf(sent['accountName']));
      const found = id.kind === 'eid' ? findAll(ts, id.id) : [device];
      return { status: 200, body: { hasMoreData: false, devices: found.map((one) => deviceWire(world, one, true)) } };
    }
    const tests = listTests(ts, sent);
    const asked = Number(sent['maxNumberOfDevices'] ?? ts.page.usual);
    const size = Math.min(ts.page.most, Number.isInteger(asked) && asked > 0 ? asked : ts.page.usual);
    const after = sent['largestDeviceIdSeen'];
    const byNumber = after !== undefined && after !== null;
    const order = byNumber ? ts.devices : ts.devices.toSorted((a, b) => a.created - b.created || a.n - b.n);
    const rows: TsDevice[] = [];
    // One row more than a page shows whether there is a next page.
    for (let i = byNumber ? placeAfter(ts, (Number(after) - 900_100) / 11) : 0; i < order.length && rows.length <= size; i++) {
      const device = order[i];
      if (device && tests.every((test) => test(device))) rows.push(device);
    }
    const hasMoreData = rows.length > size;
    return {
      status: hasMoreData ? 202 : 200,
      body: { hasMoreData, devices: rows.slice(0, size).map((device) => deviceWire(world, device, false)) },
    };
  },

  activate({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const listed = elements(sent);
    if (!listed) throw wrong('DeserializationFailed', 'The element devices is missing.');
    const plan = required(sent, 'servicePlan');
    const zip = required(sent, 'mdnZipCode');
    const account = textOf(sent['accountName']);
    const group = textOf(sent['groupName']);
    const fields = readCustomFields(sent['customFields']);
    const sku = textOf(sent['skuNumber']);
    const offered = account === undefined ? ts.accounts : [accountOf(ts, account)];
    if (!offered.some((one) => one.plans.some((known) => known.code === plan)))
      throw wrong(`REQUEST_FAILED.${plan}.NotFound`, 'The service plan does not exist.');
    if (group !== undefined && !ts.groups.some((one) => one.name === group))
      throw wrong('REQUEST_FAILED.DeviceGroupNotFound', 'The device group does not exist.');
    const imeis = listed.map((element) => readIds(element).find((one) => one.kind === 'imei')?.id);
    const found = listed.map((element) => toActivate(world, element, sku, account));
    const targets = addNew(world, found);
    const pendingImeis = new Map<TsDevice, string | undefined>();
    targets.forEach((device, i) => {
      if (device.state !== 'pre-active' && device.state !== 'deactive') return;
      device.state = 'pending activation';
      pendingImeis.set(device, imeis[i]);
    });
    return accept(world, 'activate', targets, (device, now) => {
      if (!pendingImeis.has(device)) return ['REQUEST_FAILED.DeviceAlreadyActive', 'Device is already active'];
      const imei = pendingImeis.get(device);
      if (imei !== undefined) refit(ts, device, imei, now);
      open(world, device, plan, zip, now);
      if (group !== undefined) device.group = group;
      setFields(device, fields);
      return activated(world, device);
    });
  },

  suspend({ world, body }) {
    return accept(world, 'suspend', chosen(world, readBody(body)), (device, now) => {
      if (device.state !== 'active') return notIn('active');
      device.state = 'suspend';
      pause(device, now);
      return suspended(device, now);
    });
  },

  restore({ world, body }) {
    return accept(world, 'restore', chosen(world, readBody(body)), (device, now) => {
      if (device.state !== 'suspend') return notIn('suspend');
      device.state = 'active';
      resume(device, now);
      return restored;
    });
  },

  deactivate({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    if (textOf(sent['accountName']) === undefined) throw wrong('INPUT_INVALID.Account.NotDefined', 'The account name is missing.');
    if (!elements(sent)) throw wrong('DeserializationFailed', 'The element devices is missing.');
    // The error code for an invalid reason code is not documented.
    if (required(sent, 'reasonCode') !== 'FF') throw wrong('INPUT_INVALID.ReasonCode.Invalid', 'The reason code is not valid.');
    const remove = sent['deleteAfterDeactivation'] === true;
    return accept(world, 'deactivate', chosen(world, sent), (device, now) => {
      if (device.state !== 'active' && device.state !== 'suspend') return notIn('active');
      close(world, device, now);
      if (remove) erase(ts, device);
      return deactivated;
    });
  },
};
