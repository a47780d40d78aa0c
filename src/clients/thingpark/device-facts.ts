/** Facts of a device in words. */
import { severityName } from './severities.ts';

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
