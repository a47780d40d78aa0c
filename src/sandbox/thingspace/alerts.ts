/**
 * Alerts of triggers on data and SMS. Documents say that they come to the listener of AlertService. All else is our own: the message, that
 * usage is compared every hour and told once a cycle, that cycles begin at midnight UTC and months with their first day, and that what stays
 * under a bound is told when its cycle is over. Triggers on session time, IMEI, anomalies and promotions are kept and never fire.
 */
import type { World } from '../world.ts';
import { daysOfUse } from './history.ts';
import { post, soon } from './outbox.ts';
import { shortIds } from './requests.ts';
import type { Trigger, TsDevice } from './seed.ts';

const hour = 3_600_000;
const day = 24 * hour;
const bytesIn: Record<string, number> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** Watches what a trigger is about for as long as there is the trigger. */
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
  const begun = cycleAt(trigger.cycle, now);
  const below = bound.comparator === 'lt' || bound.comparator === 'lte';
  if (below && begun <= trigger.changed) return;
  const [from, to] = below ? [cycleAt(trigger.cycle, begun - 1), begun - 1] : [begun, now];
  if (trigger.told.cycle !== from) trigger.told = { cycle: from, whom: new Set() };
  const lines = world.thingspace.devices.filter(
    (one) => one.account === account && one.line !== undefined && (group === '' || one.group === group),
  );
  const used = lines.map((device) => ({ devices: [device], value: measure(world, device, { bound, from, to }) }));
  const sum = { devices: [] as TsDevice[], value: used.reduce((total, one) => total + one.value, 0) };
  for (const { devices, value } of category === 'AggregateDeviceDataUsage' ? [sum] : used) {
    const whom = devices[0]?.iccid ?? '';
    if (!passes(value, bound.comparator, threshold) || trigger.told.whom.has(whom)) continue;
    trigger.told.whom.add(whom);
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

/** Data in the unit of the bound. */
function data(world: World, device: TsDevice, { bound, from, to }: Span): number {
  const bytes = daysOfUse(world, device, from, to).reduce((sum, one) => sum + one.bytes, 0);
  return bytes / (bytesIn[bound.thresholdUnit ?? 'MB'] ?? 1);
}

/** Messages from the device, to it, or both. */
function texts(world: World, device: TsDevice, { bound, from, to }: Span): number {
  const sent = daysOfUse(world, device, from, to).reduce((sum, one) => sum + one.sms, 0);
  const got = (device.texted ?? []).filter((at) => at >= from && at <= to).length;
  return bound.smsType === 'MO' ? sent : bound.smsType === 'MT' ? got : sent + got;
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

/** When the cycle that holds an instant began; weeks begin on Monday. */
function cycleAt(cycle: string, at: number): number {
  const midnight = at - (at % day);
  const date = new Date(midnight);
  if (cycle === 'Daily') return midnight;
  if (cycle === 'Weekly') return midnight - ((date.getUTCDay() + 6) % 7) * day;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
