/** Applies changes that named people have approved, in whichever process the approval was given. */
import { endIfInputsLost, heartbeatTimeout, isApproved, listByStatus, validApprovals } from '../approvers/approval.ts';
import { type Change, waitingStatuses } from '../store/change.ts';
import type { ApplyService } from './apply-service.ts';
import type { GateDeps, GateOptions } from './gate-options.ts';
import { planExpired } from './outcome.ts';

export interface ApprovedChangeRunner {
  /** Applies changes that named people have approved: the given one, or all that this process can apply. Call it periodically. */
  runApproved(id?: string): Promise<void>;
}

/** Makes the runner of approved changes of a gate. */
export function makeApprovedChangeRunner(
  parts: GateOptions,
  { recorder, waitingPlans }: GateDeps,
  { apply }: ApplyService,
): ApprovedChangeRunner {
  const { store, clock } = parts;
  const { end } = recorder;

  /**
   * Ends a waiting change that has expired or whose inputs are lost. Renews `heldUntil` of a change whose inputs only this process holds,
   * so that other processes know that it can still be applied.
   */
  const heartbeat = async (change: Change, now: number): Promise<Change> => {
    if (change.expires <= now) return end(change, 'refused', waitingStatuses, { reason: 'expired', explanation: planExpired });
    if (change.heldUntil === undefined || change.inputs.length === 0) return endIfInputsLost(store, change, now);
    if (change.heldUntil - now > heartbeatTimeout / 2) return change;
    return (await store.move(change.id, waitingStatuses, { heldUntil: now + heartbeatTimeout })) ?? change;
  };

  let lastFullScan = Number.NEGATIVE_INFINITY;
  const running = new Set<string>();

  return {
    async runApproved(id) {
      const one = id === undefined ? undefined : await store.get(id);
      const now = await store.time(clock.now());
      // A full scan is rare, because most changes wait for a long time and may have many targets.
      const all = now - lastFullScan >= heartbeatTimeout / 3;
      if (all && !one) lastFullScan = now;
      if (all && !one) await waitingPlans.sweep(now);
      const rows = one ? [one] : all ? await listByStatus(store, 'awaiting_approval') : await store.listWithApprovals();
      for (const row of rows) {
        if (row.preview || row.status !== 'awaiting_approval' || running.has(row.id)) continue;
        const change = await heartbeat(row, now);
        // Inputs with keys exist only in the process that planned the change. Other changes can be applied by any process with write access.
        if (change.inputs.length === 0 || !isApproved(change, now) || !parts.connection(change.connection)?.writes) continue;
        const approvals = validApprovals(change, now);
        const last = approvals.at(-1);
        if (!last) continue;
        running.add(change.id);
        // A failure is recorded on its own change and must not block the others.
        await apply(change.id, change.caller, { kind: last.kind, by: approvals.map(({ by }) => by).join(', ') })
          .catch(() => undefined)
          .finally(() => running.delete(change.id));
      }
    },
  };
}
