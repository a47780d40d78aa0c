/** Follows a sent change to its real end: by reading, by callbacks that reading confirms, after a restart. */
import { needed } from '../approvers/approval.ts';
import type { Connection } from '../clients/connect.ts';
import type { AnyInput } from '../clients/http/endpoint.ts';
import type { Clock } from '../clock.ts';
import { type Change, following, type Step, type Target, underWay, waiting } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { endedSteps, explain, inverseOf, messageOf, openOutcomes, settledTarget, statusOf } from './outcome.ts';
import type { AnyPlanner, At, SentStep, Settled } from './planner.ts';
import type { Planners } from './planners.ts';
import type { Recorder } from './record.ts';

/** A callback about a request: who it is about, and how it ended as far as it says. */
export interface Hint {
  requestId: string;
  devices: readonly string[];
  succeeded: boolean | undefined;
  words: string | undefined;
}

/** How the targets of a change stand when read. */
export interface ReadBack {
  targets: Target[];
  /** Why some could not be read. */
  unread: string | undefined;
}

export interface Follower {
  /** Reads what has become of the targets that were sent; changes nothing. */
  readBack(change: Change): Promise<ReadBack>;
  /** One look at what has become of a change; many who look at once share it. */
  look(change: Change): Promise<Change>;
  /** A change as it stands, or, when its process has ended in the middle, as that left it: what was being sent is unknown, the rest was not sent. */
  left(change: Change): Promise<Change>;
  /** Looks again by itself, ever more seldom, until the change has ended; `patience` in ms. */
  later(id: string, n: number, patience: number): void;
  /** A callback about a request: looks again at its change, and believes a failure where reading shows nothing else. */
  hint(connection: string, hint: Hint): Promise<void>;
  /** Takes up what an ended process left behind: what it may have sent is read back, never sent again. */
  resume(): Promise<void>;
  /** Reads what has become of a sent change; waits up to `waitMs` for its end. */
  follow(id: string, waitMs: number, signal?: AbortSignal, progress?: (change: Change) => void): Promise<Change | undefined>;
}

/** Pauses between looks, ms. */
export const looks = [1000, 2000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];

/** Until the n-th look: ever longer, but never so long that a two-hundredth of the patience goes by unseen. */
const pauseBefore = (n: number, patience: number): number =>
  looks[n] ?? Math.min(60_000 * 1.5 ** (n - looks.length + 1), Math.max(60_000, patience / 200));

export function makeFollower(parts: {
  store: ChangeStore;
  clock: Clock;
  connection(name: string): Connection | undefined;
  recorder: Recorder;
  planners: Planners;
}): Follower {
  const { store, clock, planners } = parts;
  const { note, end } = parts.recorder;
  const flights = new Map<string, Promise<Change>>();
  const coming = new Map<string, Promise<void>>();
  // What callbacks said of a change's targets: many come at once, and each look writes all of it down.
  const said = new Map<string, Map<string, string>>();

  /** A change as it stands, or, when its process has ended in the middle, as that left it: what was being sent is unknown, the rest was not sent. */
  const left = async (change: Change): Promise<Change> => {
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
    const settleBy = (change.sentAt ?? change.created) + planner.patience.ms;
    const log = note(change, 'the server ended while this was carried out');
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

  /** One look at what has become of a change; many who look at once share it. */
  const look = (change: Change): Promise<Change> => {
    const running = flights.get(change.id);
    if (running) return running;
    const flight = settle(change).finally(() => flights.delete(change.id));
    flights.set(change.id, flight);
    return flight;
  };

  /** A look that begins from now on: many who want one while another is under way share the next. */
  const lookAfresh = (id: string): Promise<void> => {
    const next = coming.get(id) ?? settleAfresh(id);
    coming.set(id, next);
    return next;
  };

  const settleAfresh = async (id: string): Promise<void> => {
    await flights.get(id)?.catch(() => undefined);
    coming.delete(id);
    const change = await store.get(id);
    if (change && following.includes(change.status)) await look(change);
  };

  /** Writes down what a callback says of a change's targets. */
  const blamed = async (id: string, devices: readonly string[], words: string): Promise<Change | undefined> => {
    const known = said.get(id) ?? new Map<string, string>();
    for (const device of devices) known.set(device, known.get(device) ?? words);
    said.set(id, known);
    // A look under way may have read before it became so, and would write over it.
    await flights.get(id);
    const failed = (target: Target): boolean => devices.includes(target.device) && !target.hint;
    return store.move(id, ['applying', ...following], ({ targets }) => ({
      targets: targets.map((target): Target => (failed(target) ? { ...target, hint: words } : target)),
    }));
  };

  const readBack = async (change: Change): Promise<ReadBack> => {
    const connection = parts.connection(change.connection);
    if (!connection) return { targets: change.targets, unread: `there is no connection ${change.connection} here` };
    const planner = planners.plannerOf(change.operation);
    const found = new Map<string, Settled>();
    const unsettled = new Set(change.targets.filter((target) => openOutcomes.includes(target.outcome)).map((target) => target.device));
    let unread: string | undefined;
    const open = change.steps.flatMap((step): SentStep<AnyInput>[] => {
      const targets = step.targets.filter((device) => unsettled.has(device));
      if (targets.length === 0 || (step.state !== 'sent' && step.state !== 'unsure')) return [];
      const sentAt = step.at ?? change.sentAt ?? change.created;
      return [{ input: step.input as AnyInput, targets, receipt: step.receipt, answered: step.state === 'sent', sentAt }];
    });
    for (const read of readings(planner, open, { connection, clock })) {
      try {
        for (const settled of await read()) found.set(settled.device, settled);
      } catch (error) {
        unread = messageOf(error);
      }
    }
    const over = clock.now() >= (change.settleBy ?? 0);
    const targets = change.targets.map((target): Target => {
      const hint = target.hint ?? said.get(change.id)?.get(target.device);
      return settledTarget(hint === undefined ? target : { ...target, hint }, found.get(target.device), over, planner.patience.silence);
    });
    return { targets, unread };
  };

  const settle = async (change: Change): Promise<Change> => {
    if (!parts.connection(change.connection)) return change;
    const planner = planners.plannerOf(change.operation);
    const { targets, unread } = await readBack(change);
    const status = statusOf(targets, change);
    const done = !following.includes(status);
    if (done) said.delete(change.id);
    const before = change.status;
    const log = status === before && !done ? change.log : note(change, unread ? `${status} (could not be read: ${unread})` : status);
    const inverse = done ? inverseOf(planner, change.steps, targets) : undefined;
    const patch: Partial<Change> = {
      targets,
      log,
      ...(inverse ? { inverse } : {}),
      ...(done ? { ended: clock.now(), steps: endedSteps(change) } : {}),
    };
    const explanation = explain(status, targets, unread, change.halted?.why);
    const moved = await store.move(change.id, following, { ...patch, status, explanation });
    return moved ?? (await store.get(change.id)) ?? change;
  };

  /** Looks again by itself, ever more seldom, until the change has ended. */
  const later = (id: string, n: number, patience: number): void => {
    clock.later(pauseBefore(n, patience), () => {
      store
        .get(id)
        .then(async (change) => {
          if (!change || !following.includes(change.status)) return;
          const next = await look(change);
          if (following.includes(next.status) && clock.now() < (next.settleBy ?? 0) + 60_000) later(id, n + 1, patience);
        })
        .catch(() => later(id, n + 1, patience));
    });
  };

  return {
    readBack,
    look,
    left,
    later,
    async hint(connection, { requestId, devices, succeeded, words }) {
      const sent = await store.ofRequest(connection, requestId);
      if (!sent) return;
      const heard = succeeded === false ? await blamed(sent.id, devices, words ?? 'no reason given') : sent;
      // While it is carried out, whoever does that looks when all is sent.
      if (heard && following.includes(heard.status)) await lookAfresh(sent.id);
    },
    async resume() {
      for (const status of underWay) {
        const { rows } = await store.list({ status }, undefined, 1000);
        for (const row of rows) {
          const change = await left(row);
          if (following.includes(change.status)) later(change.id, 0, planners.plannerOf(change.operation).patience.ms);
        }
      }
    },
    async follow(id, waitMs, signal, progress) {
      let change = await store.get(id);
      const until = clock.now() + waitMs;
      for (let n = 0; change; n++) {
        if (waiting.includes(change.status) && change.expires <= (await store.time(clock.now())) && !change.preview) {
          return end(change, 'refused', waiting, {
            reason: 'expired',
            explanation: 'The plan ran out before it was approved; nothing was sent.',
          });
        }
        change = await left(change);
        if (following.includes(change.status)) change = await look(change);
        const rest = until - clock.now();
        const goesOn =
          following.includes(change.status) || change.status === 'applying' || (needed(change) > 0 && waiting.includes(change.status));
        if (!goesOn || rest <= 0) return change;
        progress?.(change);
        await clock.sleep(Math.min(rest, looks[Math.min(n, 3)] ?? 1000), signal);
        change = await store.get(id);
      }
      return change;
    },
  };
}

/** The reads that tell what has become of these steps: one for all where they can share it, else one for each. */
function readings(planner: AnyPlanner, steps: readonly SentStep<AnyInput>[], at: At): (() => Promise<Settled[]>)[] {
  if (steps.length === 0) return [];
  const { settleAll } = planner;
  return settleAll ? [() => settleAll(steps, at)] : steps.map((step) => () => planner.settle(step, at));
}
