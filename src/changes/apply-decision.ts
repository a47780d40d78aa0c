import { approvalsNeeded, heartbeatTimeout } from '../approvers/approval.ts';
import { approversLeft, isOwnChange, type People } from '../approvers/people.ts';
import { minute } from '../durations.ts';
import { type Change, withoutInput } from '../store/change.ts';
import { containsSecrets } from '../text/redact.ts';
import { sanitize } from '../text/sanitize.ts';
import { hardRefusal, type Policy } from './policy.ts';
import type { Recorder } from './recorder.ts';

/**
 * Applies the policy decision to a change at `now` (ms since 1970). It is refused if the rules deny it or too few approvers are left for it,
 * waits if named people must approve it, and is returned as it is otherwise.
 */
export function applyDecision(
  change: Change,
  now: number,
  { policy, people, recorder }: { policy: Policy; people: People; recorder: Recorder },
): Change {
  const { decision } = change;
  const { withLogEntry } = recorder;
  if (!decision || change.preview) return change;
  const refused = (explanation: string): Change => ({
    ...change,
    status: 'refused',
    reason: 'policy',
    explanation,
    ended: now,
    steps: change.steps.map(withoutInput),
    inputs: [],
    log: withLogEntry(change, `refused: ${decision.rule}`),
  });
  const refusal = hardRefusal(change, policy);
  if (refusal) return refused(`Nothing was sent: ${refusal.why}. ${refusal.next}`);
  if (decision.verdict === 'deny') return refused(`Rule "${decision.rule}" denies it; nothing was sent. get_policy shows the rules.`);
  const needed = approvalsNeeded(change);
  if (needed === 0) return change;
  if (needed > approversLeft(change, people).length) return refused(tooFewApprovers(change, needed, people));
  return {
    ...change,
    status: 'awaiting_approval',
    expires: now + policy.approvalMinutes * minute,
    ...(containsSecrets(change.inputs) ? { heldUntil: now + heartbeatTimeout } : {}),
    log: withLogEntry(change, `waits for ${needed} named ${needed === 1 ? 'person' : 'people'}: ${decision.rule}`),
  };
}

/** Why nobody can approve it, said when it is planned: nobody approves a change that they asked for. */
function tooFewApprovers(change: Change, needed: number, people: People): string {
  const { decision } = change;
  const left = approversLeft(change, people);
  const requires = `Rule "${decision?.rule}" requires ${needed === 1 ? 'a named person' : `${needed} named people`} outside the chat to approve it`;
  const own = people.approvers.filter((name) => isOwnChange(change, name)).map((name) => sanitize(name, 40));
  if (own.length > 0) {
    const available =
      left.length === 0 ? 'no other approver is' : `only ${left.map((name) => sanitize(name, 40)).join(', ')} is left of those`;
    return `${requires}. ${own.join(' and ')} asked for it, so cannot approve it, and ${available} configured; nothing was sent. An operator can add approvers to the configuration, or set selfApproval on a rule for this in the policy file.`;
  }
  const available = left.length === 0 ? 'none is' : `only ${left.length} is`;
  return `${requires}, and ${available} configured; nothing was sent. An operator can add approvers to the configuration, or a rule for this to the policy file.`;
}
