import { z } from 'zod';

import { type PolicyView, policyView } from '../../changes/rules/active-policy.ts';
import { readTool } from '../define.ts';

export const getPolicy = readTool({
  name: 'get_policy',
  toolset: 'changes',
  title: 'Get the policy',
  description: 'Shows which changes are allowed, need approval in the chat or by named people, or are denied; budget use; the next freeze.',
  local: true,
  deviceScope: 'none',
  input: z.strictObject({}),
  output: z.looseObject({ version: z.string(), approvers: z.number() }),
  example: {},
  async run(_, { policy, caller, connections, clock }) {
    const view = await policyView(policy, { caller, connections, at: clock.now() });
    return { structured: view, text: textOf(view) };
  },
});

function textOf({ version, off, problem, zone, freeze, rules, default: otherwise, budgets, leftOut, approval }: PolicyView): string {
  const amount = (used: number | Record<string, number>): string =>
    typeof used === 'number'
      ? String(used)
      : Object.entries(used)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ');
  return [
    `policy ${version}, zone ${zone}`,
    ...(off ? [off] : []),
    ...(problem ? [problem] : []),
    ...(freeze ? [`freeze "${freeze.name}" ${freeze.now ? 'NOW, nothing changes' : `from ${freeze.from}`} until ${freeze.to}`] : []),
    ...rules.map(({ rule, verdict, when }, i) => `${i + 1}. ${rule}: ${verdict}, ${when}`),
    `${rules.length > 0 ? 'else ' : ''}${otherwise.join('; ')}`,
    ...budgets.map(({ budget, limit, used }) => `budget "${budget}": ${limit}; used ${amount(used)}`),
    ...(leftOut ? [`${leftOut} more are not shown`] : []),
    approval,
  ].join('\n');
}
