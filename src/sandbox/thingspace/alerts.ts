/**
 * Alerts of data and SMS triggers. The documents say only that alerts go to the AlertService listener. Assumptions: the message format; usage
 * is compared every hour and reported once per cycle; cycles begin at midnight UTC, monthly ones on the first day of the month; usage below a
 * lower limit is reported when its cycle ends. Triggers on session time, IMEI, anomalies and promotions are stored and never fire.
 */
import type { World } from '../world.ts';
import { daysOfUse } from './history.ts';
import { post, soon } from './outbox.ts';
import { shortIds } from './requests.ts';
import type { Trigger, TsDevice } from './seed.ts';

const hour = 3_600_000;
const day = 24 * hour;
const bytesIn: Record<string, number> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** Compares usage with the trigger's condition every hour until the trigger is deleted. */
export function watch(world: World, trigger: Trigger): void {
  soon(world, hour, () => {
    if (world.thingspace.triggers.get(trigger.id) !== trigger) return;
    if (trigger.active) compare(world, trigger);
    watch(world, trigger);
  });
}

function compare(world: World, trigger: Trigger): void {
  const { account, group, category, bound } = trigger;
  const measure = measures[category];
  const threshold = Number(bound.threshold);
  if (!measure || Number.isNaN(threshold)) return;
  const now = world.clock.now();
  const cycleStart = cycleAt(trigger.cycle, now);
  const below = bound.comparator === 'lt' || bound.comparator === 'lte';
  if (below && cycleStart <= trigger.changed) return;
  const [from, to] = below ? [cycleAt(trigger.cycle, cycleStart - 1), cycleStart - 1] : [cycleStart, now];
  if (trigger.told.cycle !== from) trigger.told = { cycle: from, whom: new Set() };
  const sims = world.thingspace.devices.filter(
    (one) => one.account === account && one.line !== undefined && (group === '' || one.group === group),
  );
  const used = sims.map((device) => ({ devices: [device], value: measure(world, device, { bound, from, to }) }));
  const sum = { devices: [] as TsDevice[], value: used.reduce((total, one) => total + one.value, 0) };
  for (const { devices, value } of category === 'AggregateDeviceDataUsage' ? [sum] : used) {
    const iccid = devices[0]?.iccid ?? '';
    if (!passes(value, bound.comparator, threshold) || trigger.told.whom.has(iccid)) continue;
    trigger.told.whom.add(iccid);
    tell(world, trigger, devices, value);
  }
}

function tell(
  world: World,
  { id, name, account, group, category, cycle, bound }: Trigger,
  devices: readonly TsDevice[],
  value: number,
): void {
  post(world, account, 'AlertService', {
    requestId: id,
    deviceIds: devices.flatMap(shortIds),
    deviceResponse: {
      triggerId: id,
      triggerName: name,
      triggerCategory: category,
      triggerCycle: cycle,
      accountName: account,
      groupName: group,
      ...bound,
      value: String(Math.round(value * 100) / 100),
    },
    status: 'Success',
  });
}

interface Span {
  bound: Trigger['bound'];
  from: number;
  to: number;
}

/** Data usage in the unit of the condition's threshold, MB by default. */
function data(world: World, device: TsDevice, { bound, from, to }: Span): number {
  const bytes = daysOfUse(world, device, from, to).reduce((sum, one) => sum + one.bytes, 0);
  return bytes / (bytesIn[bound.thresholdUnit ?? 'MB'] ?? 1);
}

/** Number of SMS sent by the device (MO), to it (MT), or both. */
function texts(world: World, device: TsDevice, { bound, from, to }: Span): number {
  const sent = daysOfUse(world, device, from, to).reduce((sum, one) => sum + one.sms, 0);
  const received = (device.texted ?? []).filter((at) => at >= from && at <= to).length;
  return bound.smsType === 'MO' ? sent : bound.smsType === 'MT' ? received : sent + received;
}

const measures: Record<string, (world: World, device: TsDevice, span: Span) => number> = {
  DeviceDataUsage: data,
  AggregateDeviceDataUsage: data,
  DeviceSMSUsage: texts,
};

function passes(value: number, comparator: string | undefined, threshold: number): boolean {
  if (comparator === 'gte') return value >= threshold;
  if (comparator === 'lte') return value <= threshold;
  return comparator === 'lt' ? value < threshold : value > threshold;
}

/** Start of the cycle that contains `at`, in ms since 1970. Weeks begin on Monday. */
function cycleAt(cycle: string, at: number): number {
  const midnight = at - (at % day);
  const date = new Date(midnight);
  if (cycle === 'Daily') return midnight;
  if (cycle === 'Weekly') return midnight - ((date.getUTCDay() + 6) % 7) * day;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
