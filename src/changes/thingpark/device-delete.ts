/** Deletes devices permanently and keeps a copy of all that can be read in the record; resets devices, which must then join again. */
import { isUnread } from '../../clients/http/lenient-read.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { instant } from '../../clock.ts';
import { age, inFuture } from '../../fleet/find.ts';
import { sanitize } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { joined, nothing, ownText, phrase, quoted } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type SentStep, type Settled, type TargetState, type Warning } from '../planner.ts';
import { policyAttributesOf, tagNamesIn } from './policy-attributes.ts';
import { settleDeletion } from './read-back.ts';
import { type DeviceRead, deviceNameFromUid, readDeviceByUid, stateOf } from './read-device.ts';

/** Members that do not change while the device sends. They are enough to add it again, except for its keys. */
const snapshotMembers = [
  'name',
  'connectivity',
  'activation',
  'appEUI',
  'nwAddress',
  'adminLat',
  'adminLon',
  'customerAdminData',
  'motionIndicator',
  'alarm004',
  'enforcedIMEI',
  'imsi',
  'joinServer',
] as const;

/** The copy of a device for the record, without keys; each value is cut at 400 characters. */
export function deviceSnapshot(device: DeviceRead): Record<string, string> {
  const text = (value: unknown): string | undefined =>
    value === null || value === undefined || value === '' ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
  const facts: [string, string | undefined][] = [
    ...snapshotMembers.map((name): [string, string | undefined] => [name, text(device[name])]),
    ['model', text(device.model?.ID)],
    ['plan', text(device.networkSubscription?.ID)],
    ['appServers', device.appServers?.map(({ ID }) => ID ?? '').join(' ') || undefined],
    ['sim', text(device.sim?.ID)],
    ['tags', tagNamesIn(device['tags']).join(', ') || undefined],
    ['domains', Array.isArray(device['domains']) && device['domains'].length > 0 ? text(device['domains']) : undefined],
    ['state', stateOf(device)],
    ['created', typeof device['creationDate'] === 'number' ? instant(device['creationDate']) : undefined],
    ['version', text(device.occContext?.version)],
  ];
  return Object.fromEntries(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, sanitize(value, 400)]])));
}

export const deleteDevice = planner({
  operation: devices.delete,
  async inspect(inputs, at) {
    const read = await mapWithConcurrency(inputs, ({ path }) => readDeviceByUid(path.deviceUid, at));
    const targets = inputs.map(({ path }, i) => deviceTarget(path.deviceUid, read[i], (device) => deviceSnapshot(device)));
    const changing = targets.filter(({ verdict }) => verdict === 'change').map(({ device }) => device);
    return {
      targets,
      steps: inputs.flatMap((input, i) => (read[i] ? [{ input, targets: [read[i].EUI] }] : [])),
      effect: phrase`DELETE for good with frames, history and alarms; ${changing.length === 1 ? phrase`its` : phrase`their`} keys cannot be read back, a copy of the rest is kept`,
      noun: 'device',
      effects: devices.delete.effects,
      warnings: read.flatMap((device) => (device ? activityWarnings(device, at) : [])),
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const there = await readDeviceByUid(step.input.path.deviceUid, at);
    return [settleDeletion(there, device)];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** Warns when the device was last heard and how many open alarms are deleted with it. */
function activityWarnings(device: DeviceRead, { clock }: PlannerContext): Warning[] {
  const alarms = typeof device['alarmCount'] === 'number' ? device['alarmCount'] : 0;
  const lastUplink = device.lastUpTimestamp;
  const parts = [
    typeof lastUplink === 'number'
      ? phrase`last heard ${ownText(agoText(lastUplink, clock.now()))}`
      : isUnread(device, 'lastUpTimestamp')
        ? phrase`when it was last heard is unknown`
        : phrase`never heard`,
    ...(alarms > 0 ? [phrase`${alarms} open alarm${alarms === 1 ? nothing : phrase`s`}`] : []),
  ];
  return [warning('last-activity', phrase`${quoted(device.EUI)}: ${joined(parts)}`)];
}

/** A time as a phrase: `just now`, `3h ago`, `on 2023-01-31`. */
export function agoText(ms: number, now: number): string {
  const text = age(ms, now);
  if (text === inFuture) return 'at a time in the future, which cannot be right';
  return text === 'now' ? 'just now' : /^\d{4}-/.test(text) ? `on ${text}` : `${text} ago`;
}

/** The target state of a device; `refuse` when it does not exist. */
export function deviceTarget(
  deviceUid: string,
  device: DeviceRead | undefined,
  before: (device: DeviceRead) => Record<string, string>,
): TargetState {
  const name = device?.EUI ?? deviceNameFromUid(deviceUid);
  if (!device) return { device: name, label: name, before: {}, verdict: 'refuse', why: 'there is no such device' };
  return {
    device: name,
    label: name,
    before: before(device),
    identifiers: [name, deviceUid],
    verdict: 'change',
    ...policyAttributesOf(device),
  };
}

export const resetDevice = planner({
  operation: devices.reset,
  async inspect(inputs, at) {
    const read = await mapWithConcurrency(inputs, ({ path }) => readDeviceByUid(path.deviceUid, at));
    return {
      targets: inputs.map(({ path }, i) =>
        deviceTarget(path.deviceUid, read[i], (device) => ({
          activation: device.activation ?? 'unknown',
          version: String(device.occContext?.version ?? ''),
        })),
      ),
      steps: inputs.flatMap((input, i) => (read[i] ? [{ input, targets: [read[i].EUI] }] : [])),
      effect: phrase`clear session and counters on the network side; an OTAA device is cut off until it joins again`,
      noun: 'device',
      effects: devices.reset.effects,
    };
  },
  settle: async (step) => settleByResponse(step),
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});

/** Settles a step whose effect cannot be read back: applied when the provider answered, pending when the response was lost. */
export function settleByResponse({ targets, answered }: SentStep<unknown>): Settled[] {
  return targets.map((device) =>
    answered
      ? { device, outcome: 'applied', why: 'the provider accepted it; its effect cannot be read back' }
      : { device, outcome: 'pending' },
  );
}
