/** Tracks a sent change until it has settled: by polling the provider, by callbacks that a read confirms, and after a restart. */
import { approvalsNeeded } from '../approvers/approval.ts';
import type { Connection } from '../clients/connect.ts';
import { currentCallScope, outsideCallScope, untilDeadline } from '../clients/http/call-scope.ts';
import type { AnyInput } from '../clients/http/endpoint.ts';
import type { Clock } from '../clock.ts';
import { type Change, pollingStatuses, type Step, type Target, unsettledStatuses, waitingStatuses } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { explain, inverseOf, messageOf, settledTarget, statusOf, stepsAfterEnd, unsettledOutcomes } from './outcome.ts';
import type { AnyPlanner, PlannerContext, SentStep, Settled } from './planner.ts';
import type { Planners } from './planners.ts';
import type { Recorder } from './recorder.ts';

/** What a provider callback reports about a request. */
export interface CallbackReport {
  requestId: string;
  devices: readonly string[];
  /** Undefined if the callback does not report success or failure. */
  succeeded: boolean | undefined;
  /** The provider's failure text. */
  words: string | undefined;
}

/** The targets of a change after reading them from the provider. */
export interface ReadBack {
  targets: Target[];
  /** Why some targets could not be read. */
  readError: string | undefined;
}

/** The part of the status poller that the gate exposes. */
export interface ChangeTracker {
  /** Handles a callback: polls its change again. A reported failure is accepted unless a read shows otherwise. */
  handleCallback(connection: string, hint: CallbackReport): Promise<void>;
  /** Continues polling the changes of an ended process. What it may have sent is read back, never sent again. */
  resumePolling(): Promise<void>;
  /** Polls a sent change and waits up to `waitMs` until it has settled. Undefined if there is no such change. */
  waitUntilSettled(id: string, waitMs: number, signal?: AbortSignal, progress?: (change: Change) => void): Promise<Change | undefined>;
}

export interface StatusPoller extends ChangeTracker {
  /** Reads the state of the targets that were sent. Stores nothing. */
  readBack(change: Change): Promise<ReadBack>;
  /** Reads the targets once and stores the new status. Concurrent calls for the same change share one poll. */
  pollStatus(change: Change): Promise<Change>;
  /**
   * Marks a change whose lease has expired as abandoned: a step that was being sent becomes `unsure`, the other ones `not sent`.
   * Returns any other change as it is.
   */
  recoverAbandoned(change: Change): Promise<Change>;
  /** Schedules the n-th poll and the ones after it, at growing intervals, until the change has settled. `timeout` in ms. */
  schedulePoll(id: string, n: number, timeout: number): void;
}

/** Time left for the last poll of a tool call, ms. */
const lastPollMs = 3000;

/** Delays between polls, ms. */
export const pollDelays = [1000, 2000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];

/** Delay before the n-th poll, ms: grows by half each time, up to 1/200 of the settle timeout (one minute at least). */
const delayBefore = (n: number, timeout: number): number =>
  pollDelays[n] ?? Math.min(60_000 * 1.5 ** (n - pollDelays.length + 1), Math.max(60_000, timeout / 200));

/** Makes the status poller of a gate. */
export function makeStatusPoller(parts: {
  store: ChangeStore;
  clock: Clock;
  connection(name: string): Connection | undefined;
  recorder: Recorder;
  planners: Planners;
}): StatusPoller {
  const { store, clock, planners } = parts;
  const { withLogEntry, end } = parts.recorder;
  const flights = new Map<string, Promise<Change>>();
  const queued = new Map<string, Promise<void>>();
  // Failures reported by callbacks, by change and device. Callbacks arrive in bursts; one poll stores all that were reported before it.
  const reported = new Map<string, Map<string, string>>();

  const recoverAbandoned = async (change: Change): Promise<Change> => {
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
  };

  const pollStatus = (change: Change): Promise<Change> => {
    const running = flights.get(change.id);
    if (running) return running;
    // Callers share a poll: the deadline of one of them must not interrupt it.
    const flight = outsideCallScope(() => settle(change)).finally(() => flights.delete(change.id));
    flights.set(change.id, flight);
    return flight;
  };

  /** Polls after the running poll, if any, has ended: its reads may be older than the callback. Concurrent calls share the next poll. */
  const pollAfterRunning = (id: string): Promise<void> => {
    const next = queued.get(id) ?? waitAndPoll(id);
    queued.set(id, next);
    return next;
  };

  const waitAndPoll = async (id: string): Promise<void> => {
    await flights.get(id)?.catch(() => undefined);
    queued.delete(id);
    const change = await store.get(id);
    if (change && pollingStatuses.includes(change.status)) await pollStatus(change);
  };

  /** Stores the failure that a callback reports for these devices. */
  const storeFailure = async (id: string, devices: readonly string[], words: string): Promise<Change | undefined> => {
    const known = reported.get(id) ?? new Map<string, string>();
    for (const device of devices) known.set(device, known.get(device) ?? words);
    reported.set(id, known);
    // A running poll may have read before the failure and would overwrite it.
    await flights.get(id);
    const failed = (target: Target): boolean => devices.includes(target.device) && !target.hint;
    return store.move(id, ['applying', ...pollingStatuses], ({ targets }) => ({
      targets: targets.map((target): Target => (failed(target) ? { ...target, hint: words } : target)),
    }));
  };

  const readBack = async (change: Change): Promise<ReadBack> => {
    const connection = parts.connection(change.connection);
    if (!connection) return { targets: change.targets, readError: `this server has no connection ${change.connection}` };
    const planner = planners.plannerOf(change.operation);
    const found = new Map<string, Settled>();
    const unsettled = new Set(change.targets.filter((target) => unsettledOutcomes.includes(target.outcome)).map((target) => target.device));
    let unread: string | undefined;
    const open = change.steps.flatMap((step): SentStep<AnyInput>[] => {
      const targets = step.targets.filter((device) => unsettled.has(device));
      if (targets.length === 0 || (step.state !== 'sent' && step.state !== 'unsure')) return [];
      const sentAt = step.at ?? change.sentAt ?? change.created;
      return [{ input: step.input as AnyInput, targets, providerRequestId: step.receipt, answered: step.state === 'sent', sentAt }];
    });
    for (const read of readings(planner, open, { connection, clock })) {
      try {
        for (const settled of await read()) found.set(settled.device, settled);
      } catch (error) {
        unread = messageOf(error);
      }
    }
    const timedOut = clock.now() >= (change.settleBy ?? 0);
    const targets = change.targets.map((target): Target => {
      const hint = target.hint ?? reported.get(change.id)?.get(target.device);
      const current = hint === undefined ? target : { ...target, hint };
      return settledTarget(current, found.get(target.device), timedOut, planner.settleTimeout.onTimeout);
    });
    return { targets, readError: unread };
  };

  const settle = async (change: Change): Promise<Change> => {
    if (!parts.connection(change.connection)) return change;
    const planner = planners.plannerOf(change.operation);
    const { targets, readError } = await readBack(change);
    const status = statusOf(targets, change);
    const done = !pollingStatuses.includes(status);
    if (done) reported.delete(change.id);
    const before = change.status;
    const log =
      status === before && !done ? change.log : withLogEntry(change, readError ? `${status} (could not be read: ${readError})` : status);
    const inverse = done ? inverseOf(planner, change.steps, targets) : undefined;
    const patch: Partial<Change> = {
      targets,
      log,
      ...(inverse ? { inverse } : {}),
      ...(done ? { ended: clock.now(), steps: stepsAfterEnd(change) } : {}),
    };
    const explanation = explain(status, targets, readError, change.halted?.why);
    const moved = await store.move(change.id, pollingStatuses, { ...patch, status, explanation });
    return moved ?? (await store.get(change.id)) ?? change;
  };

  const schedulePoll = (id: string, n: number, timeout: number): void => {
    clock.later(delayBefore(n, timeout), () => {
      store
        .get(id)
        .then(async (change) => {
          if (!change || !pollingStatuses.includes(change.status)) return;
          const next = await pollStatus(change);
          if (pollingStatuses.includes(next.status) && clock.now() < (next.settleBy ?? 0) + 60_000) schedulePoll(id, n + 1, timeout);
        })
        .catch(() => schedulePoll(id, n + 1, timeout));
    });
  };

  return {
    readBack,
    pollStatus,
    recoverAbandoned,
    schedulePoll,
    async handleCallback(connection, { requestId, devices, succeeded, words }) {
      const sent = await store.findByProviderRequest(connection, requestId);
      if (!sent) return;
      const current = succeeded === false ? await storeFailure(sent.id, devices, words ?? 'no reason given') : sent;
      // While a change is being applied, its executor polls once everything is sent.
      if (current && pollingStatuses.includes(current.status)) await pollAfterRunning(sent.id);
    },
    async resumePolling() {
      for (const status of unsettledStatuses) {
        const { rows } = await store.list({ status }, undefined, 1000);
        for (const row of rows) {
          const change = await recoverAbandoned(row);
          if (pollingStatuses.includes(change.status)) schedulePoll(change.id, 0, planners.plannerOf(change.operation).settleTimeout.ms);
        }
      }
    },
    async waitUntilSettled(id, waitMs, signal, progress) {
      let change = await store.get(id);
      // The last poll has to end within the time of the tool call.
      const time = currentCallScope()?.remaining() ?? Number.POSITIVE_INFINITY;
      const until = clock.now() + Math.max(0, Math.min(waitMs, time - lastPollMs));
      for (let n = 0; change; n++) {
        if (waitingStatuses.includes(change.status) && change.expires <= (await store.time(clock.now())) && !change.preview) {
          return end(change, 'refused', waitingStatuses, {
            reason: 'expired',
            explanation: 'The plan expired before it was approved; nothing was sent.',
          });
        }
        change = await recoverAbandoned(change);
        if (pollingStatuses.includes(change.status)) change = (await untilDeadline(pollStatus(change))) ?? change;
        const rest = until - clock.now();
        const unfinished =
          pollingStatuses.includes(change.status) ||
          change.status === 'applying' ||
          (approvalsNeeded(change) > 0 && waitingStatuses.includes(change.status));
        if (!unfinished || rest <= 0) return change;
        progress?.(change);
        await clock.sleep(Math.min(rest, pollDelays[Math.min(n, 3)] ?? 1000), signal);
        change = await store.get(id);
      }
      return change;
    },
  };
}

/** The reads that settle these steps: one for all if the planner supports `settleAll`, otherwise one per step. */
function readings(planner: AnyPlanner, steps: readonly SentStep<AnyInput>[], at: PlannerContext): (() => Promise<Settled[]>)[] {
  if (steps.length === 0) return [];
  const { settleAll } = planner;
  return settleAll ? [() => settleAll(steps, at)] : steps.map((step) => () => planner.settle(step, at));
}
