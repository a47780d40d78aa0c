import { z } from 'zod';

import { applyTool } from '../define.ts';

export const applyChange = applyTool({
  name: 'apply_change',
  toolset: 'changes',
  title: 'Apply a planned change',
  description:
    'Applies a planned change, once. confirm is the exact text of change.confirm, which a person has read and approved. For its status use get_change.',
  input: z.strictObject({ change: z.string().min(1).max(40), confirm: z.string().min(1).max(400).describe('change.confirm, exactly') }),
  example: { change: 'chg_4k2v8q1mzt', confirm: '89148000000077000037 (1 SIM) on thingspace: ... [k3Xw81aB]' },
  argumentsOf: (input) => input,
});
