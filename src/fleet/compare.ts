/** What the records of several providers about one device agree on, and what they do not. */
import { type Device, identifierNames } from './device.ts';

export interface Comparison {
  /** Facts with the same value in every record that has them, at least two: `devEui A81758FFFE0A0001`. */
  same: string[];
  /** Facts whose values differ: `name: "Water meter 1" at a, "probe" at b`. */
  differs: string[];
  /** Whether identifiers that belong to one SIM or radio differ, so that the records may be of different devices. */
  conflicting: boolean;
}

/** Identifiers of which a device has one. A device may have several SIMs, but then the records are of different SIMs. */
const unique = new Set(['devEui', 'iccid', 'imei', 'imsi', 'eid', 'meid', 'esn']);

export function compareDevices(devices: readonly Device[]): Comparison {
  const result: Comparison = { same: [], differs: [], conflicting: false };
  const facts = [...identifierNames.filter((name) => name !== 'id' && name !== 'ip'), 'name', 'state', 'model'] as const;
  for (const fact of facts) {
    const values = devices.flatMap(({ connection, identifiers, ...device }) => {
      const value = fact === 'name' || fact === 'state' || fact === 'model' ? device[fact] : identifiers[fact];
      return value === undefined ? [] : [{ connection, value }];
    });
    if (values.length < 2) continue;
    const text = (value: string): string => (fact === 'name' || fact === 'model' ? JSON.stringify(value) : value);
    if (values.every(({ value }) => value.toLowerCase() === values[0]?.value.toLowerCase())) {
      result.same.push(`${fact} ${text(values[0]?.value ?? '')}`);
      continue;
    }
    result.differs.push(`${fact}: ${values.map(({ connection, value }) => `${text(value)} at ${connection}`).join(', ')}`);
    if (unique.has(fact)) result.conflicting = true;
  }
  return result;
}

/** The comparison in lines for an answer. */
export function comparisonLines({ same, differs, conflicting }: Comparison): string[] {
  return [
    `same: ${same.join(', ') || 'nothing'}`,
    `differs: ${differs.join('; ') || 'nothing'}`,
    ...(conflicting ? ['These may be different devices or SIMs: identifiers of which a device has one differ.'] : []),
  ];
}
