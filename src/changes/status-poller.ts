/** Tracks a sent change until it has settled: by polling the provider, by callbacks that a read confirms, and after a restart. */
import { approvalsNeeded } from '../approvers/approval.ts';
import { currentCallScope, outsideCallScope, untilDeadline } from '../clients/http/call-scope.ts';
import { type Change, pollingStatuses, unsettledStatuses, waitingStatuses } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { explain, inverseOf, planExpired, statusOf, stepsAfterEnd } from './outcome.ts';
import { type ReadBack, type ReadBackDeps, readBack } from './read-back.ts';
import type { Recorder } from './recorder.ts';
import { recoverAbandoned, watchLeases } from './recover-abandoned.ts';
import { isSameDevice } from './same-device.ts';
import { makeReportStore } from './store-reports.ts';

/** What a provider callback reports about a request. */
export interface CallbackReport {
  requestId: string;
  devices: readonly string[];
  /** Undefined if the callback reports neither success nor failure. */
  succeeded: boolean | undefined;
  /** The provider's text: why it failed, or how it ended. */
  words: string | undefined;
}

/** The part of the status poller that the gate exposes. */
export interface ChangeTracker {
  /** Handles the reports of a callback: polls their change again. A reported failure is accepted unless a read shows otherwise. */
  handleCallback(connection: string, reports: readonly CallbackReport[]): Promise<void>;
  /**
   * Continues polling the changes of an ended process, and from then on takes up those whose lease expires. What may have been sent is read
   * back, never sent again.
   */
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

interface StatusPollerOptions extends ReadBackDeps {
  store: ChangeStore;
  recorder: Recorder;
}

/** Makes the status poller of a gate. */
export function makeStatusPoller(parts: StatusPollerOptions): StatusPoller {
  const { store, clock, planners } = parts;
  const running = new Map<string, Promise<Change>>();
  const queued = new Map<string, Promise<void>>();
  // Failures reported by callbacks, by change and device. Callbacks arrive in bursts; one poll stores all that were reported before it.
  const reported = new Map<string, Map<string, string>>();

  const recover = async (change: Change): Promise<Change> => {
    const recovered = await recoverAbandoned(change, parts);
    if (recovered.status !== change.status) follow(recovered);
    return recovered;
  };
  const follow = (change: Change): void => {
    if (pollingStatuses.includes(change.status)) schedulePoll(change.id, 0, planners.plannerOf(change.operation).settleTimeout.ms);
  };
  const read = (change: Change): Promise<ReadBack> => readBack(change, parts, (device) => reported.get(change.id)?.get(device));

  const pollStatus = (change: Change): Promise<Change> => {
    const present = running.get(change.id);
    if (present) return present;
    // Callers share a poll: the deadline of one of them must not interrupt it.
    const poll = outsideCallScope(() => settle(change)).finally(() => running.delete(change.id));
    running.set(change.id, poll);
    return poll;
  };

  /** Polls after the running poll, if any, has ended: its reads may be older than the callback. Concurrent calls share the next poll. */
  const pollAfterRunning = (id: string): Promise<void> => {
    const next = queued.get(id) ?? waitAndPoll(id);
    queued.set(id, next);
    return next;
  };

  const waitAndPoll = async (id: string): Promise<void> => {
    await running.get(id)?.catch(() => undefined);
    queued.delete(id);
    const change = await store.get(id);
    if (change && pollingStatuses.includes(change.status)) await pollStatus(change);
  };

  const { storeFailure, storeSuccess, storeUnnamedFailure } = makeReportStore(store, reported, (id) => running.get(id));

  const settle = async (change: Change): Promise<Change> => {
    if (!parts.connection(change.connection)) return change;
    const patch = settledPatch(change, await read(change), parts);
    if (!pollingStatuses.includes(patch.status)) reported.delete(change.id);
    return (await store.move(change.id, pollingStatuses, patch)) ?? (await store.get(change.id)) ?? change;
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

  const handleReport = async (connection: string, { requestId, devices, succeeded, words }: CallbackReport): Promise<void> => {
    const found = await store.findByProviderRequest(connection, requestId);
    const sent = found && (await store.get(found.id));
    if (!sent) return;
    const named = targetsNamed(sent, requestId, devices);
    const { reportedOnly } = planners.plannerOf(sent.operation);
    let current: Change | undefined = sent;
    if (succeeded === false && named.length === 0) current = await storeUnnamedFailure(sent.id, requestId, words ?? 'no reason given');
    else if (succeeded === false) current = await storeFailure(sent.id, named, words ?? 'no reason given');
    else if (succeeded && reportedOnly) current = await storeSuccess(sent.id, named, words ?? 'Success');
    // While a change is being applied, its executor polls once everything is sent.
    if (current && pollingStatuses.includes(current.status)) await pollAfterRunning(sent.id);
  };

  return {
    readBack: read,
    pollStatus,
    recoverAbandoned: recover,
    schedulePoll,
    async handleCallback(connection, reports) {
      for (const report of reports) await handleReport(connection, report);
    },
    async resumePolling() {
      for (const status of unsettledStatuses) {
        const { rows } = await store.list({ status }, undefined, 1000);
        for (const row of rows) follow(await recoverAbandoned(row, parts));
      }
      watchLeases(parts, follow);
    },
    waitUntilSettled(id, waitMs, signal, progress) {
      // The last poll has to end within the time of the tool call.
      const time = currentCallScope()?.remaining() ?? Number.POSITIVE_INFINITY;
      const until = clock.now() + Math.max(0, Math.min(waitMs, time - lastPollMs));
      return waitUntilSettled(id, until, { ...parts, recover, pollStatus }, signal, progress);
    },
  };
}

/** What the record of a change becomes after its targets were read. */
function settledPatch(
  change: Change,
  { targets, readError }: ReadBack,
  { planners, recorder, clock }: StatusPollerOptions,
): Partial<Change> & Pick<Change, 'status'> {
  const status = statusOf(targets, change);
  const done = !pollingStatuses.includes(status);
  const log =
    status === change.status && !done
      ? change.log
      : recorder.withLogEntry(change, readError ? `${status} (could not be read: ${readError})` : status);
  const inverse = done ? inverseOf(planners.plannerOf(change.operation), change.steps, targets) : undefined;
  return {
    targets,
    log,
    ...(inverse ? { inverse } : {}),
    ...(done ? { ended: clock.now(), steps: stepsAfterEnd(change) } : {}),
    status,
    explanation: explain(status, targets, readError, change.halted?.why),
  };
}

/** The targets that a callback means: those that it names by any of their identifiers; without any, the only target of the request. */
function targetsNamed({ steps, targets }: Change, requestId: string, devices: readonly string[]): string[] {
  const request = steps.find((step) => step.receipt === requestId);
  if (devices.length === 0) return request?.targets.length === 1 ? [...request.targets] : [];
  return targets
    .filter((target) => [target.device, ...(target.identifiers ?? [])].some((own) => devices.some((id) => isSameDevice(own, id))))
    .map((target) => target.device);
}

/** Polls a change until it has settled or the time `until` (ms since 1970) has come. */
async function waitUntilSettled(
  id: string,
  until: number,
  {
    store,
    clock,
    recorder,
    recover,
    pollStatus,
  }: StatusPollerOptions & Record<'recover' | 'pollStatus', (change: Change) => Promise<Change>>,
  signal?: AbortSignal,
  progress?: (change: Change) => void,
): Promise<Change | undefined> {
  let change = await store.get(id);
  for (let n = 0; change; n++) {
    if (waitingStatuses.includes(change.status) && change.expires <= (await store.time(clock.now())))
      return recorder.end(change, 'refused', waitingStatuses, { reason: 'expired', explanation: planExpired });
    change = await recover(change);
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
}
