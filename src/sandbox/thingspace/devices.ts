import type { devices as contracts } from '../../clients/thingspace/devices.ts';
import { asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { listFilters, readCustomFields, setCustomFields } from './device-filters.ts';
import { accountOf, deleteDevice, findByEid, findDevice, findOne, positionAfter, readId, readIds, setImei } from './device-lookup.ts';
import { addDevices, newDevice, optionalList, requireInAccount, selectDevices, stateFault } from './device-selection.ts';
import { apiError } from './errors.ts';
import { pauseSessions, resumeSessions } from './history.ts';
import { acceptForDevices } from './requests.ts';
import { serializeDevice } from './serialize.ts';
import { activateResponse, activateSim, deactivateResponse, deactivateSim, restoreResponse, suspendResponse } from './sim-lifecycle.ts';
import type { TsDevice } from './state.ts';

/** Returns the device of one element of an activation, a new device when the ICCID is unknown. */
function deviceToActivate(world: World, element: unknown, sku: string | undefined, account: string | undefined): TsDevice {
  const ts = world.thingspace;
  const ids = readIds(element);
  const id = (kind: string): string | undefined => ids.find((one) => one.kind === kind)?.id;
  const iccid = id('iccid');
  const imei = id('imei');
  // MEID and ESN identify 3G devices, and the sandbox has none.
  if (id('meid') ?? id('esn')) throw apiError('REQUEST_FAILED.DeviceNotFound', 'The device does not exist.');
  if (imei === undefined && sku === undefined) {
    throw apiError('INPUT_INVALID.Device.Identifier.Invalid', 'An IMEI or a SKU number is needed with the ICCID.');
  }
  if (iccid === undefined) throw apiError('INPUT_INVALID.Device.Identifier.Invalid', 'An ICCID is needed with the IMEI.');
  const device = findDevice(ts, { kind: 'iccid', id: iccid });
  const holder = imei === undefined ? undefined : findDevice(ts, { kind: 'imei', id: imei });
  if (holder && holder !== device) throw apiError('INPUT_INVALID.Device.Identifier.Invalid', 'The IMEI belongs to another device.');
  if (device) return requireInAccount(device, account);
  if (account === undefined) throw apiError('REQUEST_FAILED.MultipleAccounts', 'The user has several accounts, name one.');
  return newDevice(world, iccid, account);
}

export const devices: Handlers<typeof contracts> = {
  list({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    if (sent['deviceId'] !== undefined && sent['deviceId'] !== null) {
      const id = readId(sent['deviceId']);
      const device = requireInAccount(findOne(ts, [id]), asText(sent['accountName']));
      const found = id.kind === 'eid' ? findByEid(ts, id.id) : [device];
      return { status: 200, body: { hasMoreData: false, devices: found.map((one) => serializeDevice(world, one, true)) } };
    }
    const tests = listFilters(ts, sent);
    const asked = Number(sent['maxNumberOfDevices'] ?? ts.page.defaultSize);
    const size = Math.min(ts.page.maxSize, Number.isInteger(asked) && asked > 0 ? asked : ts.page.defaultSize);
    const after = sent['largestDeviceIdSeen'];
    const byNumber = after !== undefined && after !== null;
    const order = byNumber ? ts.devices : ts.devices.toSorted((a, b) => a.created - b.created || a.n - b.n);
    const rows: TsDevice[] = [];
    // One row more than a page shows whether there is a next page.
    for (let i = byNumber ? positionAfter(ts, (Number(after) - 900_100) / 11) : 0; i < order.length && rows.length <= size; i++) {
      const device = order[i];
      if (device && tests.every((test) => test(device))) rows.push(device);
    }
    const hasMoreData = rows.length > size;
    return {
      status: hasMoreData ? 202 : 200,
      body: { hasMoreData, devices: rows.slice(0, size).map((device) => serializeDevice(world, device, false)) },
    };
  },

  activate({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const listed = optionalList(sent);
    if (!listed) throw apiError('DeserializationFailed', 'The element devices is missing.');
    const plan = required(sent, 'servicePlan');
    const zip = required(sent, 'mdnZipCode');
    const account = asText(sent['accountName']);
    const group = asText(sent['groupName']);
    const fields = readCustomFields(sent['customFields']);
    const sku = asText(sent['skuNumber']);
    const offered = account === undefined ? ts.accounts : [accountOf(ts, account)];
    if (!offered.some((one) => one.plans.some((known) => known.code === plan)))
      throw apiError(`REQUEST_FAILED.${plan}.NotFound`, 'The service plan does not exist.');
    if (group !== undefined && !ts.groups.some((one) => one.name === group))
      throw apiError('REQUEST_FAILED.DeviceGroupNotFound', 'The device group does not exist.');
    const imeis = listed.map((element) => readIds(element).find((one) => one.kind === 'imei')?.id);
    const found = listed.map((element) => deviceToActivate(world, element, sku, account));
    const targets = addDevices(world, found);
    const pendingImeis = new Map<TsDevice, string | undefined>();
    targets.forEach((device, i) => {
      if (device.state !== 'pre-active' && device.state !== 'deactive') return;
      device.state = 'pending activation';
      pendingImeis.set(device, imeis[i]);
    });
    return acceptForDevices(world, 'activate', targets, (device, now) => {
      if (!pendingImeis.has(device)) return ['REQUEST_FAILED.DeviceAlreadyActive', 'Device is already active'];
      const imei = pendingImeis.get(device);
      if (imei !== undefined) setImei(ts, device, imei, now);
      activateSim(world, device, plan, zip, now);
      if (group !== undefined) device.group = group;
      setCustomFields(device, fields);
      return activateResponse(world, device);
    });
  },

  suspend({ world, body }) {
    return acceptForDevices(world, 'suspend', selectDevices(world, readBody(body)), (device, now) => {
      if (device.state !== 'active') return stateFault('active');
      device.state = 'suspend';
      pauseSessions(device, now);
      return suspendResponse(device, now);
    });
  },

  restore({ world, body }) {
    return acceptForDevices(world, 'restore', selectDevices(world, readBody(body)), (device, now) => {
      if (device.state !== 'suspend') return stateFault('suspend');
      device.state = 'active';
      resumeSessions(device, now);
      return restoreResponse;
    });
  },

  deactivate({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    if (asText(sent['accountName']) === undefined) throw apiError('INPUT_INVALID.Account.NotDefined', 'The account name is missing.');
    if (!optionalList(sent)) throw apiError('DeserializationFailed', 'The element devices is missing.');
    // The error code for an invalid reason code is not documented.
    if (required(sent, 'reasonCode') !== 'FF') throw apiError('INPUT_INVALID.ReasonCode.Invalid', 'The reason code is not valid.');
    const remove = sent['deleteAfterDeactivation'] === true;
    return acceptForDevices(world, 'deactivate', selectDevices(world, sent), (device, now) => {
      if (device.state !== 'active' && device.state !== 'suspend') return stateFault('active');
      deactivateSim(world, device, now);
      if (remove) deleteDevice(ts, device);
      return deactivateResponse;
    });
  },
};
