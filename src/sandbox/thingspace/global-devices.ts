import type { globalDevices as contracts } from '../../clients/thingspace/global-devices.ts';
import { asText, type Handlers } from '../handler.ts';
import { readBody, readDate, required } from './body.ts';
import { accountOf, findDevice, findOne, readId } from './device-lookup.ts';
import { optionalList, requireInAccount } from './device-selection.ts';
import { provisioningHistoryOf } from './events.ts';
import { acceptRequest, callbackIdsOf, findRequest, requestStatusOf } from './requests.ts';
import { easternTime } from './serialize.ts';
import type { DeviceState, TsDevice } from './state.ts';

const stateNames: Record<DeviceState, string> = {
  active: 'ACTIVE',
  suspend: 'SUSPEND',
  deactive: 'DEACTIVE',
  'pre-active': 'PRE_ACTIVE',
  'pending activation': 'PENDING_ACTIVATION',
};

// The documented filter values contain two names for each of these states.
const synonyms: Record<string, string> = { ACTIVATED: 'ACTIVE', DEACTIVATED: 'DEACTIVE' };

function row(device: TsDevice) {
  return {
    deviceIds: [
      { id: device.eid ?? '', kind: 'eid' },
      ...callbackIdsOf(device),
      ...(device.imei ? [{ id: device.imei, kind: 'imei' }] : []),
    ],
    carrierName: 'Verizon Wireless',
    provisioningStatus: stateNames[device.state],
    profileStatus: device.profile ?? 'UNKNOWN',
    createdAt: easternTime(device.created),
    ...(device.activated === undefined ? {} : { lastActivationDate: easternTime(device.activated) }),
  };
}

/** Each list arrives in one callback. Its members are an assumption, because the documents do not show them. */
export const globalDevices: Handlers<typeof contracts> = {
  list({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = accountOf(ts, required(sent, 'accountName')).name;
    const status = asText(sent['provisioningStatusFilter'])?.toUpperCase();
    const profile = asText(sent['profileStatusFilter'])?.toUpperCase();
    const filter = optionalList(sent, 'deviceFilter', 50)?.map((one) => findDevice(ts, readId(one)));
    return acceptRequest(world, {
      action: 'globalList',
      account: () => account,
      subjects: [account],
      ids: () => [],
      task: () => ({
        deviceResponse: {
          deviceList: ts.devices
            .filter(
              (device) =>
                device.eid !== undefined &&
                device.account === account &&
                (!filter || filter.includes(device)) &&
                (status === undefined || stateNames[device.state] === (synonyms[status] ?? status)) &&
                (profile === undefined || (device.profile ?? 'UNKNOWN') === profile),
            )
            .map(row),
        },
      }),
    });
  },

  history({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const filter = sent['deviceFilter'];
    const devices = (Array.isArray(filter) ? filter : [filter]).map((one) =>
      requireInAccount(findOne(world.thingspace, [readId(one)]), account),
    );
    const from = readDate(sent, 'earliest') ?? 0;
    const to = readDate(sent, 'latest') ?? world.clock.now();
    return acceptRequest(world, {
      action: 'globalHistory',
      account: () => account,
      subjects: devices,
      ids: callbackIdsOf,
      task: (device) => ({ deviceResponse: { provisioningHistory: provisioningHistoryOf(device, from, to) } }),
    });
  },

  requestStatus({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName);
    const request = findRequest(world, account.name, path.requestId, 2);
    const requestStatus = requestStatusOf(request);
    const subRequests = request.outcomes.map(({ iccid, status }) => ({ ids: iccid === '' ? [] : [{ id: iccid, kind: 'iccid' }], status }));
    return { status: 200, body: { requestId: request.id, status: requestStatus === 'Failure' ? 'Failed' : requestStatus, subRequests } };
  },
};
