import type { hardware as contracts } from '../../clients/thingspace/hardware.ts';
import { type Behaviours, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { readBody, readDate, required } from './body.ts';
import { chosen, inAccount, namedIn, notIn, requiredElements } from './chosen.ts';
import { accountOf, enter, find, findOne, leave, mdnOf, type Named, readId, refit } from './find.ts';
import { pause, resume } from './history.ts';
import { activated, deactivated } from './line.ts';
import { selectionTests } from './matching.ts';
import { accept, type Fault, faultOf, type Message, mustListen } from './requests.ts';
import type { TsDevice } from './seed.ts';
import { eastern, idsOf } from './shapes.ts';
import { wrong } from './wrong.ts';

const changeOptions = new Set(['changeiccid', 'changeimei', 'changeimeiandiccid', 'changemsisdn', 'changeimeiandeid']);
const maxSpan = 93 * 86_400_000;

function identifiersChanged(device: TsDevice): Message {
  return { deviceResponse: { changeIdentifierResponse: { deviceIds: idsOf(device), servicePlan: device.plan } } };
}

function idsIn(body: Record<string, unknown>, member: string): Named[] {
  return requiredElements(body, member).map(readId);
}

/** Replaces the hardware identifiers of a device. */
function replaceIdentifiers(world: World, device: TsDevice, to: readonly Named[], now: number): Fault | undefined {
  const ts = world.thingspace;
  if (to.some((one) => find(ts, one))) return ['INPUT_INVALID.Device.Identifier.Invalid', 'The new identifier is in use.'];
  leave(ts, device);
  for (const { kind, id } of to) {
    if (kind === 'iccid') device.iccid = id;
    if (kind === 'imei') refit(ts, device, id, now);
    if (kind === 'eid') device.eid = id;
  }
  enter(ts, device);
  return undefined;
}

function assignNewMdn(world: World, device: TsDevice): void {
  const ts = world.thingspace;
  leave(ts, device);
  device.line = ts.nextLine++;
  enter(ts, device);
}

export const hardware: Behaviours<typeof contracts> = {
  // The sandbox has no 3G devices, so the options that change from or to 3G are rejected. The error code for an invalid option is not documented.
  change({ world, body }) {
    const sent = readBody(body);
    const device = findOne(world.thingspace, idsIn(sent, 'deviceIds'));
    const option = textOf(sent['change4gOption'])?.toLowerCase();
    if (option !== undefined && !changeOptions.has(option)) throw wrong('INPUT_INVALID.Change4gOption.Invalid', 'The option is not valid.');
    const to = option === 'changemsisdn' ? [] : idsIn(sent, 'deviceIdsTo');
    if (option === 'changeimeiandeid') required(sent, 'smsrOid');
    return accept(world, 'changeId', [device], (target, now) => {
      if (target.state !== 'active') return notIn('active');
      if (option === 'changemsisdn') assignNewMdn(world, target);
      return replaceIdentifiers(world, target, to, now) ?? identifiersChanged(target);
    });
  },

  // Assumptions: the callback body; the replacement device loses its own service plan, as the page says of its MDN.
  swap({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = accountOf(ts, required(sent, 'accountName')).name;
    const from = inAccount(findOne(ts, idsIn(sent, 'deviceIds')), account);
    const to = inAccount(findOne(ts, idsIn(sent, 'deviceIdsTo')), account);
    if (from === to) throw wrong('INPUT_INVALID.Device.Identifier.Invalid', 'A device is not swapped with itself.');
    return accept(world, 'swap', [from], (device, now, sendCallback) => {
      if (device.state !== 'active' || device.line === undefined) return notIn('active');
      if (device.eid === undefined || to.eid === undefined)
        return ['INPUT_INVALID.Device.Identifier.Invalid', 'Both devices must be eUICC devices.'];
      leave(ts, device);
      leave(ts, to);
      to.line = device.line;
      to.plan = device.plan;
      to.state = 'active';
      to.activated = now;
      to.begun = device.begun ?? now;
      to.period = device.period;
      if (device.pauses) to.pauses = [...device.pauses];
      else delete to.pauses;
      resume(to, now);
      device.line = ts.nextLine++;
      pause(device, now);
      enter(ts, device);
      enter(ts, to);
      sendCallback('CarrierService', deactivated);
      sendCallback('CarrierService', identifiersChanged(to));
      return activated(world, to);
    });
  },

  mismatches({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const filter = readBody(sent['filter']);
    const earliest = readDate(filter, 'earliest');
    const latest = readDate(filter, 'latest');
    if (earliest === undefined || latest === undefined) throw wrong('DeserializationFailed', 'earliest and latest are required.');
    // The error code for a span over 3 months is not documented.
    if (latest - earliest > maxSpan) throw wrong('INPUT_INVALID.DateRange.Invalid', 'The span is longer than 3 months.');
    const tests = selectionTests(ts, sent);
    const selected = sent['devices'] === undefined ? ts.devices : namedIn(world, requiredElements(sent));
    const devices = selected.flatMap((device) => {
      const { refitted, imei } = device;
      if (!refitted || refitted.at < earliest || refitted.at > latest || !tests.every((test) => test(device))) return [];
      return [
        {
          accountName: device.account,
          mdn: device.line === undefined ? '' : mdnOf(device.line),
          activationDate: device.activated === undefined ? '' : eastern(device.activated),
          iccid: device.iccid,
          preImei: refitted.from,
          postImei: imei ?? '',
          simOtaDate: eastern(refitted.at),
        },
      ];
    });
    return { status: 200, body: { devices } };
  },

  // All sandbox devices are 4G and have no preferred roaming list, so each one fails.
  prl({ world, body }) {
    const targets = chosen(world, readBody(body));
    mustListen(world, targets[0]?.account ?? '', 'prl');
    return accept(world, 'prl', targets, () => ({
      deviceResponse: {
        prlInformationResponse: { faultResponse: faultOf(['REQUEST_FAILED.UnexpectedError', 'A 4G device has no roaming list.']) },
      },
      status: 'Failed',
    }));
  },
};
