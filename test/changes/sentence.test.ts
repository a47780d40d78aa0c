import { describe, expect, it, test } from 'vitest';

import type { Picture, Seen } from '../../src/changes/planner.ts';
import { sameSentence, sentence } from '../../src/changes/sentence.ts';

const sims = (count: number, verdict: Seen['verdict'] = 'change'): Seen[] =>
  Array.from({ length: count }, (_, i) => {
    const device = `8914800000007700${String(i).padStart(4, '0')}`;
    return { device, label: device, before: {}, verdict };
  });

const picture = (more: Partial<Picture<unknown>> = {}): Picture<unknown> => ({
  targets: sims(1),
  steps: [],
  effect: 'suspend',
  noun: 'SIM',
  effects: ['billing', 'disruptive'],
  undo: 'restore_sim',
  ...more,
});

describe('the sentence', () => {
  it.each<[string, Partial<Picture<unknown>>, string]>([
    ['one', {}, '89148000000077000000 (1 SIM) on ts: suspend. Cost unknown. Undo: restore_sim.'],
    [
      'three are all named',
      { targets: sims(3) },
      '89148000000077000000, 89148000000077000001, 89148000000077000002 (3 SIMs) on ts: suspend. Cost unknown. Undo: restore_sim.',
    ],
    [
      'of more the first two are named, all are counted',
      { targets: sims(4000) },
      '89148000000077000000, 89148000000077000001 and 3998 more (4000 SIMs) on ts: suspend. Cost unknown. Undo: restore_sim.',
    ],
    [
      'what is so already is left out and said',
      { targets: [...sims(2, 'unchanged'), ...sims(1)] },
      '89148000000077000000 (1 SIM) on ts: suspend. 2 already so, left out. Cost unknown. Undo: restore_sim.',
    ],
    [
      'a known cost',
      { cost: 'About 3 EUR a month' },
      '89148000000077000000 (1 SIM) on ts: suspend. About 3 EUR a month. Undo: restore_sim.',
    ],
    ['free and undoable', { effects: ['write'] }, '89148000000077000000 (1 SIM) on ts: suspend. Undo: restore_sim.'],
  ])('%s', (_, more, expected) => {
    expect(sentence(picture(more), 'ts')).toBe(expected);
  });
  it('says of what cannot be undone that it cannot', () => {
    const { undo: _, ...final } = picture({ effect: 'deactivate' });
    expect(sentence(final, 'ts')).toBe('89148000000077000000 (1 SIM) on ts: deactivate. Cost unknown. Cannot be undone.');
  });
  it('has at most 300 characters and never loses its end', () => {
    const { undo: _, ...final } = picture({ targets: sims(4000), effect: `rename to ${'x'.repeat(400)}` });
    const text = sentence(final, 'a-connection-with-a-name-of-40-characters');
    expect(text).toHaveLength(300);
    expect(text).toMatch(/^89148000000077000000, 89148000000077000001 and 3998 more \(4000 SIMs\) on a-connection-/);
    expect(text).toMatch(/xxx…\. Cost unknown\. Cannot be undone\.$/);
  });
});

test('a confirmed sentence is compared after NFC, single spaces and straight quotes; case counts', () => {
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
