/** Carries a claimed change out: reads again, sends, and for many targets in parts, a canary first. */
import type { Connection } from '../clients/connect.ts';
import type { AnyInput } from '../clients/http/endpoint.ts';
import { ProviderRefused } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { type Change, following, type Step, type Target } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { fence } from '../text/fence.ts';
import type { Draft } from './draft.ts';
import { type Follower, looks } from './follower.ts';
import { driftOf, maybeArrived, messageOf, movedFact, openOutcomes } from './outcome.ts';
import { canaryOf, partsOf, stopLimit } from './parts.ts';
import type { AnyPlanner, Picture, Seen } from './planner.ts';
import type { Planners } from './planners.ts';
import type { Policy } from './policy.ts';
import type { Recorder } from './record.ts';

export interface SenderParts {
  planners: Planners;
  store: ChangeStore;
  clock: Clock;
  policy: Policy;
  recorder: Recorder;
  follower: Pick<Follower, 'look' | 'readBack' | 'later'>;
  /** Why an operator has stopped all changes. */
  stopped(): string | undefined;
  /** Why the rules now want more than the approval it has; undefined while it suffices. */
  forbidden(change: Change): Promise<string | undefined>;
  /** The seal of a plan. */
  sealOf(change: Draft, picture: Pick<Picture<AnyInput>, 'steps' | 'targets'>): string;
}

/** What a caller hears meanwhile. */
export interface Hearing {
  signal?: AbortSignal | undefined;
  progress?: ((done: number, total: number) => void) | undefined;
}

export interface Sender {
  /** Sends a claimed change. Answers when it has been sent whole, or, while a canary settles, with how it stands: the rest goes on alone. */
  send(change: Change, connection: Connection, hearing: Hearing): Promise<Change>;
}

/** Why nothing more of a change is sent. */
type Halt = NonNullable<Change['halted']>;

const notAsPlanned = 'the plan is not as it was written down';

/** A change under way, as the one who carries it out knows it. */
interface Run {
  change: Change;
  planner: AnyPlanner;
  connection: Connection;
  steps: Step[];
  targets: Map<string, Target>;
  log: Change['log'];
  hearing: Hearing;
  /** Who asked that nothing more be sent. */
  cancel: string | undefined;
  /** Somebody has taken this process for ended, and the change with it. */
  lost: boolean;
}

/** Renewed while a change is carried out; a change whose lease ran out was left by its process. */
export const lease = 120_000;
const renewal = 30_000;

export function makeSender(parts: SenderParts): Sender {
  const { store, clock, policy, planners } = parts;
  const { end } = parts.recorder;
  const { look, readBack, later } = parts.follower;
  const at = (run: Run) => ({ connection: run.connection, clock, signal: run.hearing.signal });

  /** Writes down how it stands; a callback or a cancelling written meanwhile stays. */
  const save = async (run: Run, more: Partial<Change> = {}): Promise<void> => {
    const now = await store.move(run.change.id, ['applying'], (standing) => ({
      steps: run.steps,
      targets: standing.targets.map((target): Target => {
        const mine = run.targets.get(target.device) ?? target;
        return target.hint ? { ...mine, hint: target.hint } : mine;
      }),
      log: [...run.log],
      ...more,
    }));
    run.cancel = now?.cancel;
    run.lost = now === undefined;
    for (const target of now?.targets ?? []) run.targets.set(target.device, target);
  };

  const mark = (run: Run, devices: readonly string[], outcome: Target['outcome'], why?: string): void => {
    for (const device of devices) {
      const target = run.targets.get(device);
      if (target) run.targets.set(device, { ...target, outcome, ...(why ? { why } : {}) });
    }
  };

  const halted = (run: Run): Halt | undefined => {
    if (run.lost) return { reason: 'expired', why: 'the server was taken for ended' };
    if (run.cancel !== undefined) return { reason: 'cancelled', why: `cancelled by ${run.cancel}` };
    if (run.hearing.signal?.aborted) return { reason: 'cancelled', why: 'cancelled' };
    return parts.stopped() === undefined ? undefined : { reason: 'stopped', why: 'stopped by an operator' };
  };

  /** Sends these steps, one after the other. */
  const sendSteps = async (run: Run, numbers: readonly number[]): Promise<Halt | undefined> => {
    for (const number of numbers) {
      const step = run.steps[number];
      if (!step || step.targets.length === 0) continue;
      const before = halted(run);
      if (before) return before;
      run.steps[number] = { ...step, state: 'sending', at: clock.now() };
      // Written down before it is sent: whoever finds it later knows that it may have arrived.
      await save(run, { sentAt: clock.now() });
      if (run.cancel !== undefined || run.lost) {
        run.steps[number] = step;
        return halted(run);
      }
      run.steps[number] = { ...(run.steps[number] as Step), ...(await sendStep(run, step)) };
      run.hearing.progress?.(run.steps.filter((one) => one.state !== 'planned').length, run.steps.length);
    }
    return undefined;
  };

  const sendStep = async (run: Run, step: Step): Promise<Pick<Step, 'state'> & { receipt?: string }> => {
    const { planner, log } = run;
    try {
      // A write under way is not broken off: it is read to its end and recorded.
      const reply = await run.connection.call.any(planner.operation, step.input as AnyInput, {
        first: true,
        note: (text) => log.push({ at: clock.now(), what: text }),
      });
      const receipt = planner.receipt?.(reply);
      mark(run, step.targets, 'sent');
      for (const { device, why } of planner.refusals?.(reply, step.input as AnyInput) ?? []) mark(run, [device], 'failed', why);
      log.push({
        at: clock.now(),
        what: `sent ${counted(step.targets.length, 'target')}${receipt ? `, provider request ${receipt}` : ''}`,
      });
      return { state: 'sent', ...(receipt ? { receipt } : {}) };
    } catch (error) {
      const lost = maybeArrived(error);
      const own = lost || !(error instanceof ProviderRefused) ? undefined : planner.explain?.(error, step.input as AnyInput);
      const why = own ?? messageOf(error);
      mark(run, step.targets, lost ? 'unsure' : 'failed', why);
      log.push({ at: clock.now(), what: lost ? `the answer was lost: ${why}` : `refused: ${why}` });
      return { state: lost ? 'unsure' : 'refused' };
    }
  };

  /** Whether a plan still stands as it was sealed, whoever may have written in its file. */
  const asPlanned = (change: Change): boolean => {
    const targets = change.targets.map((target): Seen => ({ ...target, verdict: target.outcome === 'unchanged' ? 'unchanged' : 'change' }));
    const steps = change.steps.map(({ input, targets: touched }) => ({ input: input as AnyInput, targets: touched }));
    return parts.sealOf(change, { steps, targets }) === change.seal;
  };

  /** Everything at once: any difference to the plan refuses it whole. */
  const sendWhole = async (run: Run): Promise<Change> => {
    const { change, hearing } = run;
    if (!asPlanned(change)) return moved(change, notAsPlanned);
    let picture: Picture<AnyInput>;
    try {
      const first = (count: number): number => canaryOf(count, policy);
      picture = await run.planner.look(change.inputs as AnyInput[], { ...at(run), first });
    } catch (error) {
      return unread(change, hearing, error);
    }
    if (parts.sealOf(change, picture) !== change.seal) return moved(change, driftOf(change.targets, picture));
    return finish(run, await sendSteps(run, [...run.steps.keys()]));
  };

  const unread = (change: Change, { signal }: Hearing, error: unknown): Promise<Change> =>
    signal?.aborted
      ? end(change, 'refused', ['applying'], { reason: 'cancelled', explanation: 'Cancelled before anything was sent.' })
      : end(change, 'failed', ['applying'], {
          explanation: `The state could not be read again, nothing was sent. ${messageOf(error)}`,
        });

  const moved = (change: Change, how: string): Promise<Change> =>
    end(change, 'refused', ['applying'], {
      reason: 'drift',
      explanation: `The world moved since the plan was shown, nothing was sent: ${how}. Ask again to see the new plan.`,
    });

  /** Reads the targets of a part again; those that moved are left out. */
  const review = async (run: Run, numbers: readonly number[]): Promise<Halt | undefined> => {
    const steps = numbers.map((number) => run.steps[number] as Step);
    let picture: Picture<AnyInput>;
    try {
      picture = await run.planner.look(
        steps.map((step) => step.input as AnyInput),
        at(run),
      );
    } catch (error) {
      return halted(run) ?? { reason: 'drift', why: `the state could not be read again: ${messageOf(error)}` };
    }
    const seen = new Map(picture.targets.map((target) => [target.device, target]));
    for (const [i, step] of steps.entries()) {
      const keep = new Set<string>();
      for (const device of step.targets) {
        const planned = run.targets.get(device);
        const now = seen.get(device);
        const fact = planned && now && movedFact(planned.before, now.before);
        if (planned && now?.verdict === 'change' && !fact) keep.add(device);
        else mark(run, [device], 'left out', now ? (fact ?? now.why ?? 'it is so already') : 'it is gone');
      }
      if (keep.size === step.targets.length) continue;
      const input = keep.size > 0 ? run.planner.narrow?.({ ...step, input: step.input as AnyInput }, keep) : undefined;
      const targets = step.targets.filter((device) => keep.has(device));
      run.steps[numbers[i] as number] = { ...step, input, targets, ...(keep.size === 0 ? { state: 'not sent' as const } : {}) };
    }
    return undefined;
  };

  /** Waits until everything sent so far has ended, as far as it can be known. */
  const settle = async (run: Run, alone: () => void): Promise<Halt | undefined> => {
    const until = clock.now() + run.planner.patience.ms;
    for (let n = 0; ; n++) {
      const standing = { ...run.change, steps: run.steps, targets: [...run.targets.values()], settleBy: until };
      for (const target of (await readBack(standing)).targets) run.targets.set(target.device, target);
      await save(run);
      const open = [...run.targets.values()].filter((target) => openOutcomes.includes(target.outcome));
      if (open.length === 0 || (run.planner.untold && open.every((target) => target.outcome !== 'unsure'))) return undefined;
      if (clock.now() >= until) return undefined;
      const stop = halted(run);
      if (stop) return stop;
      alone();
      await new Promise<void>((go) => void clock.later(looks[Math.min(n, looks.length - 1)] as number, go));
    }
  };

  /** Whether the rest may follow, by what has become of what was sent. */
  const worse = (run: Run, canary: readonly string[] | undefined): Halt | undefined => {
    const targets = [...run.targets.values()];
    const touched = targets.filter((target) => target.outcome !== 'unchanged').length;
    const limit = stopLimit(touched, policy);
    const troubles = targets.filter(({ outcome }) => outcome === 'failed' || outcome === 'unsure' || outcome === 'left out').length;
    if (troubles > limit)
      return { reason: 'drift', why: `held back: ${troubles} of ${touched} failed or had moved, more than the ${limit} allowed` };
    if (canary?.every((device) => !['applied', 'sent', 'pending'].includes(run.targets.get(device)?.outcome ?? '')))
      return { reason: 'drift', why: 'held back: none of those that went first was done' };
    return undefined;
  };

  /** Part by part: rules, reading, sending, and what has become of it decide about the next one. */
  const sendInParts = async (run: Run, alone: () => void): Promise<Change> => {
    const { change } = run;
    if (!asPlanned(change)) return moved(change, notAsPlanned);
    const count = change.targets.filter((target) => target.outcome === 'planned').length;
    const first = canaryOf(count, policy);
    for (const [i, numbers] of partsOf(run.steps, first, policy.batchTargets).entries()) {
      const forbidden = await parts.forbidden(change);
      const stop =
        halted(run) ??
        (forbidden ? { reason: 'policy' as const, why: forbidden } : undefined) ??
        (await review(run, numbers)) ??
        worse(run, undefined) ??
        (await sendSteps(run, numbers));
      if (stop) return finish(run, stop);
      if (i > 0) {
        const bad = worse(run, undefined);
        if (bad) return finish(run, bad);
        continue;
      }
      const canary = numbers.flatMap((number) => run.steps[number]?.targets ?? []);
      run.log.push({
        at: clock.now(),
        what: `${counted(canary.length, 'target')} went first; the other ${count - canary.length} wait until these have settled`,
      });
      await save(run, { explanation: `${canary.length} went first; the other ${count - canary.length} follow once these have settled.` });
      const bad = (await settle(run, alone)) ?? worse(run, canary);
      if (bad) return finish(run, bad);
    }
    return finish(run, undefined);
  };

  /** Everything is sent, or nothing more shall be: from here it is followed to its end. */
  const finish = async (run: Run, halt: Halt | undefined): Promise<Change> => {
    const { change, planner } = run;
    run.steps = run.steps.map((step): Step => (step.state === 'planned' ? { ...step, state: 'not sent' } : step));
    if (halt)
      for (const step of run.steps)
        if (step.state === 'not sent')
          mark(
            run,
            step.targets,
            'not sent',
            halt.reason === 'cancelled' || halt.reason === 'stopped' ? `${halt.why} before it was sent` : halt.why,
          );
    const targets = change.targets.map((target) => run.targets.get(target.device) ?? target);
    if (run.steps.every((step) => step.state === 'not sent')) {
      const left = targets.filter((target) => target.outcome === 'left out').length;
      const why = halt?.why ?? (left > 0 ? `all ${left} had moved since the plan was shown` : 'nothing was left to send');
      return end({ ...change, log: run.log }, 'refused', ['applying'], {
        targets,
        reason: halt?.reason ?? 'drift',
        explanation: `${capital(fence(why, 300))} before anything was sent.`,
      });
    }
    const sentAt = clock.now();
    const sent: Partial<Change> = {
      status: 'accepted',
      steps: run.steps,
      sentAt,
      settleBy: sentAt + planner.patience.ms,
      inputs: [],
      ...(halt ? { halted: halt } : {}),
    };
    if (halt) run.log.push({ at: clock.now(), what: halt.why });
    await save(run, sent);
    const standing = (await store.get(change.id)) ?? change;
    const seen = following.includes(standing.status) ? await look(standing) : standing;
    if (following.includes(seen.status)) later(seen.id, 0, planner.patience.ms);
    return seen;
  };

  /** Renews the lease of a change under way; returns how to stop. */
  const keepLease = (id: string): (() => void) => {
    let stopped = false;
    let cancel: () => void;
    const renew = (): void => {
      cancel = clock.later(renewal, () => {
        if (stopped) return;
        store.move(id, ['applying'], { leaseUntil: clock.now() + lease }).catch(() => undefined);
        renew();
      });
    };
    renew();
    return () => {
      stopped = true;
      cancel();
    };
  };

  return {
    send(change, connection, hearing) {
      const planner = planners.plannerOf(change.operation);
      const run: Run = {
        change,
        planner,
        connection,
        steps: change.steps.map((step) => ({ ...step })),
        targets: new Map(change.targets.map((target) => [target.device, target])),
        log: [...change.log],
        hearing,
        cancel: undefined,
        lost: false,
      };
      const count = change.targets.filter((target) => target.outcome === 'planned').length;
      const cuttable = planner.narrow !== undefined || change.steps.every((step) => step.targets.length === 1);
      const release = keepLease(change.id);
      if (canaryOf(count, policy) === 0 || !cuttable) return sendWhole(run).finally(release);
      const { promise, resolve, reject } = Promise.withResolvers<Change>();
      // While the canary settles nobody waits: who asked is told how it stands.
      const alone = (): void => {
        run.hearing = {};
        store.get(change.id).then((standing) => resolve(standing ?? change), reject);
      };
      // What breaks later is found by whoever looks once the lease has run out.
      sendInParts(run, alone).finally(release).then(resolve, reject);
      return promise;
    },
  };
}

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
