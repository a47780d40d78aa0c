/** What becomes of a change whose process ended while it was applied. */
import type { Clock } from '../clock.ts';
import type { Change, Step, Target } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import type { Planners } from './planners.ts';
import type { Recorder } from './recorder.ts';

export interface RecoveryDeps {
  store: ChangeStore;
  clock: Clock;
  planners: Planners;
  recorder: Recorder;
}

/**
 * Marks a change whose lease has expired as abandoned: a step that was being sent becomes `unsure`, the other ones `not sent`.
 * Returns any other change as it is.
 */
export async function recoverAbandoned(change: Change, { store, clock, planners, recorder }: RecoveryDeps): Promise<Change> {
  const { withLogEntry, end } = recorder;
  if (change.status !== 'applying' || clock.now() < (change.leaseUntil ?? 0)) return change;
  const steps = change.steps.map((step): Step => {
    if (step.state === 'sending') return { ...step, state: 'unsure' };
    return step.state === 'planned' ? { ...step, state: 'not sent' } : step;
  });
  const unsure = new Set(steps.filter((step) => step.state === 'unsure').flatMap((step) => step.targets));
  const targets = change.targets.map((target): Target => {
    if (unsure.has(target.device)) return { ...target, outcome: 'unsure', why: 'the server ended while it was sent' };
    return target.outcome === 'planned' ? { ...target, outcome: 'not sent', why: 'the server ended before it was sent' } : target;
  });
  if (steps.every((step) => step.state === 'not sent'))
    return end({ ...change, targets }, 'refused', ['applying'], {
      targets,
      reason: 'stopped',
      explanation: 'The server ended before anything was sent.',
    });
  const planner = planners.plannerOf(change.operation);
  const settleBy = (change.sentAt ?? change.created) + planner.settleTimeout.ms;
  const log = withLogEntry(change, 'the server ended while this was carried out');
  const moved = await store.move(change.id, ['applying'], {
    status: 'unknown',
    steps,
    targets,
    log,
    inputs: [],
    settleBy,
    ...(steps.some((step) => step.state === 'not sent')
      ? { halted: { reason: 'expired' as const, why: 'the server ended in the middle' } }
      : {}),
  });
  return moved ?? (await store.get(change.id)) ?? change;
}

/** How often expired leases are looked for, ms. */
const leaseCheck = 10_000;

/** Takes up the changes whose lease runs out while this process runs, also those of other servers. `followed` gets each of them. */
export function watchLeases(deps: RecoveryDeps, followed: (change: Change) => void): void {
  const { store, clock } = deps;
  const check = async (): Promise<void> => {
    for (const change of await store.listAbandoned(clock.now())) followed(await recoverAbandoned(change, deps));
  };
  const again = (): void =>
    void clock.later(leaseCheck, () => {
      // The store may be closed or full for a while.
      check()
        .catch(() => undefined)
        .finally(again);
    });
  again();
}
