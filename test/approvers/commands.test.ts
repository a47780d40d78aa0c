import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it, test } from 'vitest';

import { type Approver, hashPin, isPinHash } from '../../src/approvers/approver.ts';
import { approvalsText, type Decision, decide, newApprover } from '../../src/approvers/commands.ts';
import type { Terminal } from '../../src/approvers/terminal.ts';
import { type Clock, fixedClock } from '../../src/clock.ts';
import type { Change } from '../../src/store/change.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { began, minute, two, waitingChange } from './waiting.ts';

const pin = 'correct-pin';
let maria: Approver;
beforeAll(async () => {
  maria = { name: 'maria', pin: await hashPin(pin, randomBytes) };
});

/** A person who types these answers; what they saw and were asked. */
function person(answers: readonly string[]) {
  const seen: string[] = [];
  const left = [...answers];
  const asked = async (question: string): Promise<string> => {
    seen.push(question);
    return left.shift() ?? '';
  };
  const terminal: Terminal = { say: (text) => void seen.push(text), ask: asked, askHidden: (question) => asked(`${question}(hidden)`) };
  return { terminal, seen };
}

async function at(changes: readonly Change[], answers: readonly string[], decision: Decision, served?: Partial<Change>, stopped?: string) {
  const store = memoryStore();
  for (const change of changes) await store.add(change);
  const fixed = fixedClock(began + minute);
  const clock: Clock = {
    ...fixed,
    // A server on the same state, which looks while the person waits.
    async sleep(ms) {
      fixed.advance(ms);
      if (served && fixed.now() > began + minute + 2_000) await store.move(decision.id, ['awaiting_approval'], served);
    },
  };
  const { terminal, seen } = person(answers);
  const refused = await decide({ store, clock, approvers: [maria], stopped: () => stopped }, terminal, decision).then(
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
  warnings: ['one does not pass its check digit'],
  doubts: ['the fee is not documented'],
  targets: Array.from({ length: 60 }, (_, i) => ({
    device: `8914800000007700${1000 + i}`,
    label: `Gate ${i}`,
    before: { state: 'active' },
    outcome: 'planned' as const,
  })),
  approvals: [{ kind: 'console', by: 'jo', at: began }],
});

test('what waits is printed with sentence, rule, asker, approvals and time left', async () => {
  const store = memoryStore();
  const clock = fixedClock(began + minute);
  expect(await approvalsText({ store, clock })).toBe('Nothing waits.');
  await store.add(waitingChange('chg_1'));
  await store.add(wide);
  expect(await approvalsText({ store, clock })).toBe(
    [
      'chg_1',
      '  89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
      '  rule suspensions; asked by ops, 1 min ago',
      '  Needs one approver; runs out in 59 min',
      '',
      'chg_9  CANNOT BE UNDONE',
      '  89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
      '  rule many SIMs; asked by ops, 1 min ago',
      '  1 of 2: jo; runs out in 59 min',
    ].join('\n'),
  );
});

describe('approving', () => {
  it('shows the plan, asks for name and code, and says what a server made of it', async () => {
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
        '  rule suspensions; asked by ops, 1 min ago',
        '  Needs one approver; runs out in 59 min',
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
      'Approved. Waiting for a server that has verizon.',
      'chg_1 is applied.',
    ]);
    expect(change?.approvals).toEqual([{ kind: 'terminal', by: 'maria', at: began + minute }]);
    expect(waited).toBe(2_500);
  });

  it('shows of a large plan what matters: no undo, how much of how many, warnings, doubts, fifty targets', async () => {
    const { seen } = await at([wide], [pin], { verb: 'approve', id: 'chg_9', as: 'maria' });
    const [plan = '', asked] = seen;
    for (const words of [
      'chg_9  CANNOT BE UNDONE',
      'Undo     none: it cannot be undone',
      'Touches  60 targets, 25 % of the 240 devices of verizon; in "North"',
      '- 89148000000077001000 "Gate 0": state active',
      '- and 10 more',
      'Warning: one does not pass its check digit',
      'Not certain: the fee is not documented',
    ])
      expect(plan).toContain(words);
    expect(asked).toBe('PIN, or the code of your app: (hidden)');
  });

  it('gives up after 20 seconds without a server, and says so', async () => {
    const { seen, waited } = await at([waitingChange('chg_1')], [pin], { verb: 'approve', id: 'chg_1', as: 'maria' });
    expect(waited).toBe(20_000);
    expect(seen.at(-1)).toBe(
      'chg_1 was not taken up yet. The approval holds for 15 minutes; a server that has verizon must run on this state.',
    );
  });

  it('says how it ended when it did not go well', async () => {
    const served = { status: 'refused', reason: 'drift', explanation: 'The world moved.' } as const;
    const { seen } = await at([waitingChange('chg_1')], [pin], { verb: 'approve', id: 'chg_1', as: 'maria' }, served);
    expect(seen.at(-1)).toBe('chg_1 is refused (drift). The world moved.');
  });

  const keyed = { inputs: [], heldUntil: began + minute + 10_000 };
  const lost =
    'The server that planned it has ended, and with it the keys in the plan, which are never written down. Nothing was sent; have it asked for again.';
  it('of a plan with a key inside waits for the one server that knows it, and says when that has ended', async () => {
    const { seen, change, waited } = await at([waitingChange('chg_1', keyed)], [pin], { verb: 'approve', id: 'chg_1', as: 'maria' });
    expect(seen.slice(-2)).toEqual([
      'Approved. Waiting for the server that planned it and alone knows its keys.',
      `chg_1 is refused (expired). ${lost}`,
    ]);
    expect(waited).toBe(10_000);
    expect(change).toMatchObject({ status: 'refused', reason: 'expired', explanation: lost });
  });

  it('of a plan whose server has ended before is refused before a code is typed', async () => {
    const changes = [waitingChange('chg_1', { ...keyed, heldUntil: began })];
    const { seen, refused, change } = await at(changes, [pin], { verb: 'approve', id: 'chg_1', as: 'maria' });
    expect([seen, refused]).toEqual([[], `chg_1 waits for nobody: it is refused (${lost}). Look at its history.`]);
    expect(change?.status).toBe('refused');
  });

  it('while all changes are stopped is said to be refused, before a code is typed', async () => {
    const decision = { verb: 'approve', id: 'chg_1', as: 'maria' } as const;
    const { seen } = await at([waitingChange('chg_1')], [pin], decision, undefined, 'carrier trouble');
    expect(seen[1]).toBe(
      'All changes are stopped (carrier trouble): what is approved now is refused. "iot-ops-mcp go" lets them run again.\n',
    );
    expect(seen[2]).toBe('PIN, or the code of your app: (hidden)');
  });

  it('waits for no server while another person is needed', async () => {
    const { seen, waited } = await at([waitingChange('chg_2', { decision: two })], [pin], { verb: 'approve', id: 'chg_2', as: 'maria' });
    expect([seen.at(-1), waited]).toEqual(['Noted. 1 of 2: maria.', 0]);
  });

  it('with a wrong code does nothing', async () => {
    const { refused, change } = await at([waitingChange('chg_1')], ['wrong-pin'], { verb: 'approve', id: 'chg_1', as: 'maria' });
    expect(refused).toContain('name and code do not fit together');
    expect(change?.approvals).toBeUndefined();
  });

  it('of what does not wait is refused before a code is typed', async () => {
    const { seen, refused } = await at([waitingChange('chg_1', { status: 'applied' })], [pin], {
      verb: 'approve',
      id: 'chg_1',
      as: 'maria',
    });
    expect([seen, refused]).toEqual([[], 'chg_1 waits for nobody: it is applied. Look at its history.']);
  });

  it('without any approver says how to make one', async () => {
    const { terminal } = person([]);
    const parts = { store: memoryStore(), clock: fixedClock(began), approvers: [], stopped: () => undefined };
    await expect(decide(parts, terminal, { verb: 'approve', id: 'chg_1' })).rejects.toThrow('no approver is configured');
  });
});

test('rejecting ends it with name and reason', async () => {
  const { seen, change } = await at([waitingChange('chg_1')], [pin], { verb: 'reject', id: 'chg_1', as: 'maria', why: 'wrong SIM' });
  expect(seen.at(-1)).toBe('Rejected by maria: wrong SIM. Nothing was sent.');
  expect(change).toMatchObject({ status: 'refused', reason: 'declined' });
});

describe('a new approver', () => {
  it('types a PIN twice and gets the line for the configuration', async () => {
    const { terminal, seen } = person([pin, pin]);
    const line = await newApprover('maria', false, () => terminal, randomBytes);
    expect(seen).toEqual(['New PIN, at least 6 characters: (hidden)', 'The same again: (hidden)']);
    const { maria: made } = JSON.parse(`{${line}}`) as { maria: { pin: string } };
    expect(isPinHash(made.pin)).toBe(true);
    expect(line).not.toContain(pin);
  });
  it('is refused when the two differ, when it is short, and when the name is none', async () => {
    const make = (name: string, answers: string[]) => newApprover(name, false, () => person(answers).terminal, randomBytes);
    await expect(make('maria', [pin, 'correct-pim'])).rejects.toThrow('the two PINs differ');
    await expect(make('maria', ['12345', '12345'])).rejects.toThrow('a PIN has 6 to 128 characters');
    await expect(make('a b', [pin, pin])).rejects.toThrow('name: has letters');
  });
  it('of an app gets a secret, and needs no terminal', async () => {
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
