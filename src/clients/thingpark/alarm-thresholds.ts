/** The thresholds of the alarm "no uplink activity" (004), which ThingPark takes as XML in one field. */
import { day, hour } from '../../durations.ts';
import { durationMs } from '../../vocabulary.ts';

/** A valid value (Devices API 7.3). */
export const alarm004Example =
  '<alarm004><threshold1 status="ENABLE" level="3" duration="PT12H"/><threshold2 status="ENABLE" level="6" duration="P2D"/></alarm004>';

const whole = /^<alarm004>\s*(?:<threshold[12](?:\s+[a-z]+="[^"<>]*")*\s*(?:\/>|>\s*<\/threshold[12]>)\s*){0,2}<\/alarm004>$/;

/** Why a text is no such XML; undefined where it is: levels from 2 to 6, durations from PT1H to P30D, threshold2 only together with threshold1. */
export function alarm004Problem(text: string): string | undefined {
  if (!whole.test(text.trim())) return 'alarm thresholds as XML';
  if ([...text.matchAll(/\slevel="([^"]*)"/g)].some(([, level = '']) => !/^[2-6]$/.test(level))) return 'alarm levels from 2 to 6';
  const durations = [...text.matchAll(/\sduration="([^"]*)"/g)].map(([, duration = '']) => durationMs(duration) ?? 0);
  if (durations.some((ms) => ms < hour || ms > 30 * day)) return 'durations from PT1H to P30D';
  if (/<threshold2/.test(text) && !/<threshold1/.test(text)) return 'threshold2 only together with threshold1';
  return undefined;
}
