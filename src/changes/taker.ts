/** Takes up what named people have approved, wherever they did. */
import { endLost, holding, isApproved, standing, standingAt } from '../approvers/approval.ts';
import { type Change, waiting } from '../store/change.ts';
import type { Gate, GateParts, Inside } from './gate.ts';
import { ranOut } from './outcome.ts';

export function makeTaker(parts: GateParts, { recorder }: Inside, { apply }: Pick<Gate, 'apply'>): Pick<Gate, 'takeUp'> {
  const { store, clock } = parts;
  const { end } = recorder;

  /** What waits for named people: run out or lost it is ended, and what only this process can carry out gets its sign of life. */
  const tend = async (change: Change, now: number): Promise<Change> => {
    if (change.expires <= now) return end(change, 'refused', waiting, { reason: 'expired', explanation: ranOut });
    if (change.heldUntil === undefined || change.inputs.length === 0) return endLost(store, change, now);
    if (change.heldUntil - now > holding / 2) return change;
    return (await store.move(change.id, waiting, { heldUntil: now + holding })) ?? change;
  };

  let tended = Number.NEGATIVE_INFINITY;
  const takenUp = new Set<string>();
  const takeUp: Gate['takeUp'] = async (id) => {
    const one = id === undefined ? undefined : await store.get(id);
    const now = await store.time(clock.now());
    // All that waits is seldom looked at: most of it waits long, and may be large.
    const all = now - tended >= holding / 3;
    if (all && !one) tended = now;
    const rows = one ? [one] : all ? await standingAt(store, 'awaiting_approval') : await store.approved();
    for (const row of rows) {
      if (row.preview || row.status !== 'awaiting_approval' || takenUp.has(row.id)) continue;
      const change = await tend(row, now);
      // What holds keys is taken up by the process that planned it, the rest by whoever may change things there.
      if (change.inputs.length === 0 || !isApproved(change, now) || !parts.connection(change.connection)?.writes) continue;
      const people = standing(change, now);
      const last = people.at(-1);
      if (!last) continue;
      takenUp.add(change.id);
      // What goes wrong with one stands in its own record, and keeps no other waiting.
      await apply(change.id, change.caller, { kind: last.kind, by: people.map(({ by }) => by).join(', ') })
        .catch(() => undefined)
        .finally(() => takenUp.delete(change.id));
    }
  };

  return { takeUp };
}
