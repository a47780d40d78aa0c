/** The state of a change that is being applied, and how it is stored. */
import type { Connection } from '../clients/connect.ts';
import type { Change, Step, Target } from '../store/change.ts';
import type { ExecutorOptions, ProgressListener } from './executor-options.ts';
import type { AnyPlanner, PlannerContext } from './planner.ts';

/** Why the rest of a change is not sent. */
export type Halt = NonNullable<Change['halted']>;

/** The executor's state of a change that is being applied. */
export interface Run {
  change: Change;
  planner: AnyPlanner;
  connection: Connection;
  steps: Step[];
  targets: Map<string, Target>;
  log: Change['log'];
  listener: ProgressListener;
  /** The caller that cancelled the unsent part. */
  cancel: string | undefined;
  /** The change is no longer `applying`: another process has recovered it after the lease expired. */
  lost: boolean;
  /** Why the rest is not sent, once that is known. */
  halt?: Halt | undefined;
}

export function newRun(change: Change, planner: AnyPlanner, connection: Connection, listener: ProgressListener): Run {
  return {
    change,
    planner,
    connection,
    steps: [...change.steps],
    targets: new Map(change.targets.map((target) => [target.device, target])),
    log: [...change.log],
    listener,
    cancel: undefined,
    lost: false,
  };
}

export const contextOf = (run: Run, { clock }: Pick<ExecutorOptions, 'clock'>): PlannerContext => ({
  connection: run.connection,
  clock,
  signal: run.listener.signal,
});

/** Stores the current state. Callback hints and cancellations that others stored meanwhile are kept. */
export async function save(run: Run, { store }: Pick<ExecutorOptions, 'store'>, more: Partial<Change> = {}): Promise<void> {
  const now = await store.move(run.change.id, ['applying'], (stored) => ({
    steps: [...run.steps],
    targets: stored.targets.map((target) => withReports(run.targets.get(target.device) ?? target, target)),
    log: [...run.log],
    ...more,
  }));
  run.cancel = now?.cancel;
  run.lost = now === undefined;
  for (const target of now?.targets ?? []) run.targets.set(target.device, target);
}

/** A target with the reports of callbacks that are stored of it. The same object where there are no new ones: only what differs is written. */
function withReports(own: Target, { hint, confirmed }: Target): Target {
  if ((hint === undefined || hint === own.hint) && (confirmed === undefined || confirmed === own.confirmed)) return own;
  return { ...own, ...(hint ? { hint } : {}), ...(confirmed ? { confirmed } : {}) };
}

export function mark(run: Run, devices: readonly string[], outcome: Target['outcome'], why?: string): void {
  for (const device of devices) {
    const target = run.targets.get(device);
    if (target) run.targets.set(device, { ...target, outcome, ...(why ? { why } : {}) });
  }
}

/** Why nothing more is sent now; undefined while it may go on. */
export async function haltOf(run: Run, { underWay, stopped }: Pick<ExecutorOptions, 'underWay' | 'stopped'>): Promise<Halt | undefined> {
  if (run.lost) return { reason: 'expired', why: 'the lease of the server expired' };
  if (underWay.isClosing()) return { reason: 'expired', why: 'the server was ended' };
  if (run.cancel !== undefined) return { reason: 'cancelled', why: `cancelled by ${run.cancel}` };
  if (run.listener.signal?.aborted) return { reason: 'cancelled', why: 'cancelled' };
  return (await stopped()) === undefined ? undefined : { reason: 'stopped', why: 'stopped by an operator' };
}
