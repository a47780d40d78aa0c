import type { Change } from '../../src/store/change.ts';

export const appKey = '00112233445566778899AABBCCDDEEFF';

/** A planned change whose inputs hold a key. */
export function change(id: string, more: Partial<Change> = {}): Change {
  return {
    id,
    status: 'planned',
    operation: 'thingpark.devices.create',
    provider: 'thingpark',
    connection: 'eu',
    sandbox: false,
    caller: 'local',
    summary: 'a sentence',
    effects: ['billing'],
    irreversible: false,
    cost: 'cost unknown',
    warnings: [],
    doubts: [],
    targets: [{ device: 'A81758FFFE0B0001', label: 'A81758FFFE0B0001', before: { present: 'no' }, outcome: 'planned' }],
    steps: [{ input: { body: { EUI: 'A81758FFFE0B0001', appKey } }, targets: ['A81758FFFE0B0001'], state: 'planned' }],
    inputs: [{ body: { EUI: 'A81758FFFE0B0001', appKey } }],
    intent: 'intent-1',
    seal: 'seal',
    preview: false,
    created: 1000,
    expires: 601_000,
    log: [{ at: 1000, what: 'planned' }],
    ...more,
  };
}
