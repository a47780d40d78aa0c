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
  121: 'backhaul interface',
};

/** Description of an alarm type; `type <id>` if it is not known. */
export function alarmType(id: string | number | null | undefined): string {
  return types[Number(id)] ?? `type ${id ?? 'unknown'}`;
}
