/** The changes of a busy day as the store receives them; used by the bench and by a test. */
import { type AuditRow, verifyAudit } from '../../src/store/audit.ts';
import type { Change } from '../../src/store/change.ts';
import type { ChangeStore } from '../../src/store/store.ts';

const began = Date.parse('2026-11-22T00:00:00Z');

/** The n-th change of the day: a SIM is suspended. */
function plannedChange(n: number): Change {
  const device = `8914800000007${String(n).padStart(7, '0')}`;
  const created = began + n * 17_000;
  const body = { accountName: '0442000123-00001', devices: [{ deviceIds: [{ id: device, kind: 'iccid' }] }] };
  return {
    id: `chg_${n.toString(16).padStart(12, '0')}`,
    status: 'planned',
    operation: 'thingspace.devices.suspend',
    provider: 'thingspace',
    connection: 'verizon',
    sandbox: false,
    caller: 'operations-desk',
    summary: `${device} on verizon: suspend, no traffic until restored, resumes by itself after 90 days. Billing while suspended depends on the contract, cost unknown. Undo: restore_sim.`,
    effects: ['billing', 'disruptive'],
    irreversible: false,
    undo: 'restore_sim',
    cost: 'Billing while suspended depends on the contract, cost unknown',
    warnings: [],
    doubts: [],
    targets: [
      {
        device,
        label: device,
        before: { state: 'active', plan: 'IOTLOW5MB', account: '0442000123-00001' },
        outcome: 'planned',
        name: 'Pump 7',
      },
    ],
    steps: [{ input: { body }, targets: [device], state: 'planned' }],
    inputs: [{ body }],
    intent: `intent ${n}`,
    seal: 'q3mN0dH5Jw2c7v1XfZs8bKtRyUoPiLaEgQhDxCnMk4A',
    preview: false,
    decision: { verdict: 'ask', rule: 'built-in: disruptive', version: 'built-in' },
    created,
    expires: created + 600_000,
    log: [{ at: created, what: 'planned' }],
  };
}

/** Stores `count` changes, each planned, approved, accepted and applied: four entries in the audit log. */
export async function storeDay(store: ChangeStore, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const change = plannedChange(n);
    const at = (seconds: number): number => change.created + seconds * 1000;
    const { id, targets, steps } = change;
    await store.add(change);
    await store.claim(
      id,
      ['planned'],
      () => ({ approval: { kind: 'elicited', by: 'the person at operations-desk', at: at(9) }, log: [{ at: at(9), what: 'approved' }] }),
      { at: at(9), window: 0, over: () => undefined },
    );
    await store.move(id, ['applying'], {
      status: 'accepted',
      steps: steps.map((step) => ({
        ...step,
        state: 'sent',
        at: at(10),
        receipt: `7c2f6a1e-3b0d-4a44-9a52-${n.toString(16).padStart(12, '0')}`,
      })),
      targets: targets.map((target) => ({ ...target, outcome: 'pending' })),
      inputs: [],
      log: [{ at: at(10), what: 'accepted' }],
    });
    await store.move(id, ['accepted'], {
      status: 'applied',
      targets: targets.map((target) => ({ ...target, outcome: 'applied', after: { state: 'suspend', mdn: '5095550142' } })),
      log: [{ at: at(15), what: 'applied' }],
    });
  }
}

/** The position of one character in the audit log: in the body of an entry or in its hash. */
export interface CharacterPosition {
  line: number;
  member: 'body' | 'hash';
  at: number;
}

/** The audit log with the character at this position changed. */
function* withChangedCharacter(rows: Iterable<AuditRow>, { line, member, at }: CharacterPosition): Generator<AuditRow> {
  for (const row of rows) {
    const text = row[member];
    const other = String.fromCharCode(text.charCodeAt(at) ^ 1);
    yield row.seq === line ? { ...row, [member]: text.slice(0, at) + other + text.slice(at + 1) } : row;
  }
}

/** Whether verification stops at the entry whose character was changed. */
export async function isDetected(rows: Iterable<AuditRow>, place: CharacterPosition): Promise<boolean> {
  return (await verifyAudit(withChangedCharacter(rows, place))).broken === place.line;
}
