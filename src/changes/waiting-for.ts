import { holding, needed } from '../approvers/approval.ts';
import { type Change, forget } from '../store/change.ts';
import { holdsSecrets } from '../text/redact.ts';
import { barOf, type Policy } from './policy.ts';
import type { Recorder } from './record.ts';

/**
 * Applies the policy decision to a change at `now` (ms since 1970). It is refused if the rules deny it or too few approvers are configured,
 * waits if named people must approve it, and is returned as it is otherwise.
 */
export function waitingFor(
  change: Change,
  now: number,
  { policy, approvers, recorder }: { policy: Policy; approvers: number; recorder: Recorder },
): Change {
  const { decision } = change;
  const { note } = recorder;
  if (!decision || change.preview) return change;
  const refused = (explanation: string): Change => ({
    ...change,
    status: 'refused',
    reason: 'policy',
    explanation,
    ended: now,
    steps: change.steps.map(forget),
    inputs: [],
    log: note(change, `refused: ${decision.rule}`),
  });
  const refusal = barOf(change, policy);
  if (refusal) return refused(`Nothing was sent: ${refusal.why}. ${refusal.next}`);
  if (decision.verdict === 'deny') return refused(`Rule "${decision.rule}" denies it; nothing was sent. get_policy shows the rules.`);
  const people = needed(change);
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
    expires: now + policy.approvalMinutes * 60_000,
    ...(holdsSecrets(change.inputs) ? { heldUntil: now + holding } : {}),
    log: note(change, `waits for ${people} named ${people === 1 ? 'person' : 'people'}: ${decision.rule}`),
  };
}
