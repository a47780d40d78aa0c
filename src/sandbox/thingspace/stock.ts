import type { stock as contracts } from '../../clients/thingspace/stock.ts';
import { asObject, asText, type Handlers, SandboxRefusal } from '../handler.ts';
import { readBody, required } from './body.ts';
import { readCustomFields, setCustomFields } from './device-filters.ts';
import { accountOf, addToIndex, type DeviceId, deleteDevice, findDevice, findOne, readIds } from './device-lookup.ts';
import { addDevices, newDevice, requiredList } from './device-selection.ts';
import { apiError } from './errors.ts';
import { acceptRequest } from './requests.ts';

/** Error message for one device of a list. Rethrows anything other than a refusal. */
function errorMessageOf(error: unknown): string {
  if (!(error instanceof SandboxRefusal)) throw error;
  return asText(asObject(error.response.body)['errorMessage']) ?? '';
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
        return { deviceResponse: { checkAvailabilityResponse: { available: free } } };
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
      const imei = id('imei');
      const eid = id('eid');
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
