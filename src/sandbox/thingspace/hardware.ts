import type { hardware as contracts } from '../../clients/thingspace/hardware.ts';
import { day } from '../../durations.ts';
import { asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { readBody, readDate, required } from './body.ts';
import { selectionFilters } from './device-filters.ts';
import { accountOf, addToIndex, type DeviceId, findDevice, findOne, mdnOf, readId, removeFromIndex, setImei } from './device-lookup.ts';
import { devicesOfElements, requiredList, requireInAccount, selectDevices, stateFault } from './device-selection.ts';
import { apiError } from './errors.ts';
import { pauseSessions, resumeSessions } from './history.ts';
import { type RequestFault, serializeFault } from './request-fault.ts';
import { acceptForDevices, type CallbackBody, requireListener } from './requests.ts';
import { easternTime, identifiersOf } from './serialize.ts';
import { activateResponse, deactivateResponse } from './sim-lifecycle.ts';
import type { TsDevice } from './state.ts';

const changeOptions = new Set(['changeiccid', 'changeimei', 'changeimeiandiccid', 'changemsisdn', 'changeimeiandeid']);
const maxSpan = 93 * day;

function identifiersChanged(device: TsDevice): CallbackBody {
  return { deviceResponse: { changeIdentifierResponse: { deviceIds: identifiersOf(device), servicePlan: device.plan } } };
}

function idsIn(body: Record<string, unknown>, member: string): DeviceId[] {
  return requiredList(body, member).map(readId);
}

/** Replaces the hardware identifiers of a device. */
function replaceIdentifiers(world: World, device: TsDevice, to: readonly DeviceId[], now: number): RequestFault | undefined {
  const ts = world.thingspace;
  if (to.some((one) => findDevice(ts, one))) return ['INPUT_INVALID.Device.Identifier.Invalid', 'The new identifier is in use.'];
  removeFromIndex(ts, device);
  for (const { kind, id } of to) {
    if (kind === 'iccid') device.iccid = id;
    if (kind === 'imei') setImei(ts, device, id, now);
    if (kind === 'eid') device.eid = id;
  }
  addToIndex(ts, device);
  return undefined;
}

function assignNewMdn(world: World, device: TsDevice): void {
  const ts = world.thingspace;
  removeFromIndex(ts, device);
  device.mdnIndex = ts.nextMdnIndex++;
  addToIndex(ts, device);
}

export const hardware: Handlers<typeof contracts> = {
  // The sandbox has no 3G devices, so the options that change from or to 3G are rejected. The error code for an invalid option is not documented.
  change({ world, body }) {
    const sent = readBody(body);
    const device = findOne(world.thingspace, idsIn(sent, 'deviceIds'));
    const option = asText(sent['change4gOption'])?.toLowerCase();
    if (option !== undefined && !changeOptions.has(option))
      throw apiError('INPUT_INVALID.Change4gOption.Invalid', 'The option is not valid.');
    const to = option === 'changemsisdn' ? [] : idsIn(sent, 'deviceIdsTo');
    if (option === 'changeimeiandeid') required(sent, 'smsrOid');
    return acceptForDevices(world, 'changeId', [device], (target, now) => {
      if (target.state !== 'active') return stateFault('active');
      if (option === 'changemsisdn') assignNewMdn(world, target);
      return replaceIdentifiers(world, target, to, now) ?? identifiersChanged(target);
    });
  },

  // Assumptions: the callback body; the replacement device loses its own service plan, as the page says of its MDN.
  swap({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = accountOf(ts, required(sent, 'accountName')).name;
    const from = requireInAccount(findOne(ts, idsIn(sent, 'deviceIds')), account);
    const to = requireInAccount(findOne(ts, idsIn(sent, 'deviceIdsTo')), account);
    if (from === to) throw apiError('INPUT_INVALID.Device.Identifier.Invalid', 'A device is not swapped with itself.');
    return acceptForDevices(world, 'swap', [from], (device, now, sendCallback) => {
      if (device.state !== 'active' || device.mdnIndex === undefined) return stateFault('active');
      if (device.eid === undefined || to.eid === undefined)
        return ['INPUT_INVALID.Device.Identifier.Invalid', 'Both devices must be eUICC devices.'];
      removeFromIndex(ts, device);
      removeFromIndex(ts, to);
      to.mdnIndex = device.mdnIndex;
      to.plan = device.plan;
      to.state = 'active';
      to.activated = now;
      to.firstActivated = device.firstActivated ?? now;
      to.period = device.period;
      if (device.pauses) to.pauses = [...device.pauses];
      else delete to.pauses;
      resumeSessions(to, now);
      device.mdnIndex = ts.nextMdnIndex++;
      pauseSessions(device, now);
      addToIndex(ts, device);
      addToIndex(ts, to);
      sendCallback('CarrierService', deactivateResponse);
      sendCallback('CarrierService', identifiersChanged(to));
      return activateResponse(world, to);
    });
  },

  mismatches({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const filter = readBody(sent['filter']);
    const earliest = readDate(filter, 'earliest');
    const latest = readDate(filter, 'latest');
    if (earliest === undefined || latest === undefined) throw apiError('DeserializationFailed', 'earliest and latest are required.');
    // The error code for a span over 3 months is not documented.
    if (latest - earliest > maxSpan) throw apiError('INPUT_INVALID.DateRange.Invalid', 'The span is longer than 3 months.');
    const tests = selectionFilters(ts, sent);
    const selected = sent['devices'] === undefined ? ts.devices : devicesOfElements(world, requiredList(sent));
    const devices = selected.flatMap((device) => {
      const { imeiChange, imei } = device;
      if (!imeiChange || imeiChange.at < earliest || imeiChange.at > latest || !tests.every((test) => test(device))) return [];
      return [
        {
          accountName: device.account,
          mdn: device.mdnIndex === undefined ? '' : mdnOf(device.mdnIndex),
          activationDate: device.activated === undefined ? '' : easternTime(device.activated),
          iccid: device.iccid,
          preImei: imeiChange.from,
          postImei: imei ?? '',
          simOtaDate: easternTime(imeiChange.at),
        },
      ];
    });
    return { status: 200, body: { devices } };
  },

  // All sandbox devices are 4G and have no preferred roaming list, so each one fails.
  prl({ world, body }) {
    const targets = selectDevices(world, readBody(body));
    requireListener(world, targets[0]?.account ?? '', 'prl');
    return acceptForDevices(world, 'prl', targets, () => ({
      deviceResponse: {
        prlInformationResponse: { faultResponse: serializeFault(['REQUEST_FAILED.UnexpectedError', 'A 4G device has no roaming list.']) },
      },
      status: 'Failed',
    }));
  },
};
