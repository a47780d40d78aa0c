/** Facts of a device in words. */
import { isUnread } from '../http/lenient-read.ts';
import { severityName } from './severities.ts';

/** The id of the connectivity plan of a device or group as it was read; null where it has none, undefined where that is not understood. */
export function planIdOf(read: { networkSubscription?: Readonly<Record<string, unknown>> | null | undefined }): string | null | undefined {
  const plan = read.networkSubscription;
  if (!plan) return isUnread(read, 'networkSubscription') ? undefined : null;
  const id = plan['ID'];
  if (typeof id === 'string' && id !== '') return id;
  // A plan that has members but no id is some plan.
  return Object.values(plan).every((value) => value === null || value === '') ? null : undefined;
}

/** `lastBatLevel` in words: 0 external power, 1 to 254 a scale, 255 not measurable. Undefined where it is missing or out of range. */
export function batteryText(level: number | null | undefined): string | undefined {
  if (typeof level !== 'number' || level < 0 || level > 255) return undefined;
  if (level === 0) return 'external power';
  if (level === 255) return 'not measurable by the device';
  return `${Math.round((level / 254) * 100)} % (level ${level} of 254)`;
}

/** Alarms of a device that nobody has acknowledged. */
export function alarmsText(count: number | null | undefined, level: number | null | undefined): string | undefined {
  if (typeof count !== 'number') return undefined;
  if (count === 0) return 'none unacknowledged';
  return `${count} unacknowledged${level ? `, worst ${severityName(level)}` : ''}`;
}
