import type { globalDevices as contracts } from '../../clients/thingspace/global-devices.ts';
import { type Behaviours, textOf } from '../behaviour.ts';
import { readBody, readDate, required } from './body.ts';
import { elements, inAccount } from './chosen.ts';
import { provisioningOf } from './events.ts';
import { accountOf, find, findOne, readId } from './find.ts';
import { promise, requestOf, shortIds, statusOf } from './requests.ts';
import type { State, TsDevice } from './seed.ts';
import { eastern } from './shapes.ts';

const stateNames: Record<State, string> = {
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
    deviceIds: [{ id: device.eid ?? '', kind: 'eid' }, ...shortIds(device), ...(device.imei ? [{ id: device.imei, kind: 'imei' }] : [])],
    carrierName: 'Verizon Wireless',
    provisioningStatus: stateNames[device.state],
    profileStatus: device.profile ?? 'UNKNOWN',
    createdAt: eastern(device.created),
    ...(device.activated === undefined ? {} : { lastActivationDate: eastern(device.activated) }),
  };
}

/** Each list arrives in one callback. Its members are an assumption, because the documents do not show them. */
export const globalDevices: Behaviours<typeof contracts> = {
  list({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = accountOf(ts, required(sent, 'accountName')).name;
    const status = textOf(sent['provisioningStatusFilter'])?.toUpperCase();
    const profile = textOf(sent['profileStatusFilter'])?.toUpperCase();
    const filter = elements(sent, 'deviceFilter', 50)?.map((one) => find(ts, readId(one)));
    return promise(world, {
      action: 'globalList',
      account: () => account,
      subjects: [account],
      ids: () => [],
      work: () => ({
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
    const devices = (Array.isArray(filter) ? filter : [filter]).map((one) => inAccount(findOne(world.thingspace, [readId(one)]), account));
    const from = readDate(sent, 'earliest') ?? 0;
    const to = readDate(sent, 'latest') ?? world.clock.now();
    return promise(world, {
      action: 'globalHistory',
      account: () => account,
      subjects: devices,
      ids: shortIds,
      work: (device) => ({ deviceResponse: { provisioningHistory: provisioningOf(device, from, to) } }),
    });
  },

  requestStatus({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName);
    const request = requestOf(world, account.name, path.requestId, 2);
    const requestStatus = statusOf(request);
    const subRequests = request.outcomes.map(({ iccid, status }) => ({ ids: iccid === '' ? [] : [{ id: iccid, kind: 'iccid' }], status }));
    return { status: 200, body: { requestId: request.id, status: requestStatus === 'Failure' ? 'Failed' : requestStatus, subRequests } };
  },
};
