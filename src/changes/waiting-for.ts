import { holding, needed } from '../approvers/approval.ts';
import { type Change, forget } from '../store/change.ts';
import { holdsSecrets } from '../text/redact.ts';
import { barOf, type Policy } from './policy.ts';
import type { Recorder } from './record.ts';

/** The change under its decision at `now`: refused where the rules deny it or nobody could approve it, waiting for named people, or as it is. */
export function waitingFor(
  change: Change,
  now: number,
  { policy, approvers, note }: { policy: Policy; approvers: number } & Pick<Recorder, 'note'>,
): Change {
  const { decision } = change;
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
  const barred = barOf(change, policy);
  if (barred) return refused(`Nothing was sent: ${barred.why}. ${barred.next}`);
  if (decision.verdict === 'deny') return refused(`Rule "${decision.rule}" forbids it; nothing was sent. get_policy shows the rules.`);
  const people = needed(change);
  if (people === 0) return change;
  if (people > approvers) {
    const there = approvers === 0 ? 'none is' : `only ${approvers} is`;
    return refused(
      `Rule "${decision.rule}" wants ${people === 1 ? 'a named person' : `${people} named people`} outside the chat to approve it, and ${there} configured; nothing was sent. An operator names approvers in the configuration, or makes a rule for this in the policy file.`,
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
