import { approvalsNeeded, heartbeatTimeout } from '../approvers/approval.ts';
import { minute } from '../durations.ts';
import { type Change, withoutInput } from '../store/change.ts';
import { containsSecrets } from '../text/redact.ts';
import { hardRefusal, type Policy } from './policy.ts';
import type { Recorder } from './recorder.ts';

/**
 * Applies the policy decision to a change at `now` (ms since 1970). It is refused if the rules deny it or too few approvers are configured,
 * waits if named people must approve it, and is returned as it is otherwise.
 */
export function applyDecision(
  change: Change,
  now: number,
  { policy, approvers, recorder }: { policy: Policy; approvers: number; recorder: Recorder },
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
  const people = approvalsNeeded(change);
  if (people === 0) return change;
  if (people > approvers) {
    const available = approvers === 0 ? 'none is' : `only ${approvers} is`;
    return refused(
      `Rule "${decision.rule}" requires ${people === 1 ? 'a named person' : `${people} named people`} outside the chat to approve it, and ${available} configured; nothing was sent. An operator can add approvers to the configuration, or a rule for this to the policy file.`,
    );
  }
  return {
    ...change,
    status: 'awaiting_approval',
    expires: now + policy.approvalMinutes * minute,
    ...(containsSecrets(change.inputs) ? { heldUntil: now + heartbeatTimeout } : {}),
    log: withLogEntry(change, `waits for ${people} named ${people === 1 ? 'person' : 'people'}: ${decision.rule}`),
  };
}
