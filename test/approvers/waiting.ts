/** Test data: a change that waits for named people, and a hash of a PIN. */
import { scryptSync } from 'node:crypto';
import type { Change } from '../../src/store/change.ts';

/** Start time of the approver tests. */
export const began = Date.parse('2026-11-22T08:00:00Z');
export const minute = 60_000;

export function waitingChange(id: string, more: Partial<Change> = {}): Change {
  return {
    id,
    status: 'awaiting_approval',
    operation: 'thingspace.devices.suspend',
    provider: 'thingspace',
    connection: 'verizon',
    sandbox: false,
    caller: 'ops',
    summary: '89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
    effects: ['disruptive'],
    irreversible: false,
    undo: 'restore_sim',
    cost: 'free',
    warnings: [],
    doubts: [],
    targets: [{ device: '89148000000077000037', label: '89148000000077000037', before: { state: 'active' }, outcome: 'planned' }],
    steps: [{ input: { body: { iccid: '89148000000077000037' } }, targets: ['89148000000077000037'], state: 'planned' }],
    inputs: [{ body: { iccid: '89148000000077000037' } }],
    intent: `intent of ${id}`,
    seal: 'seal',
    preview: false,
    decision: { verdict: 'approve', rule: 'suspensions', version: 'a1b2c3' },
    created: began,
    expires: began + 60 * minute,
    log: [{ at: began, what: 'planned' }],
    ...more,
  };
}

export const two = { verdict: 'approve 2', rule: 'many SIMs', version: 'a1b2c3' } as const;

/** The hash of a PIN at the lowest cost that is accepted: checking it takes a tenth of the time. */
export function cheapHash(pin: string): string {
  const salt = Buffer.alloc(16, 1);
  const hash = scryptSync(pin, salt, 32, { N: 2 ** 14, r: 8, p: 1 });
  return ['scrypt', 2 ** 14, 8, 1, salt.toString('base64url'), hash.toString('base64url')].join('$');
}
