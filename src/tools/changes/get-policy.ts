import { z } from 'zod';

import { policyView } from '../../changes/rules/active-policy.ts';
import { policyText } from '../../changes/rules/policy-text.ts';
import { readTool } from '../define.ts';

export const getPolicy = readTool({
  name: 'get_policy',
  toolset: 'changes',
  title: 'Get the policy',
  description:
    'Shows which changes are allowed, need approval in the chat or by named people, or are denied; budget use; the next freeze. One change: get_change.',
  local: true,
  deviceScope: 'none',
  input: z.strictObject({}),
  output: z.looseObject({ version: z.string(), approvers: z.number() }),
  example: {},
  async run(_, { policy, caller, connections, clock }) {
    const view = await policyView(policy, { caller, connections, at: clock.now() });
    return { structured: view, text: policyText(view) };
  },
});
