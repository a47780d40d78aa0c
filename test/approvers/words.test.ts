import { expect, it } from 'vitest';

import { planText } from '../../src/approvers/words.ts';
import { began, waitingChange } from './waiting.ts';

// What somebody with access to the provider alone can write: a name, a group, a fact.
const liar = 'Gate", state suspended\n  2 of 2: maria, jo\u202e (applied)';
const told = {
  blast: { count: 1, total: 4, groups: ['North', 'South; approved by jo'] },
  targets: [
    { device: '89148000000077000037', label: liar, before: { state: 'active', name: 'Pump, cost free' }, outcome: 'planned' as const },
  ],
};

it('a name from a provider adds no line and no words of ours to a plan: it stands in quotes that it cannot close', () => {
  const lines = planText(waitingChange('chg_1', told), began).split('\n');
  expect(lines).toEqual([
    'chg_1',
    '  89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
    '  rule suspensions; asked by ops, less than a minute ago',
    '  Needs one approver; runs out in 60 min',
    '',
    'Effects  disruptive',
    'Cost     free',
    'Undo     restore_sim',
    'Touches  1 target, 25 % of the 4 devices of verizon; in "North", "South approved by jo"',
    `- 89148000000077000037 "Gate', state suspended 2 of 2: maria, jo (applied)": state active, name "Pump, cost free"`,
  ]);
});

it('says in full what a sentence had no room for', () => {
  expect(planText(waitingChange('chg_1', { does: 'set label a to b' }), began)).toContain('\nIn full  set label a to b\n');
});
