import type { Change, Step, Target } from '../../src/store/change.ts';

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

export const iccid = (n: number): string => `8914800000000${String(n).padStart(6, '0')}`;

const targets = Array.from({ length: 450 }, (_, n): Target => ({ device: iccid(n), label: `sim ${n}`, before: {}, outcome: 'planned' }));
const fiftyFrom = (start: number): string[] => targets.slice(start, start + 50).map(({ device }) => device);
const steps = Array.from(
  { length: 9 },
  (_, n): Step => ({ input: { ids: fiftyFrom(n * 50) }, targets: fiftyFrom(n * 50), state: 'planned' }),
);

/** A planned change for 450 targets by nine requests. */
export const largeChange = (id: string, more: Partial<Change> = {}): Change =>
  change(id, { targets, steps, inputs: steps.map(({ input }) => input), ...more });

/** Marks the targets of the step `n` as sent, as the executor does. */
export const sendStep =
  (n: number) =>
  (now: Change): Partial<Change> => ({
    steps: now.steps.map((step, i): Step => (i === n ? { ...step, state: 'sent', receipt: `req-${n}` } : step)),
    targets: now.targets.map((target): Target => (steps[n]?.targets.includes(target.device) ? { ...target, outcome: 'sent' } : target)),
  });
