/** Turns a preview into a plan that waits for its approval. Until then it asks and tells nobody. */
import { Refusal } from '../clients/http/errors.ts';
import { type Change, type Status, waitingStatuses } from '../store/change.ts';
import { applyDecision } from './apply-decision.ts';
import type { GateDeps, GateOptions } from './gate-options.ts';
import { planExpired } from './outcome.ts';

export interface PreviewRequester {
  /**
   * The preview as a plan of its caller: the policy is evaluated, and named people are told if it waits for them. Any other change is
   * returned as it is. Throws a Refusal if the same change was requested otherwise meanwhile, because it could be carried out twice.
   */
  requestPreview(preview: Change): Promise<Change>;
}

/** Statuses of a change that ended without sending anything, or without effect. */
const noEffect: readonly Status[] = ['refused', 'failed', 'unchanged'];
const maxLooked = 1000;

/** Makes the preview requester of a gate. */
export function makePreviewRequester(parts: GateOptions, { recorder, policyEvaluator }: GateDeps): PreviewRequester {
  const { store, clock, policy } = parts;

  /** The change of the same intent that is open, or that was requested since the preview was made and had an effect. */
  const requestedOtherwise = async ({ connection, created, intent }: Change): Promise<Change | undefined> => {
    const open = await store.findOpenByIntent(intent);
    if (open && (open.expires > (await store.time(clock.now())) || !waitingStatuses.includes(open.status))) return open;
    const { rows } = await store.list({ connection, since: created, withoutPreviews: true }, undefined, maxLooked);
    return rows.find((one) => one.intent === intent && !noEffect.includes(one.status) && !waitingStatuses.includes(one.status));
  };

  return {
    async requestPreview(preview) {
      if (!preview.preview || !waitingStatuses.includes(preview.status)) return preview;
      const now = await store.time(clock.now());
      if (preview.expires <= now) return recorder.end(preview, 'refused', waitingStatuses, { reason: 'expired', explanation: planExpired });
      const other = await requestedOtherwise(preview);
      if (other)
        throw new Refusal(
          `change: the same change was requested without this preview: ${other.id} is ${other.status}`,
          `get_change { "change": "${other.id}" } shows it.`,
          'change',
        );
      const { decision, budgetUse } = await policyEvaluator.evaluateWithBudgets(preview, now);
      const requested = {
        ...preview,
        preview: false,
        decision,
        budgetUse,
        log: recorder.withLogEntry(preview, 'requested after its preview'),
      };
      const { status, expires, heldUntil, explanation, log } = applyDecision(requested, now, {
        policy,
        people: parts.people,
        recorder,
      });
      if (status === 'refused')
        return recorder.end({ ...requested }, 'refused', waitingStatuses, { preview: false, decision, reason: 'policy', explanation });
      let first = false;
      const moved = await store.move(preview.id, waitingStatuses, (stored) => {
        first = stored.preview;
        return first ? { preview: false, decision, budgetUse, status, expires, log, ...(heldUntil ? { heldUntil } : {}) } : {};
      });
      if (moved && first && status === 'awaiting_approval') parts.announce(moved);
      return moved ?? (await store.get(preview.id)) ?? preview;
    },
  };
}
