/**
 * Alerts of data and SMS triggers. The documents say only that alerts go to the AlertService listener. Assumptions: the message format; usage
 * is compared every hour and reported once per cycle; cycles begin at midnight UTC, monthly ones on the first day of the month; usage below a
 * lower limit is reported when its cycle ends. Triggers on session time, IMEI, anomalies and promotions are stored and never fire.
 */
import { day, hour } from '../../durations.ts';
import type { World } from '../world.ts';
import { dailyUsageOf } from './history.ts';
import { postCallback, runAfter } from './outbox.ts';
import { callbackIdsOf } from './requests.ts';
import type { Trigger, TsDevice } from './state.ts';

const bytesIn: Record<string, number> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** Compares usage with the trigger's condition every hour until the trigger is deleted. */
export function scheduleChecks(world: World, trigger: Trigger): void {
  runAfter(world, hour, () => {
    if (world.thingspace.triggers.get(trigger.id) !== trigger) return;
    if (trigger.active) checkTrigger(world, trigger);
    scheduleChecks(world, trigger);
  });
}

function checkTrigger(world: World, trigger: Trigger): void {
  const { account, group, category, condition } = trigger;
  const measure = measures[category];
  const threshold = Number(condition.threshold);
  if (!measure || Number.isNaN(threshold)) return;
  const now = world.clock.now();
  const cycleStart = cycleStartOf(trigger.cycle, now);
  const below = condition.comparator === 'lt' || condition.comparator === 'lte';
  if (below && cycleStart <= trigger.modified) return;
  const [from, to] = below ? [cycleStartOf(trigger.cycle, cycleStart - 1), cycleStart - 1] : [cycleStart, now];
  if (trigger.alerted.cycle !== from) trigger.alerted = { cycle: from, iccids: new Set() };
  const sims = world.thingspace.devices.filter(
    (one) => one.account === account && one.mdnIndex !== undefined && (group === '' || one.group === group),
  );
  const used = sims.map((device) => ({ devices: [device], value: measure(world, device, { condition, from, to }) }));
  const sum = { devices: [] as TsDevice[], value: used.reduce((total, one) => total + one.value, 0) };
  for (const { devices, value } of category === 'AggregateDeviceDataUsage' ? [sum] : used) {
    const iccid = devices[0]?.iccid ?? '';
    if (!isMet(value, condition.comparator, threshold) || trigger.alerted.iccids.has(iccid)) continue;
    trigger.alerted.iccids.add(iccid);
    sendAlert(world, trigger, devices, value);
  }
}

function sendAlert(
  world: World,
  { id, name, account, group, category, cycle, condition }: Trigger,
  devices: readonly TsDevice[],
  value: number,
): void {
  postCallback(world, account, 'AlertService', {
    requestId: id,
    deviceIds: devices.flatMap(callbackIdsOf),
    deviceResponse: {
      triggerId: id,
      triggerName: name,
      triggerCategory: category,
      triggerCycle: cycle,
      accountName: account,
      groupName: group,
      ...condition,
      value: String(Math.round(value * 100) / 100),
    },
    status: 'Success',
  });
}

interface Span {
  condition: Trigger['condition'];
  from: number;
  to: number;
}

/** Data usage in the unit of the condition's threshold, MB by default. */
function dataUsage(world: World, device: TsDevice, { condition, from, to }: Span): number {
  const bytes = dailyUsageOf(world, device, from, to).reduce((sum, one) => sum + one.bytes, 0);
  return bytes / (bytesIn[condition.thresholdUnit ?? 'MB'] ?? 1);
}

/** Number of SMS sent by the device (MO), to it (MT), or both. */
function smsCount(world: World, device: TsDevice, { condition, from, to }: Span): number {
  const sent = dailyUsageOf(world, device, from, to).reduce((sum, one) => sum + one.sms, 0);
  const received = (device.smsReceived ?? []).filter((at) => at >= from && at <= to).length;
  return condition.smsType === 'MO' ? sent : condition.smsType === 'MT' ? received : sent + received;
}

const measures: Record<string, (world: World, device: TsDevice, span: Span) => number> = {
  DeviceDataUsage: dataUsage,
  AggregateDeviceDataUsage: dataUsage,
  DeviceSMSUsage: smsCount,
};

function isMet(value: number, comparator: string | undefined, threshold: number): boolean {
  if (comparator === 'gte') return value >= threshold;
  if (comparator === 'lte') return value <= threshold;
  return comparator === 'lt' ? value < threshold : value > threshold;
}

/** Start of the cycle that contains `at`, in ms since 1970. Weeks begin on Monday. */
function cycleStartOf(cycle: string, at: number): number {
  const midnight = at - (at % day);
  const date = new Date(midnight);
  if (cycle === 'Daily') return midnight;
  if (cycle === 'Weekly') return midnight - ((date.getUTCDay() + 6) % 7) * day;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
