/** Alarm severities by name; the wire value is the index plus 1 (1 to 6). */
export const severities = ['cleared', 'indeterminate', 'warning', 'minor', 'major', 'critical'] as const;
export type SeverityName = (typeof severities)[number];

/** The wire value of a severity, 1 to 6. */
export const severityNumber = (word: SeverityName): number => severities.indexOf(word) + 1;

/** The severity name of a wire value; `unknown` if it is not 1 to 6. */
export function severityName(state: number | null | undefined): string {
  return severities[(state ?? 0) - 1] ?? 'unknown';
}

/** Alarm types of devices (1 to 16) and base stations (from 101). */
const types: Readonly<Record<number, string>> = {
  1: 'battery low',
  2: 'downlinks above plan',
  3: 'uplinks above plan',
  4: 'no uplink',
  5: 'data rate higher than expected',
  6: 'data rate lower than expected',
  7: 'join replay, DevNonce reused',
  8: 'join with wrong MIC',
  9: 'join replay, MIC correlation',
  10: 'uplink replay, wrong counter',
  11: 'uplink replay, repeated counter',
  12: 'MAC command rejected',
  13: 'MAC command not answered',
  14: 'join with invalid AppEUI',
  15: 'join replay, invalid DevNonce',
  16: 'uplink with wrong MIC',
  101: 'software restarted by watchdog',
  102: 'backhaul connection',
  103: 'unusually few uplinks',
  104: 'many uplinks with wrong CRC',
  105: 'downlinks above capacity',
  106: 'CPU high',
  107: 'memory high',
  108: 'disk high',
  109: 'time synchronisation lost',
  110: 'power failure',
  111: 'beacon failure',
  112: 'abnormal logging',
  114: 'join with wrong MIC',
  115: 'join replay, MIC correlation',
  116: 'uplink replay, wrong counter',
  117: 'uplink with wrong MIC',
  118: 'uplink replay, repeated counter',
  119: 'join with invalid AppEUI',
  120: 'join replay, invalid DevNonce',
  121: 'backhaul interface',
};

/** Description of an alarm type; `type <id>` if it is not known. */
export function alarmType(id: string | number | null | undefined): string {
  return types[Number(id)] ?? `type ${id ?? 'unknown'}`;
}

type Info = string | null | undefined;

/** What the additional infos of an alarm say, with their units; `cleared` gives some another meaning. Unknown types keep their text. */
const infoTexts: Readonly<Record<number, (infos: readonly string[], cleared: boolean) => string>> = {
  1: ([percent = '']) => `battery at ${percent.replace(/\s*%$/, '')} %`,
  2: ([days = ''], cleared) => (cleared ? `${days} days without overflow` : days),
  3: ([days = ''], cleared) => (cleared ? `${days} days without overflow` : days),
  4: ([hours = '']) => `${hours} h without uplink`,
  5: dataRate,
  6: dataRate,
  7: ([nonce = '']) => `DevNonce ${nonce}`,
  8: ([eui = '']) => `AppEUI ${eui}`,
  12: ([command = '']) => `command ${command}`,
  13: ([command = '']) => `command ${command}`,
  101: ([at = '']) => `restarted at ${isoOf(at)}`,
  102: ([minutes = ''], cleared) => (cleared ? `connected again after ${minutes} min` : minutes),
  106: usage,
  107: usage,
  108: usage,
};

/** The additional infos of an alarm in words; undefined where it has none. */
export function alarmInfo(id: string | number | null | undefined, infos: readonly Info[], state?: number | null): string | undefined {
  const known = infos.map((info) => info?.trim() ?? '');
  if (known.every((info) => info === '')) return undefined;
  return infoTexts[Number(id)]?.(known, state === 1) ?? known.filter((info) => info !== '').join(', ');
}

function dataRate([received, expected, third]: readonly string[]): string {
  const rates = `received ${received || 'unknown'}, expected ${expected || 'unknown'}`;
  return third ? `${rates}, ${/dB$/i.test(third) ? `SNR ${third}` : third}` : rates;
}

function usage([level, average]: readonly string[]): string {
  return [level, average && `average of the last hour ${average.replace(/\s*%$/, '')} %`].filter(Boolean).join(', ');
}

function isoOf(ms: string): string {
  return /^\d{12,13}$/.test(ms) ? new Date(Number(ms)).toISOString() : ms;
}
