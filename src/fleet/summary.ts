/** Counts of devices by one or two facts. */
import type { Device } from './device.ts';
import { type Fact, valuesOf } from './facts.ts';

export interface Group {
  /** One value for each fact that was asked for. */
  values: readonly string[];
  devices: number;
}

/** The groups with most devices first; equal ones by their values. A device in two groups of a provider counts in both. */
export function summarise(rows: Iterable<{ device: Device; tellsLastSeen: boolean }>, by: readonly Fact[], now: number): Group[] {
  const groups = new Map<string, Group>();
  for (const { device, tellsLastSeen } of rows) {
    for (const values of combinations(by.map((fact) => valuesOf(device, fact, now, tellsLastSeen)))) {
      const key = JSON.stringify(values);
      const group = groups.get(key) ?? { values, devices: 0 };
      group.devices += 1;
      groups.set(key, group);
    }
  }
  return [...groups.values()].sort((a, b) => b.devices - a.devices || a.values.join('\n').localeCompare(b.values.join('\n'), 'en'));
}

function combinations(lists: readonly (readonly string[])[]): (readonly string[])[] {
  return lists.reduce<(readonly string[])[]>((all, list) => all.flatMap((one) => list.map((value) => [...one, value])), [[]]);
}
