/** The gate: plan -> approve -> apply -> settle -> record. Every change passes it, whatever tool asked. */
import { createHmac } from 'node:crypto';

import type { Connection } from '../clients/connect.ts';
import { checkInput, schemaOf } from '../clients/http/client.ts';
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { CallError, ProviderRefused, Refusal, TooManyRequests, UnknownAnswer, Unreachable } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import type { Approval, Change, Reason, Status, Step, Target } from '../store/change.ts';
import type { ChangeFilter, ChangeStore } from '../store/store.ts';
import { canonical } from '../text/canonical.ts';
import { fence } from '../text/fence.ts';
import { isNeverRun, plannerOf } from './index.ts';
import type { Picture, Settled } from './planner.ts';
import type { Policy } from './policy.ts';
import { sentence } from './sentence.ts';

/** What a caller wants done. */
export interface Intent {
  operation: AnyEndpoint;
  connection: Connection;
  inputs: readonly AnyInput[];
  /** Over stdio the process, over HTTP the token's name. */
  caller: string;
  preview: boolean;
  warnings?: readonly string[] | undefined;
}

export interface GateParts {
  store: ChangeStore;
  clock: Clock;
  policy: Policy;
  /** Finds a connection by name, for settling. */
  connection(name: string): Connection | undefined;
  newId(): string;
  /** Seals plans and names intents; the same for all servers on one store. */
  key: Buffer;
}

export interface Gate {
  /** Plans a change, or answers with the open one of the same intent. Changes nothing. */
  propose(intent: Intent, signal?: AbortSignal): Promise<Change>;
  /** The intent's fingerprint: equal for equal operation, arguments, connection and caller. */
  fingerprint(intent: Omit<Intent, 'preview' | 'warnings'>): string;
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
  /** A callback about a request: looks again at its change, and believes a failure where reading shows nothing else. */
  hint(
    connection: string,
    hint: { requestId: string; devices: readonly string[]; succeeded: boolean | undefined; words: string | undefined },
  ): Promise<void>;
  /** Takes up what an ended process left behind: what it may have sent is read back, never sent again. */
  resume(): Promise<void>;
  /** Reads what has become of a sent change; waits up to `waitMs` for its end. */
  follow(id: string, waitMs: number, signal?: AbortSignal, progress?: (change: Change) => void): Promise<Change | undefined>;
}

const waiting: readonly Status[] = ['planned', 'awaiting_approval'];
const following: readonly Status[] = ['accepted', 'unknown'];
/** Renewed while a change is carried out; a change whose lease ran out was left by its process. */
const lease = 120_000;
const renewal = 30_000;
const looks = [1000, 2000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];

/** Until the n-th look: ever longer, but never so long that a two-hundredth of the patience goes by unseen. */
const pauseBefore = (n: number, patience: number): number =>
  looks[n] ?? Math.min(60_000 * 1.5 ** (n - looks.length + 1), Math.max(60_000, patience / 200));

export function makeGate(parts: GateParts): Gate {
  const { store, clock, policy } = parts;
  // Keys are among the sealed inputs: a keyed hash tells nothing about them.
  const hash = (value: unknown): string => createHmac('sha256', parts.key).update(canonical(value)).digest('base64url');
  const lookFlights = new Map<string, Promise<Change>>();
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

  const note = (change: Change, what: string): Change['log'] => [...change.log, { at: clock.now(), what }];

  const end = async (change: Change, status: Status, from: readonly Status[], patch: Partial<Change> = {}): Promise<Change> => {
    const log = note(change, patch.explanation ? `${status}: ${patch.explanation}` : status);
    const moved = await store.move(change.id, from, {
      ...patch,
      status,
      log,
      steps: change.steps.map(forget),
      inputs: [],
      ended: clock.now(),
    });
    return moved ?? (await store.get(change.id)) ?? change;
  };

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
    const created = clock.now();
    const refused = picture.targets.filter((target) => target.verdict === 'refuse');
    const changing = picture.targets.filter((target) => target.verdict === 'change');
    const base: Change = {
      id: await freeId(),
      status: 'planned',
      operation: operation.id,
      provider: connection.provider,
      connection: connection.name,
      sandbox: connection.sandbox,
      caller,
      summary: sentence(picture, connection.name),
      effects: picture.effects,
      // Who was let in stays in: nothing that a tool may run shuts them out again.
      irreversible: picture.effects.includes('destructive') || picture.effects.includes('session'),
      ...(picture.undo ? { undo: picture.undo } : {}),
      cost: picture.cost ?? (picture.effects.includes('billing') ? 'cost unknown' : 'free'),
      ...(picture.settles ? { settles: picture.settles } : {}),
      warnings: [...(intent.warnings ?? []), ...(picture.warnings ?? [])],
      doubts: operation.doubts ?? [],
      targets: picture.targets.map(
        (seen): Target => ({
          device: seen.device,
          label: seen.label,
          before: seen.before,
          outcome: seen.verdict === 'unchanged' ? 'unchanged' : 'planned',
        }),
      ),
      steps: picture.steps.map((step): Step => ({ ...step, state: 'planned' })),
      inputs,
      intent: print,
      seal: '',
      preview,
      created,
      expires: created + policy.planMinutes * 60_000,
      log: [{ at: created, what: preview ? 'previewed' : 'planned' }],
    };
    const change: Change = { ...base, seal: sealOf(base, picture) };
    if (refused.length > 0) {
      const shown = refused.slice(0, 5).map((target) => `${target.label}: ${target.why ?? 'not in a state for this'}`);
      const more = refused.length > shown.length ? ` and ${refused.length - shown.length} more` : '';
      Object.assign(change, {
        status: 'refused',
        reason: 'lifecycle',
        explanation: `${shown.join('; ')}${more}. Nothing was sent. Leave ${refused.length === 1 ? 'it' : 'them'} out, or bring ${refused.length === 1 ? 'it' : 'them'} into the right state first.`,
        summary: (shown[0] ?? '').slice(0, 300),
        ended: created,
      });
    } else if (changing.length === 0) {
      Object.assign(change, {
        status: 'unchanged',
        explanation: 'Everything is as asked already; nothing was sent.',
        summary: `Already so: ${picture.effect}`.slice(0, 300),
        ended: created,
      });
    } else if (!connection.writes) {
      Object.assign(change, {
        status: 'refused',
        reason: 'policy',
        explanation: `Connection ${connection.name} does not allow changes; nothing was sent. An operator may set writes to on for it.`,
        ended: created,
      });
    }
    if (change.status !== 'planned') Object.assign(change, { steps: change.steps.map(forget), inputs: [] });
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
    const claimed = await store.move(id, waiting, {
      status: 'applying',
      approval: { ...approval, at: clock.now() },
      leaseUntil: clock.now() + lease,
      log: note(planned, `approved (${approval.kind}) by ${approval.by}`),
    });
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
      if (signal?.aborted) {
        step.state = 'not sent';
        mark(step.targets, 'not sent', 'cancelled before it was sent');
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
    if (steps.every((step) => step.state === 'not sent'))
      return end({ ...change, log }, 'refused', ['applying'], { reason: 'cancelled', explanation: 'Cancelled before anything was sent.' });
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
    const planner = plannerOf(change.operation);
    const settleBy = (change.sentAt ?? change.created) + planner.patience.ms;
    const log = note(change, 'the server ended while this was carried out');
    const moved = await store.move(change.id, ['applying'], { status: 'unknown', steps, targets, log, inputs: [], settleBy });
    return moved ?? (await store.get(change.id)) ?? change;
  };

  /** One look at what has become of a change; many who look at once share it. */
  const look = (change: Change): Promise<Change> => {
    const running = lookFlights.get(change.id);
    if (running) return running;
    const flight = settle(change).finally(() => lookFlights.delete(change.id));
    lookFlights.set(change.id, flight);
    return flight;
  };

  const settle = async (change: Change): Promise<Change> => {
    const connection = parts.connection(change.connection);
    if (!connection) return change;
    const planner = plannerOf(change.operation);
    const found = new Map<string, Settled>();
    const unsettled = new Set(
      change.targets.filter((target) => ['sent', 'pending', 'unsure'].includes(target.outcome)).map((target) => target.device),
    );
    let unread: string | undefined;
    for (const step of change.steps) {
      const open = step.targets.filter((device) => unsettled.has(device));
      if (open.length === 0 || (step.state !== 'sent' && step.state !== 'unsure')) continue;
      try {
        const sentStep = {
          input: step.input as AnyInput,
          targets: open,
          receipt: step.receipt,
          answered: step.state === 'sent',
          sentAt: change.sentAt ?? change.created,
        };
        for (const settled of await planner.settle(sentStep, { connection, clock })) found.set(settled.device, settled);
      } catch (error) {
        unread = messageOf(error);
      }
    }
    const over = clock.now() >= (change.settleBy ?? 0);
    const targets = change.targets.map((target): Target => settledTarget(target, found.get(target.device), over, planner.patience.silence));
    const status = statusOf(targets, change);
    const done = !following.includes(status);
    const before = change.status;
    const log = status === before && !done ? change.log : note(change, unread ? `${status} (could not be read: ${unread})` : status);
    const patch: Partial<Change> = { targets, log, ...(done ? { ended: clock.now(), steps: change.steps.map(forget) } : {}) };
    const explanation = explain(status, targets, unread);
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
    async hint(connection, { requestId, devices, succeeded, words }) {
      for (const status of following) {
        const { rows } = await store.list({ connection, status }, undefined, 1000);
        const change = rows.find((row) => row.steps.some((step) => step.receipt === requestId));
        if (!change) continue;
        const failed = (target: Target): boolean => succeeded === false && devices.includes(target.device) && !target.hint;
        const targets = change.targets.map((target): Target => (failed(target) ? { ...target, hint: words ?? 'no reason given' } : target));
        const hinted = await store.move(change.id, following, { targets });
        await look(hinted ?? change);
        return;
      }
    },
    async resume() {
      for (const status of ['applying', 'accepted', 'unknown'] as const) {
        const { rows } = await store.list({ status }, undefined, 1000);
        for (const row of rows) {
          const change = await left(row);
          if (following.includes(change.status)) later(change.id, 0, plannerOf(change.operation).patience.ms);
        }
      }
    },
    async follow(id, waitMs, signal, progress) {
      let change = await store.get(id);
      const until = clock.now() + waitMs;
      for (let n = 0; change; n++) {
        if (waiting.includes(change.status) && change.expires <= clock.now() && !change.preview) {
          return end(change, 'refused', waiting, {
            reason: 'expired',
            explanation: 'The plan ran out before it was approved; nothing was sent.',
          });
        }
        change = await left(change);
        if (following.includes(change.status)) change = await look(change);
        const rest = until - clock.now();
        if ((!following.includes(change.status) && change.status !== 'applying') || rest <= 0) return change;
        progress?.(change);
        await clock.sleep(Math.min(rest, looks[Math.min(n, 3)] ?? 1000), signal);
        change = await store.get(id);
      }
      return change;
    },
  };
}

/** The input as its own schema normalises it; as it came when it does not fit, which the planner's call will refuse. */
function normalForm(operation: AnyEndpoint, input: AnyInput): unknown {
  const body = schemaOf(operation, 'body')?.safeParse(input.body);
  const query = schemaOf(operation, 'query')?.safeParse(input.query ?? {});
  return { path: input.path, query: query?.success ? query.data : input.query, body: body?.success ? body.data : input.body };
}

/** A step without its input, which may hold keys. */
function forget(step: Step): Step {
  return { ...step, input: undefined };
}

function maybeArrived(error: unknown): boolean {
  if (error instanceof Unreachable) return error.sent === 'maybe';
  if (error instanceof ProviderRefused) return error.trouble && !error.signingIn;
  if (error instanceof UnknownAnswer) return true;
  return !(error instanceof Refusal || error instanceof TooManyRequests);
}

function messageOf(error: unknown): string {
  if (error instanceof CallError) return `${error.message.replace(/\.$/, '')}. ${error.next}`;
  return error instanceof Error ? error.message : 'unknown problem';
}

function driftOf(planned: readonly Target[], now: Picture<AnyInput>): string {
  for (const target of planned) {
    const seen = now.targets.find((one) => one.device === target.device);
    if (!seen) return `${target.label} is gone`;
    for (const [fact, value] of Object.entries(seen.before)) {
      if (target.before[fact] !== value) return `${target.label}: ${fact} was ${target.before[fact] ?? 'unset'}, is ${value}`;
    }
  }
  return 'the request would now be another one';
}

function settledTarget(target: Target, found: Settled | undefined, over: boolean, silence: 'failed' | 'unknown'): Target {
  if (!['sent', 'pending', 'unsure'].includes(target.outcome)) return target;
  const { why: _old, ...bare } = target;
  if (found && found.outcome !== 'pending')
    return { ...bare, outcome: found.outcome, ...(found.after ? { after: found.after } : {}), ...(found.why ? { why: found.why } : {}) };
  if (target.hint && found?.after && isAsBefore(target, found.after))
    return { ...bare, outcome: 'failed', after: found.after, why: `the carrier reports: ${fence(target.hint, 120)}` };
  if (!over)
    return {
      ...target,
      outcome: target.outcome === 'unsure' ? 'unsure' : 'pending',
      ...(found?.after ? { after: found.after } : {}),
      ...(found?.why ? { why: found.why } : {}),
    };
  return silence === 'failed'
    ? { ...bare, outcome: 'failed', why: 'it never showed when read back; it may be tried again' }
    : { ...bare, outcome: 'unsure', why: 'never confirmed within the time it may take' };
}

/** Whether what was read still stands as it was before sending. */
function isAsBefore(target: Target, after: Readonly<Record<string, string>>): boolean {
  return Object.entries(after).every(([fact, value]) => target.before[fact] === undefined || target.before[fact] === value);
}

function statusOf(targets: readonly Target[], change: Change): Status {
  const touched = targets.filter((target) => target.outcome !== 'unchanged');
  const has = (outcome: Target['outcome']): boolean => touched.some((target) => target.outcome === outcome);
  if (has('unsure')) return 'unknown';
  if (has('pending') || has('sent')) return 'accepted';
  if (touched.every((target) => target.outcome === 'applied')) return 'applied';
  if (has('applied')) return 'partial';
  return has('failed') ? 'failed' : change.status;
}

function explain(status: Status, targets: readonly Target[], unread: string | undefined): string | undefined {
  const count = (outcome: Target['outcome']): number => targets.filter((target) => target.outcome === outcome).length;
  if (status === 'accepted')
    return `Accepted, not done: ${count('pending') + count('sent')} pending, ${count('applied')} done, ${count('failed')} failed.`;
  if (status === 'unknown')
    return `Not known yet: the answer was lost${unread ? ` and reading back failed (${unread})` : ', reading back has not shown it'}. It is never sent again by itself.`;
  if (status === 'partial') return `${count('applied')} done, ${count('failed')} failed, ${count('not sent')} not sent.`;
  if (status === 'failed') return targets.find((target) => target.outcome === 'failed')?.why;
  return undefined;
}
