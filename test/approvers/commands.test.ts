import { randomBytes } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';

import { type Approver, isPinHash } from '../../src/approvers/approver.ts';
import { type ApprovalCommand, approvalsText, newApprover, runApprovalCommand } from '../../src/approvers/commands.ts';
import type { Terminal } from '../../src/approvers/terminal.ts';
import { type Clock, fixedClock } from '../../src/clock.ts';
import type { Change } from '../../src/store/change.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { began, cheapHash, minute, two, waitingChange } from './waiting.ts';

const pin = 'correct-pin';
const maria: Approver = { name: 'maria', pin: cheapHash(pin) };
/** A fake terminal that gives these answers. `seen` lists what was printed and asked. */
function person(answers: readonly string[]) {
  const seen: string[] = [];
  const left = [...answers];
  const asked = async (question: string): Promise<string> => {
    seen.push(question);
    return left.shift() ?? '';
  };
  const terminal: Terminal = { print: (text) => void seen.push(text), ask: asked, askHidden: (question) => asked(`${question}(hidden)`) };
  return { terminal, seen };
}

async function at(
  changes: readonly Change[],
  answers: readonly string[],
  decision: ApprovalCommand,
  served?: Partial<Change>,
  stopped?: string,
) {
  const store = memoryStore();
  for (const change of changes) await store.add(change);
  const fixed = fixedClock(began + minute);
  const clock: Clock = {
    ...fixed,
    // Simulates a server that applies the change while the person waits.
    async sleep(ms) {
      fixed.advance(ms);
      if (served && fixed.now() > began + minute + 2_000) await store.move(decision.id, ['awaiting_approval'], served);
    },
  };
  const { terminal, seen } = person(answers);
  const refused = await runApprovalCommand({ store, clock, approvers: [maria], stopped: () => stopped }, terminal, decision).then(
    () => undefined,
    (error: { message: string; next: string }) => `${error.message}. ${error.next}`,
  );
  return { seen, refused, change: await store.get(decision.id), waited: fixed.now() - began - minute };
}

const wide = waitingChange('chg_9', {
  irreversible: true,
  effects: ['disruptive', 'destructive'],
  decision: two,
  cost: 'cost unknown',
  settles: 'minutes',
  blast: { count: 60, total: 240, groups: ['North'] },
  warnings: [{ code: 'check-digit', text: 'one does not pass its check digit' }],
  doubts: ['the fee is not documented'],
  targets: Array.from({ length: 60 }, (_, i) => ({
    device: `8914800000007700${1000 + i}`,
    label: `Gate ${i}`,
    before: { state: 'active' },
    outcome: 'planned' as const,
  })),
  approvals: [{ kind: 'console', by: 'jo', at: began }],
});

test('approvalsText prints each waiting change with summary, rule, caller, approvals and time left', async () => {
  const store = memoryStore();
  const clock = fixedClock(began + minute);
  expect(await approvalsText({ store, clock })).toBe('No change waits for approval.');
  await store.add(waitingChange('chg_1'));
  await store.add(wide);
  expect(await approvalsText({ store, clock })).toBe(
    [
      'chg_1',
      '  89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
      '  rule suspensions; requested by ops, 1 min ago',
      '  Needs one approver; expires in 59 min',
      '',
      'chg_9  CANNOT BE UNDONE',
      '  89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
      '  rule many SIMs; requested by ops, 1 min ago',
      '  1 of 2: jo; expires in 59 min',
    ].join('\n'),
  );
});

describe('runApprovalCommand: approve', () => {
  it('approve shows the plan, asks for name and code, and prints the result', async () => {
    const { seen, refused, change, waited } = await at(
      [waitingChange('chg_1')],
      ['maria', pin],
      { verb: 'approve', id: 'chg_1' },
      { status: 'applied' },
    );
    expect(refused).toBeUndefined();
    expect(seen).toEqual([
      [
        'chg_1',
        '  89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
        '  rule suspensions; requested by ops, 1 min ago',
        '  Needs one approver; expires in 59 min',
        '',
        'Effects  disruptive',
        'Cost     free',
        'Undo     restore_sim',
        'Touches  1 target',
        '- 89148000000077000037: state active',
        '',
      ].join('\n'),
      'Your name as an approver: ',
      'PIN, or the code of your app: (hidden)',
      'Approved. Waiting for a server with the connection verizon.',
      'chg_1 is applied.',
    ]);
    expect(change?.approvals).toEqual([{ kind: 'terminal', by: 'maria', at: began + minute }]);
    expect(waited).toBe(2_500);
  });

  it('approve shows for a large plan irreversibility, blast radius, warnings, doubts and fifty targets', async () => {
    const { seen } = await at([wide], [pin], { verb: 'approve', id: 'chg_9', as: 'maria' });
    const [plan = '', asked] = seen;
    for (const text of [
      'chg_9  CANNOT BE UNDONE',
      'Undo     none: it cannot be undone',
      'Touches  60 targets, 25 % of the 240 devices of verizon; in "North"',
      '- 89148000000077001000 "Gate 0": state active',
      '- and 10 more',
      'Warning: one does not pass its check digit',
      'Not certain: the fee is not documented',
    ])
      expect(plan).toContain(text);
    expect(asked).toBe('PIN, or the code of your app: (hidden)');
  });

  it('approve stops waiting after 20 seconds if no server applies the change, and says so', async () => {
    const { seen, waited } = await at([waitingChange('chg_1')], [pin], { verb: 'approve', id: 'chg_1', as: 'maria' });
    expect(waited).toBe(20_000);
    expect(seen.at(-1)).toBe(
      'chg_1 has not been started yet. The approval is valid for 15 minutes; a server with the connection verizon must run with this state directory.',
    );
  });

  it('approve prints the status, reason and explanation of a change that was not applied', async () => {
    const served = { status: 'refused', reason: 'drift', explanation: 'The state changed.' } as const;
    const { seen } = await at([waitingChange('chg_1')], [pin], { verb: 'approve', id: 'chg_1', as: 'maria' }, served);
    expect(seen.at(-1)).toBe('chg_1 is refused (drift). The state changed.');
  });

  const keyed = { inputs: [], heldUntil: began + minute + 10_000 };
  const lost =
    'The server that planned it has ended, and the keys in the plan are lost because they are never stored. Nothing was sent; request the change again.';
  it('approve of a plan with keys waits for the server that holds them, and reports if that server has ended', async () => {
    const { seen, change, waited } = await at([waitingChange('chg_1', keyed)], [pin], { verb: 'approve', id: 'chg_1', as: 'maria' });
    expect(seen.slice(-2)).toEqual([
      'Approved. Waiting for the server that planned it and holds its keys.',
      `chg_1 is refused (expired). ${lost}`,
    ]);
    expect(waited).toBe(10_000);
    expect(change).toMatchObject({ status: 'refused', reason: 'expired', explanation: lost });
  });

  it('who asked for a change cannot approve it in a terminal, and is told before the PIN is asked for', async () => {
    const { seen, refused, change } = await at([waitingChange('chg_1', { askedBy: ['maria'] })], [pin], {
      verb: 'approve',
      id: 'chg_1',
      as: 'maria',
    });
    expect(seen[0]).toContain('Needs one approver, not maria, who asked for it');
    expect(refused).toBe('maria asked for chg_1 (as caller ops), and nobody approves a change that they asked for. Another approver can.');
    expect(change?.approvals).toBeUndefined();
  });

  it('approve of a plan whose server has already ended is refused before a code is asked for', async () => {
    const changes = [waitingChange('chg_1', { ...keyed, heldUntil: began })];
    const { seen, refused, change } = await at(changes, [pin], { verb: 'approve', id: 'chg_1', as: 'maria' });
    expect([seen, refused]).toEqual([[], `chg_1 does not wait for approval: it is refused (${lost}). See its history.`]);
    expect(change?.status).toBe('refused');
  });

  it('approve warns before asking for a code that all changes are stopped', async () => {
    const decision = { verb: 'approve', id: 'chg_1', as: 'maria' } as const;
    const { seen } = await at([waitingChange('chg_1')], [pin], decision, undefined, 'carrier trouble');
    expect(seen[1]).toBe(
      'All changes are stopped (carrier trouble): a change approved now is refused. "iot-ops-mcp go" allows changes again.\n',
    );
    expect(seen[2]).toBe('PIN, or the code of your app: (hidden)');
  });

  it('approve does not wait for a server while another approval is needed', async () => {
    const { seen, waited } = await at([waitingChange('chg_2', { decision: two })], [pin], { verb: 'approve', id: 'chg_2', as: 'maria' });
    expect([seen.at(-1), waited]).toEqual(['Recorded. 1 of 2: maria.', 0]);
  });

  it('approve with a wrong code stores nothing', async () => {
    const { refused, change } = await at([waitingChange('chg_1')], ['wrong-pin'], { verb: 'approve', id: 'chg_1', as: 'maria' });
    expect(refused).toContain('name and code do not match');
    expect(change?.approvals).toBeUndefined();
  });

  it('approve of a change that does not wait is refused before a code is asked for', async () => {
    const { seen, refused } = await at([waitingChange('chg_1', { status: 'applied' })], [pin], {
      verb: 'approve',
      id: 'chg_1',
      as: 'maria',
    });
    expect([seen, refused]).toEqual([[], 'chg_1 does not wait for approval: it is applied. See its history.']);
  });

  it('approve without a configured approver is refused', async () => {
    const { terminal } = person([]);
    const parts = { store: memoryStore(), clock: fixedClock(began), approvers: [], stopped: () => undefined };
    await expect(runApprovalCommand(parts, terminal, { verb: 'approve', id: 'chg_1' })).rejects.toThrow('no approver is configured');
  });
});

test('reject ends a change with name and reason', async () => {
  const { seen, change } = await at([waitingChange('chg_1')], [pin], { verb: 'reject', id: 'chg_1', as: 'maria', why: 'wrong SIM' });
  expect(seen.at(-1)).toBe('Rejected by maria: wrong SIM. Nothing was sent.');
  expect(change).toMatchObject({ status: 'refused', reason: 'declined' });
});

describe('newApprover', () => {
  it('newApprover asks for a PIN twice and returns the line for the configuration', async () => {
    const { terminal, seen } = person([pin, pin]);
    const line = await newApprover('maria', false, () => terminal, randomBytes);
    expect(seen).toEqual(['New PIN, at least 6 characters: (hidden)', 'Repeat the PIN: (hidden)']);
    const { maria: made } = JSON.parse(`{${line}}`) as { maria: { pin: string } };
    expect(isPinHash(made.pin)).toBe(true);
    expect(line).not.toContain(pin);
  });
  it('newApprover refuses PINs that differ, short PINs and invalid names', async () => {
    const make = (name: string, answers: string[]) => newApprover(name, false, () => person(answers).terminal, randomBytes);
    await expect(make('maria', [pin, 'correct-pim'])).rejects.toThrow('the two PINs differ');
    await expect(make('maria', ['12345', '12345'])).rejects.toThrow('a PIN must have 6 to 128 characters');
    await expect(make('a b', [pin, pin])).rejects.toThrow('name: must have 1 to 40 letters');
  });
  it('newApprover for an authenticator app returns a secret and needs no terminal', async () => {
    const noTerminal = (): Terminal => {
      throw new Error('no terminal');
    };
    expect(await newApprover('jo', true, noTerminal, () => Buffer.from('12345678901234567890'))).toBe(
      [
        'secret  GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
        'app     otpauth://totp/iot-ops-mcp:jo?issuer=iot-ops-mcp&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30',
        '"jo": { "totp": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" }',
      ].join('\n'),
    );
  });
});
