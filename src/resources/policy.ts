import { policyView } from '../changes/rules/active-policy.ts';
import { policyText } from '../changes/rules/policy-text.ts';
import { type Resource, WithText } from './define.ts';

export const policyResource: Resource = {
  name: 'policy',
  title: 'The policy',
  description:
    'Which changes are allowed, need approval in the chat or by named people, or are denied; budgets and their use; the next freeze.',
  uri: 'iot://policy',
  sameAs: { name: 'get_policy', toolset: 'changes' },
  async read(_, { policy, connections, clock }, _signal, caller) {
    const view = await policyView(policy, { caller, connections, at: clock.now() });
    return new WithText(view, policyText(view));
  },
};
