import type { stock as contracts } from '../../clients/thingspace/stock.ts';
import { asObject, asText, type Handlers, SandboxRefusal } from '../handler.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { readCustomFields, setCustomFields } from './device-filters.ts';
import { accountOf, addToIndex, type DeviceId, deleteDevice, findDevice, findOne, readIds, requirePlan } from './device-lookup.ts';
import { addDevices, newDevice, requiredList } from './device-selection.ts';
import { apiError } from './errors.ts';
import { provisioningEventsOf } from './history.ts';
import { acceptRequest, callbackIdsOf, type SendCallback } from './requests.ts';
import { activateResponse, activateSim } from './sim-lifecycle.ts';
import type { UploadedDevice } from './state.ts';

/** Error message for one device of a list. Rethrows anything other than a refusal. */
function errorMessageOf(error: unknown): string {
  if (!(error instanceof SandboxRefusal)) throw error;
  return asText(asObject(error.response.body)['errorMessage']) ?? '';
}

interface Upload {
  account: string;
  devices: UploadedDevice[];
}

/** Reads an upload: identifiers of new devices with one SKU. The error code for a SKU in lower case is not documented. */
function readUpload(world: World, body: unknown): Upload {
  const sent = readBody(body);
  const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
  required(sent, 'emailAddress');
  required(sent, 'uploadType');
  const sku = required(sent, 'deviceSku');
  if (/[a-z]/.test(sku)) throw apiError('INPUT_INVALID.DeviceSku.Invalid', 'The SKU is not valid.');
  const devices = requiredList(sent).map((element) => {
    const ids = readIds(element);
    const iccid = ids.find((one) => one.kind === 'iccid')?.id;
    const imei = ids.find((one) => one.kind === 'imei')?.id;
    return { sku, ...(iccid === undefined ? {} : { iccid }), ...(imei === undefined ? {} : { imei }) };
  });
  return { account, devices };
}

const uploadedIdsOf = ({ iccid, imei }: UploadedDevice): DeviceId[] => [
  ...(iccid === undefined ? [] : [{ kind: 'iccid' as const, id: iccid }]),
  ...(imei === undefined ? [] : [{ kind: 'imei' as const, id: imei }]),
];

/** Accepts an upload. One callback lists every device with its status; `store` runs for each device that is not known yet. */
function acceptUpload(world: World, { account, devices }: Upload, store: (one: UploadedDevice, now: number, send: SendCallback) => void) {
  const ts = world.thingspace;
  return acceptRequest<UploadedDevice[]>(world, {
    action: 'upload',
    account: () => account,
    subjects: [devices],
    ids: () => [],
    task: (all, now, sendCallback) => ({
      deviceResponse: {
        uploadResponse: all.map((one) => {
          const deviceIds = uploadedIdsOf(one);
          const key = one.iccid ?? one.imei ?? '';
          if (ts.uploaded.has(key) || deviceIds.some((id) => findDevice(ts, id)))
            return { deviceIds, status: 'Failed', message: 'The device is known already.' };
          ts.uploaded.set(key, one);
          store(one, now, sendCallback);
          return { deviceIds, status: 'Success' };
        }),
      },
    }),
  });
}

export const stock: Handlers<typeof contracts> = {
  // The callback's member is an assumption, because the documents do not name it.
  availability({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = accountOf(ts, required(sent, 'accountName')).name;
    return acceptRequest<DeviceId[]>(world, {
      action: 'availability',
      account: () => account,
      subjects: requiredList(sent, 'devices', 2000).map(readIds),
      ids: (ids) => ids,
      task: (ids) => {
        const devices = ids.map((id) => findDevice(ts, id));
        const free = devices.every((device) => !device || (device.account === account && device.mdnIndex === undefined));
        const sku = ids.map(({ id }) => ts.uploaded.get(id)?.sku).find((one) => one !== undefined);
        return { deviceResponse: { checkAvailabilityResponse: { available: free, ...(sku === undefined ? {} : { deviceSku: sku }) } } };
      },
    });
  },

  add({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    if (required(sent, 'state').toLowerCase() !== 'pre-active')
      throw apiError('INPUT_INVALID.DeviceState.Invalid', 'A device is added as Pre-active.');
    const name = asText(sent['accountName']);
    if (name === undefined) throw apiError('REQUEST_FAILED.MultipleAccounts', 'The user has several accounts, name one.');
    const account = accountOf(ts, name).name;
    const group = asText(sent['groupName']);
    if (group !== undefined && !ts.groups.some((one) => one.name === group && one.account === account))
      throw apiError('REQUEST_FAILED.DeviceGroupNotFound', 'The device group does not exist.');
    const fields = readCustomFields(sent['customFields']);
    const rows = requiredList(sent, 'devicesToAdd', 200).map((element) => {
      const ids = readIds(element);
      const id = (kind: string): string | undefined => ids.find((one) => one.kind === kind)?.id;
      const iccid = id('iccid');
      // A known EID is accepted: the eUICC gets one more profile.
      if (iccid === undefined || ids.some((one) => one.kind !== 'eid' && findDevice(ts, one)))
        return { deviceIds: ids, response: 'Failed' };
      const [device] = addDevices(world, [newDevice(world, iccid, account)]);
      if (!device) return { deviceIds: ids, response: 'Failed' };
      const imei = id('imei') ?? ts.uploaded.get(iccid)?.imei;
      const eid = id('eid');
      ts.uploaded.delete(iccid);
      if (imei !== undefined) device.imei = imei;
      if (eid !== undefined) {
        device.eid = eid;
        device.profile = 'NOT_DOWNLOADED';
      }
      if (group !== undefined) device.group = group;
      setCustomFields(device, fields);
      addToIndex(ts, device);
      return { deviceIds: ids, response: 'Success' };
    });
    return { status: 200, body: rows };
  },

  // The callback's member is an assumption.
  upload({ world, body }) {
    const upload = readUpload(world, body);
    return acceptUpload(world, upload, () => undefined);
  },

  // Each uploaded device is activated at the same time. Assumption: the callbacks of the activations have the id of the same request.
  uploadActivate({ world, body }) {
    const ts = world.thingspace;
    const upload = readUpload(world, body);
    const sent = readBody(body);
    const plan = required(sent, 'servicePlan');
    const zip = required(sent, 'mdnZipCode');
    requirePlan(accountOf(ts, upload.account), plan);
    return acceptUpload(world, upload, (one, now, sendCallback) => {
      if (one.iccid === undefined) return;
      const [device] = addDevices(world, [newDevice(world, one.iccid, upload.account)]);
      if (!device) return;
      if (one.imei !== undefined) device.imei = one.imei;
      activateSim(world, device, plan, zip, now);
      provisioningEventsOf(device).push({ at: now, type: 'Activate', status: 'Success' });
      ts.uploaded.delete(one.iccid);
      sendCallback('CarrierService', { deviceIds: callbackIdsOf(device), ...activateResponse(world, device) });
    });
  },

  // One identifier is returned as an object, several as a list; the documents show both. Assumption: pre-active devices cannot be deleted.
  remove({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = asText(sent['accountName']);
    if (account !== undefined) accountOf(ts, account);
    const rows = requiredList(sent, 'devicesToDelete', 200).map((element) => {
      const ids = readIds(element);
      const [only] = ids;
      const deviceIds = ids.length === 1 && only ? only : ids;
      try {
        const device = findOne(ts, ids);
        if (account !== undefined && device.account !== account)
          return { deviceIds, status: 'Failed', message: 'The device is not in the account.' };
        if (device.state !== 'deactive') return { deviceIds, status: 'Failed', message: 'The device is not in deactive state.' };
        deleteDevice(ts, device);
        return { deviceIds, status: 'Success' };
      } catch (error) {
        return { deviceIds, status: 'Failed', message: errorMessageOf(error) };
      }
    });
    return { status: 200, body: rows };
  },
};
