/** The gate: plan -> approve -> apply -> settle -> record. Every change passes it, whatever tool asked. */
import { createHmac } from 'node:crypto';

import type { Connection } from '../clients/connect.ts';
import { checkInput, schemaOf } from '../clients/http/client.ts';
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { ProviderRefused, Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import type { Approval, Change, Reason, Target } from '../store/change.ts';
import type { ChangeFilter, ChangeStore } from '../store/store.ts';
import { canonical } from '../text/canonical.ts';
import { fence } from '../text/fence.ts';
import { draft } from './draft.ts';
import { type Follower, makeFollower } from './follower.ts';
import { isNeverRun, plannerOf } from './index.ts';
import { driftOf, following, maybeArrived, messageOf, waiting } from './outcome.ts';
import type { Picture } from './planner.ts';
import type { Policy } from './policy.ts';
import { makeRecorder } from './record.ts';

/** What a caller wants done. */
export interface Intent {
  operation: AnyEndpoint;
  connection: Connection;
  inputs: readonly AnyInput[];
  /** Over stdio the process, over HTTP the token's name. */
  caller: string;
  preview: boolean;
  warnings?: readonly string[] | undefined;
  /** The change that this one undoes: its targets must still stand as it left them. */
  undoes?: Change | undefined;
}

export interface GateParts {
  store: ChangeStore;
  clock: Clock;
  policy: Policy;
  /** Finds a connection by name, for settling. */
  connection(name: string): Connection | undefined;
  newId(): string;
  /** Why an operator has stopped all changes; undefined while they may run. */
  stopped(): string | undefined;
  /** Seals plans and names intents; the same for all servers on one store. */
  key: Buffer;
}

export interface Gate extends Pick<Follower, 'follow' | 'hint' | 'resume'> {
  /** Plans a change, or answers with the open one of the same intent. Changes nothing. */
  propose(intent: Intent, signal?: AbortSignal): Promise<Change>;
  /** The intent's fingerprint: equal for equal operation, arguments, connection and caller. */
  fingerprint(intent: Omit<Intent, 'preview' | 'warnings' | 'undoes'>): string;
  /** Marks a plan as put before a person. */
  asking(id: string): Promise<Change | undefined>;
  /** Carries an approved change out, once. Whoever comes second gets the change as it stands. */
  apply(
    id: string,
    caller: string,
    approval: Omit<Approval, 'at'>,
    signal?: AbortSignal,
    progress?: (done: number, total: number) => void,
  ): Promise<Change>;
  /** Ends a plan without sending anything. */
  refuse(id: string, reason: Reason, explanation: string): Promise<Change | undefined>;
  get(id: string): Promise<Change | undefined>;
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}

/** Renewed while a change is carried out; a change whose lease ran out was left by its process. */
const lease = 120_000;
const renewal = 30_000;
export function makeGate(parts: GateParts): Gate {
  const { store, clock, policy } = parts;
  // Keys are among the sealed inputs: a keyed hash tells nothing about them.
  const hash = (value: unknown): string => createHmac('sha256', parts.key).update(canonical(value)).digest('base64url');
  const recorder = makeRecorder(store, clock);
  const { note, end } = recorder;
  const { look, left, later, follow, hint, resume } = makeFollower({ store, clock, connection: parts.connection, recorder });
  const planFlights = new Map<string, Promise<Change>>();

  const fingerprint: Gate['fingerprint'] = ({ operation, connection, inputs, caller }) =>
    hash({ operation: operation.id, connection: connection.name, inputs: inputs.map((input) => normalForm(operation, input)), caller });

  const sealOf = (change: Pick<Change, 'operation' | 'connection' | 'caller'>, picture: Picture<AnyInput>): string =>
    hash({
      operation: change.operation,
      connection: change.connection,
      caller: change.caller,
      policy,
      steps: picture.steps,
      targets: picture.targets.map(({ device, before, verdict }) => ({ device, before, verdict })),
    });

  /** Of two who want the same at the same time, the second gets the first one's plan. */
  const propose: Gate['propose'] = (intent, signal) => {
    if (intent.preview) return plan(intent, signal);
    const print = fingerprint(intent);
    const flight = (planFlights.get(print) ?? Promise.resolve()).catch(() => undefined).then(() => plan(intent, signal));
    planFlights.set(print, flight);
    return flight.finally(() => planFlights.get(print) === flight && planFlights.delete(print));
  };

  /** A seeded run gives the ids of an earlier one again: a taken one is passed over. */
  const freeId = async (): Promise<string> => {
    let id = parts.newId();
    while (await store.get(id)) id = parts.newId();
    return id;
  };

  const plan = async (intent: Intent, signal?: AbortSignal): Promise<Change> => {
    const { operation, connection, inputs, caller, preview } = intent;
    if (isNeverRun(operation))
      throw new Refusal(`${operation.id} changes credentials and is never run through a tool`, 'An operator does this at the provider.');
    connection.admit(operation);
    if (inputs.length === 0) throw new Refusal('an empty selection is an error, never "all"', 'Name the targets one by one.');
    // What would be refused before the wire is never put before a person.
    for (const input of inputs) checkInput(operation, input);
    const print = fingerprint(intent);
    const planner = plannerOf(operation);
    if (!preview) {
      const found = await store.openIntent(print);
      // A plan that another process made cannot be applied here: its inputs are not written down.
      const held = found && (found.inputs.length > 0 || !waiting.includes(found.status)) ? found : undefined;
      const open = held && (await left(held));
      if (open && !(waiting.includes(open.status) && open.expires <= clock.now()))
        return following.includes(open.status) ? look(open) : open;
      if (open) await end(open, 'refused', waiting, { reason: 'expired', explanation: 'the plan ran out' });
    }
    const picture = await planner.look(inputs, { connection, clock, signal });
    if (intent.undoes) stillAsLeft(intent.undoes, picture);
    const created = clock.now();
    const change = draft(intent, picture, {
      id: await freeId(),
      intent: print,
      seal: sealOf({ operation: operation.id, connection: connection.name, caller }, picture),
      created,
      expires: created + policy.planMinutes * 60_000,
    });
    await store.add(change);
    return change;
  };

  const apply: Gate['apply'] = async (id, caller, approval, signal, progress) => {
    const planned = await store.get(id);
    if (!planned || planned.caller !== caller)
      throw new Refusal(`there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
    if (!waiting.includes(planned.status)) return planned;
    if (planned.preview) throw new Refusal('a preview is never applied', 'Call the tool again without preview.', 'change');
    if (planned.expires <= clock.now())
      return end(planned, 'refused', waiting, {
        reason: 'expired',
        explanation: 'The plan ran out before it was approved; nothing was sent. Ask again.',
      });
    if (planned.inputs.length === 0)
      return end(planned, 'refused', waiting, {
        reason: 'expired',
        explanation: 'The process that planned it has ended, and its inputs with it; nothing was sent. Call the tool again.',
      });
    const connection = parts.connection(planned.connection);
    if (!connection?.writes)
      return end(planned, 'refused', waiting, {
        reason: 'policy',
        explanation: `Connection ${planned.connection} does not allow changes; nothing was sent.`,
      });
    const stopped = parts.stopped();
    if (stopped !== undefined)
      return end(planned, 'refused', waiting, {
        reason: 'stopped',
        explanation: `An operator has stopped all changes (${fence(stopped, 120)}); nothing was sent.`,
      });
    const claimed = await store
      .move(id, waiting, {
        status: 'applying',
        approval: { ...approval, at: clock.now() },
        leaseUntil: clock.now() + lease,
        log: note(planned, `approved (${approval.kind}) by ${approval.by}`),
      })
      .catch(notRecorded);
    if (!claimed) return (await store.get(id)) ?? planned;
    const stop = keepLease(id);
    return carryOut(claimed, connection, signal, progress).finally(stop);
  };

  const carryOut = async (
    change: Change,
    connection: Connection,
    signal?: AbortSignal,
    progress?: (done: number, total: number) => void,
  ): Promise<Change> => {
    const planner = plannerOf(change.operation);
    let picture: Picture<AnyInput>;
    try {
      picture = await planner.look(change.inputs as AnyInput[], { connection, clock, signal });
    } catch (error) {
      const cancelled = signal?.aborted === true;
      return end(change, cancelled ? 'refused' : 'failed', ['applying'], {
        ...(cancelled ? { reason: 'cancelled' as const } : {}),
        explanation: cancelled
          ? 'Cancelled before anything was sent.'
          : `The state could not be read again, nothing was sent. ${messageOf(error)}`,
      });
    }
    if (sealOf(change, picture) !== change.seal) {
      return end(change, 'refused', ['applying'], {
        reason: 'drift',
        explanation: `The world moved since the plan was shown, nothing was sent: ${driftOf(change.targets, picture)}. Ask again to see the new plan.`,
      });
    }
    const log = [...change.log];
    const steps = change.steps.map((step) => ({ ...step }));
    const outcomes = new Map(change.targets.map((target) => [target.device, { ...target }]));
    const mark = (devices: readonly string[], outcome: Target['outcome'], why?: string): void => {
      for (const device of devices) {
        const target = outcomes.get(device);
        if (target) Object.assign(target, { outcome, ...(why ? { why } : {}) });
      }
    };
    for (const [i, step] of steps.entries()) {
      const halted = signal?.aborted ? 'cancelled' : parts.stopped() === undefined ? undefined : 'stopped by an operator';
      if (halted) {
        step.state = 'not sent';
        mark(step.targets, 'not sent', `${halted} before it was sent`);
        continue;
      }
      step.state = 'sending';
      // Written down before it is sent: whoever finds it later knows that it may have arrived.
      await store.move(change.id, ['applying'], { steps: [...steps], targets: [...outcomes.values()], log, sentAt: clock.now() });
      try {
        // A write under way is not broken off: it is read to its end and recorded.
        const reply = await connection.call.any(planner.operation, step.input as AnyInput, {
          first: true,
          note: (text) => log.push({ at: clock.now(), what: text }),
        });
        const receipt = planner.receipt?.(reply);
        Object.assign(step, { state: 'sent', ...(receipt ? { receipt } : {}) });
        mark(step.targets, 'sent');
        for (const { device, why } of planner.refusals?.(reply, step.input as AnyInput) ?? []) mark([device], 'failed', why);
        log.push({ at: clock.now(), what: `sent ${step.targets.length} target(s)${receipt ? `, provider request ${receipt}` : ''}` });
      } catch (error) {
        const lost = maybeArrived(error);
        step.state = lost ? 'unsure' : 'refused';
        const own = lost || !(error instanceof ProviderRefused) ? undefined : planner.explain?.(error, step.input as AnyInput);
        const why = own ?? messageOf(error);
        mark(step.targets, lost ? 'unsure' : 'failed', why);
        log.push({ at: clock.now(), what: lost ? `the answer was lost: ${why}` : `refused: ${why}` });
      }
      progress?.(i + 1, steps.length);
    }
    if (steps.every((step) => step.state === 'not sent')) {
      const how = signal?.aborted
        ? ({ reason: 'cancelled', word: 'Cancelled' } as const)
        : ({ reason: 'stopped', word: 'Stopped by an operator' } as const);
      return end({ ...change, log }, 'refused', ['applying'], { reason: how.reason, explanation: `${how.word} before anything was sent.` });
    }
    const sentAt = clock.now();
    const sent: Change = {
      ...change,
      status: 'accepted',
      steps,
      targets: [...outcomes.values()],
      log,
      sentAt,
      settleBy: sentAt + planner.patience.ms,
      inputs: [],
    };
    const moved = await store.move(change.id, ['applying'], sent);
    const first = await look(moved ?? sent);
    if (following.includes(first.status)) later(first.id, 0, planner.patience.ms);
    return first;
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
    propose,
    fingerprint,
    apply,
    get: (id) => store.get(id),
    list: (filter, after, limit) => store.list(filter, after, limit),
    async asking(id) {
      const change = await store.get(id);
      return change && store.move(id, waiting, { status: 'awaiting_approval', log: note(change, 'a person is asked') });
    },
    async refuse(id, reason, explanation) {
      const change = await store.get(id);
      return change && end(change, 'refused', waiting, { reason, explanation });
    },
    follow,
    hint,
    resume,
  };
}

/** The input as its own schema normalises it; as it came when it does not fit, which the planner's call will refuse. */
function normalForm(operation: AnyEndpoint, input: AnyInput): unknown {
  const body = schemaOf(operation, 'body')?.safeParse(input.body);
  const query = schemaOf(operation, 'query')?.safeParse(input.query ?? {});
  return { path: input.path, query: query?.success ? query.data : input.query, body: body?.success ? body.data : input.body };
}

/** Refuses to undo what somebody has changed since. */
function stillAsLeft(undone: Change, now: Picture<AnyInput>): void {
  for (const seen of now.targets) {
    const left = undone.targets.find((target) => target.device === seen.device)?.after ?? {};
    const moved = Object.entries(left).find(([fact, value]) => seen.before[fact] !== undefined && seen.before[fact] !== value);
    if (!moved) continue;
    throw new Refusal(
      `change: ${seen.label} has moved on: ${moved[0]} was ${moved[1]} after ${undone.id}, is ${seen.before[moved[0]]}`,
      'Nothing was sent. Decide anew, with the tool for what is wanted now.',
      'change',
    );
  }
}

/** The approval is written down before anything is sent; what cannot be written down does not happen. */
function notRecorded(error: unknown): never {
  throw new Refusal(
    `the change could not be recorded (${error instanceof Error ? error.message : String(error)}), so nothing was sent`,
    'An operator looks at the state directory: room on the disk, the right to write. Then call the tool again.',
  );
}
