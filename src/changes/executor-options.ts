/** What the executor and its parts are made of. */
import type { Clock } from '../clock.ts';
import type { Change } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import type { PlanSeal } from './plan-seal.ts';
import type { Planners } from './planners.ts';
import type { Policy } from './policy.ts';
import type { Recorder } from './recorder.ts';
import type { StatusPoller } from './status-poller.ts';
import type { WorkUnderWay } from './work-under-way.ts';

export interface ExecutorOptions extends Pick<PlanSeal, 'isSealed'> {
  planners: Planners;
  store: ChangeStore;
  clock: Clock;
  policy: Policy;
  recorder: Recorder;
  statusPoller: StatusPoller;
  underWay: WorkUnderWay;
  /** Reason of the kill switch; undefined while changes may run. */
  stopped(): Promise<string | undefined> | string | undefined;
  /** Why the approval no longer satisfies the current rules; undefined while it does. */
  policyBlock(change: Change): Promise<string | undefined>;
}

/** How the caller of an apply follows its progress and cancels it. */
export interface ProgressListener {
  signal?: AbortSignal | undefined;
  /** Called after each request; `done` and `total` count requests. */
  progress?: ((done: number, total: number) => void) | undefined;
}
