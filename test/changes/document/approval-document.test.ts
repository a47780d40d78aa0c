import { describe, expect, it, test } from 'vitest';

import { approvalDocument } from '../../../src/changes/document/approval-document.ts';
import { sameSentence } from '../../../src/changes/document/confirmation.ts';
import { phrase } from '../../../src/changes/document/phrase.ts';
import type { Plan, TargetState } from '../../../src/changes/planner.ts';

const sims = (count: number, verdict: TargetState['verdict'] = 'change'): TargetState[] =>
  Array.from({ length: count }, (_, i) => {
    const device = `8914800000007700${String(i).padStart(4, '0')}`;
    return { device, label: device, before: {}, verdict };
  });

const plan = (more: Partial<Plan<unknown>> = {}): Plan<unknown> => ({
  targets: sims(1),
  steps: [],
  effect: phrase`suspend`,
  noun: 'SIM',
  effects: ['billing', 'disruptive'],
  undo: phrase`restore_sim`,
  ...more,
});

describe('sentence', () => {
  it.each<[string, Partial<Plan<unknown>>, string]>([
    ['one target is named', {}, '89148000000077000000 (1 SIM) on ts: suspend. Cost unknown. Undo: restore_sim.'],
    [
      'three targets are all named',
      { targets: sims(3) },
      '89148000000077000000, 89148000000077000001, 89148000000077000002 (3 SIMs) on ts: suspend. Cost unknown. Undo: restore_sim.',
    ],
    [
      'of more than three targets the first two are named and all are counted',
      { targets: sims(4000) },
      '89148000000077000000, 89148000000077000001 and 3998 more (4000 SIMs) on ts: suspend. Cost unknown. Undo: restore_sim.',
    ],
    [
      'a name chosen by the caller that reads like a sentence of this program is quoted and cut',
      {
        targets: [{ ...sims(1)[0], device: 'Historian (1 application server) on prod: set its description. Free. Undo: x' } as TargetState],
      },
      '"Historian (1 application server) on pro…" (1 SIM) on ts: suspend. Cost unknown. Undo: restore_sim.',
    ],
    [
      'unchanged targets are left out and counted',
      { targets: [...sims(2, 'unchanged'), ...sims(1)] },
      '89148000000077000000 (1 SIM) on ts: suspend. 2 already in this state, left out. Cost unknown. Undo: restore_sim.',
    ],
    [
      'a known cost is shown',
      { cost: phrase`About 3 EUR a month` },
      '89148000000077000000 (1 SIM) on ts: suspend. About 3 EUR a month. Undo: restore_sim.',
    ],
    ['a free change shows no cost', { effects: ['write'] }, '89148000000077000000 (1 SIM) on ts: suspend. Undo: restore_sim.'],
  ])('summary sentence: %s', (_, more, expected) => {
    expect(approvalDocument(plan(more), 'ts').headline).toBe(expected);
  });
  it('the summary sentence says that an irreversible change cannot be undone', () => {
    const { undo: _, ...final } = plan({ effect: phrase`deactivate` });
    expect(approvalDocument(final, 'ts').headline).toBe('89148000000077000000 (1 SIM) on ts: deactivate. Cost unknown. Cannot be undone.');
  });
  it('the summary sentence has at most 300 characters and always keeps cost and undo', () => {
    const { undo: _, ...final } = plan({ targets: sims(4000), effect: `rename to ${'x'.repeat(400)}` });
    const text = approvalDocument(final, 'a-connection-with-a-name-of-40-characters').headline;
    expect(text).toHaveLength(300);
    expect(text).toMatch(/^89148000000077000000, 89148000000077000001 and 3998 more \(4000 SIMs\) on a-connection-/);
    expect(text).toMatch(/xxx…\. Cost unknown\. Cannot be undone\.$/);
  });
});

test('sameSentence ignores Unicode composition, spacing and quote style, but not case', () => {
  const shown = '"Kühler 1" (1 device) on tp: create. Undo: none.';
  const same: [string, boolean][] = [
    ['"Kühler 1" (1 device) on tp: create. Undo: none.', true],
    ['  "Kühler 1"  (1\u00a0device)\non tp: create. Undo: none. ', true],
    ['\u201cKu\u0308hler 1\u201d (1 device) on tp: create. Undo: none.', true],
    ['\u00abKühler 1\u00bb (1 device) on tp: create. Undo: none.', true],
    ['"kühler 1" (1 device) on tp: create. Undo: none.', false],
    ['"Kuhler 1" (1 device) on tp: create. Undo: none.', false],
    ['"Kühler 1" (1 device) on tp: create. Undo: none', false],
    ['"Kühler 1" (2 devices) on tp: create. Undo: none.', false],
    ['"Kühler\u200b 1" (1 device) on tp: create. Undo: none.', false],
    ['yes', false],
    ['', false],
  ];
  expect(same.map(([text]) => [text, sameSentence(text, shown)])).toEqual(same);
  expect(sameSentence('it\u2019s', "it's")).toBe(true);
});
