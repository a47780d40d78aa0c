import { expect, it } from 'vitest';

import { formatPlan } from '../../src/approvers/format.ts';
import { began, waitingChange } from './waiting.ts';

// Texts that anybody with access to the provider can set: a name, a group, a fact.
const maliciousName = 'Gate", state suspended\n  2 of 2: maria, jo\u202e (applied)';
const malicious = {
  blast: { count: 1, total: 4, groups: ['North', 'South; approved by jo'] },
  targets: [
    {
      device: '89148000000077000037',
      label: maliciousName,
      before: { state: 'active', name: 'Pump, cost free' },
      outcome: 'planned' as const,
    },
  ],
};

it('planText puts provider names in quotes that they cannot close, so that they cannot imitate lines of the plan', () => {
  const lines = formatPlan(waitingChange('chg_1', malicious), began).split('\n');
  expect(lines).toEqual([
    'chg_1',
    '  89148000000077000037 (1 SIM) on verizon: suspend, it loses service. Free. Undo: restore_sim.',
    '  rule suspensions; requested by ops, less than a minute ago',
    '  Needs one approver; expires in 60 min',
    '',
    'Effects  disruptive',
    'Cost     free',
    'Undo     restore_sim',
    'Touches  1 target, 25 % of the 4 devices of verizon; in "North", "South approved by jo"',
    `- 89148000000077000037 "Gate', state suspended 2 of 2: maria, jo (applied)": state active, name "Pump, cost free"`,
  ]);
});

it('planText shows the full effect that the summary had to shorten', () => {
  expect(formatPlan(waitingChange('chg_1', { does: 'set label a to b' }), began)).toContain('\nMore     set label a to b\n');
});
