/** The gate: plan -> approve -> apply -> settle -> record. Every change passes it, whatever tool asked. */
import { createHmac } from 'node:crypto';

import { approvalLife, endLost, holding, isApproved, needed, standing, standingAt } from '../approvers/approval.ts';
import type { Connection } from '../clients/connect.ts';
import { checkInput, schemaOf } from '../clients/http/client.ts';
import type { AnyEndpoint, AnyInput } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import type { Approval, Blast, Change, Decision, Reason } from '../store/change.ts';
import { spentBy } from '../store/spent.ts';
import type { ChangeFilter, ChangeStore } from '../store/store.ts';
import { canonical } from '../text/canonical.ts';
import { fence } from '../text/fence.ts';
import { holdsSecrets } from '../text/redact.ts';
import { budgetVerdict, isAtLeast, makeDecider, namedPeople, satisfied } from './decide.ts';
import { type Draft, draft } from './draft.ts';
import { type Follower, makeFollower } from './follower.ts';
import { isNeverRun, plannerOf } from './index.ts';
import { following, waiting } from './outcome.ts';
import { canaryOf } from './parts.ts';
import type { Picture } from './planner.ts';
import { barOf, type Policy } from './policy.ts';
import { makeRecorder } from './record.ts';
import { budgetWindow, overspent } from './rules/budgets.ts';
import type { Rulebook } from './rules/rulebook.ts';
import { type Hearing, lease, makeSender, type SenderParts } from './sender.ts';

/** What a caller wants done. */
export interface Intent {
  operation: AnyEndpoint;
  connection: Connection;
  inputs: readonly AnyInput[];
  /** Over stdio the process, over HTTP the token's name. */
  caller: string;
  /** What asks, by its own words. */
  client?: string | undefined;
  preview: boolean;
  warnings?: readonly string[] | undefined;
  /** The change that this one undoes: its targets must still stand as it left them. */
  undoes?: Change | undefined;
  /** The change whose unsent rest this one does: what was approved there may still hold. */
  resumes?: Change | undefined;
}

export interface GateParts {
  store: ChangeStore;
  clock: Clock;
  policy: Policy;
  /** The rules in force at this moment. */
  rules(): Rulebook;
  /** How many people are named who may approve outside the chat. */
  approvers: number;
  /** Whether a connection is a sandbox. */
  isSandbox(connection: string): boolean;
  /** Devices of a connection in all, where it tells. */
  total(connection: Connection, signal?: AbortSignal): Promise<number | undefined>;
  /** A change begins to wait for named people. */
  announce(change: Change): void;
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
  fingerprint(intent: Pick<Intent, 'operation' | 'connection' | 'inputs' | 'caller'>): string;
  /** Marks a plan as put before a person. */
  asking(id: string): Promise<Change | undefined>;
  /** What lets a plan pass without asking anybody: a rule, or the approval of the change that it resumes. */
  standing(change: Change): Promise<Omit<Approval, 'at'> | undefined>;
  /** Carries an approved change out, once. Whoever comes second gets the change as it stands. */
  apply(id: string, caller: string, approval: Omit<Approval, 'at'>, hearing?: Hearing): Promise<Change>;
  /** Carries out what named people have approved: one change, or all that this process can. */
  takeUp(id?: string): Promise<void>;
  /** Ends a plan, or has a change under way send nothing more. */
  cancel(id: string, caller: string): Promise<Change>;
  /** Ends a plan without sending anything. */
  refuse(id: string, reason: Reason, explanation: string): Promise<Change | undefined>;
  get(id: string): Promise<Change | undefined>;
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}

/** Why a change that stands in the way of another one does. */
const inTheWay = {
  same: 'The same change is under way',
  done: 'It has been carried out already',
  target: 'Another change is being carried out on one of its targets',
} as const;

const ranOut = 'The plan ran out before it was approved; nothing was sent. Ask again.';
const deniedAgainWithin = 3_600_000;
const turns = 10;

export function makeGate(parts: GateParts): Gate {
  const { store, clock, policy } = parts;
  // Keys are among the sealed inputs: a keyed hash tells nothing about them.
  const hash = (value: unknown): string => createHmac('sha256', parts.key).update(canonical(value)).digest('base64url');
  const recorder = makeRecorder(store, clock);
  const { note, end } = recorder;
  const follower = makeFollower({ store, clock, connection: parts.connection, recorder });
  const { look, left, follow, hint, resume } = follower;
  const unattended = (connection: string): boolean => parts.approvers === 0 && parts.isSandbox(connection);
  const decider = makeDecider({ store, rules: parts.rules, unattended });
  const planFlights = new Map<string, Promise<Change>>();

  const fingerprint: Gate['fingerprint'] = ({ operation, connection, inputs, caller }) =>
    hash({ operation: operation.id, connection: connection.name, inputs: inputs.map((input) => normalForm(operation, input)), caller });

  /** What a person was shown and rules were asked about, and the world as it stood: none of it is another one when it is sent. */
  const sealOf: SenderParts['sealOf'] = (change, { steps, targets }) => {
    const { id, operation, provider, connection, sandbox, caller, summary, does, effects, irreversible, blast, preview } = change;
    return hash({
      shown: { id, operation, provider, connection, sandbox, caller, summary, does, effects, irreversible, blast, preview },
      named: change.targets.map(({ device, label, name, groups, plan }) => ({ device, label, name, groups, plan })),
      policy,
      steps: steps.map(({ input, targets: touched }) => ({ input, targets: touched })),
      targets: targets.map(({ device, before, verdict }) => ({ device, before, verdict })),
    });
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
    const { operation, connection, inputs, preview } = intent;
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
      // A plan that holds keys can only be applied by the process that made it.
      const held = found && (found.inputs.length > 0 || !waiting.includes(found.status)) ? found : undefined;
      const open = held && (await left(held));
      if (open && !(waiting.includes(open.status) && open.expires <= (await store.time(clock.now()))))
        return following.includes(open.status) ? look(open) : open;
      if (open) await end(open, 'refused', waiting, { reason: 'expired', explanation: 'the plan ran out' });
    }
    const picture = await planner.look(inputs, { connection, clock, signal, first: (count) => canaryOf(count, policy) });
    if (intent.undoes) stillAsLeft(intent.undoes, picture);
    const created = clock.now();
    const planned = draft(intent, picture, {
      id: await freeId(),
      intent: print,
      created,
      expires: created + policy.planMinutes * 60_000,
    });
    const sized = planned.status === 'planned' ? { ...planned, blast: await blastOf(planned, connection, signal) } : planned;
    const sealed: Change = { ...sized, seal: sealOf(sized, picture) };
    const change = sealed.status === 'planned' ? await judged(sealed, intent) : sealed;
    const before = change.reason === 'policy' && !preview ? await deniedBefore(change) : undefined;
    if (before) return before;
    await store.add(change);
    if (change.status === 'awaiting_approval') parts.announce(change);
    return change;
  };

  /** How much of the connection a plan touches. */
  const blastOf = async ({ targets }: Draft, connection: Connection, signal?: AbortSignal): Promise<Blast> => {
    const touched = targets.filter((target) => target.outcome !== 'unchanged');
    const total = await parts.total(connection, signal);
    const groups = [...new Set(touched.flatMap((target) => target.groups ?? []))];
    return { count: touched.length, ...(total === undefined ? {} : { total }), ...(groups.length > 0 ? { groups } : {}) };
  };

  /** A plan with the policy's word: refused, waiting for named people, or as it is. */
  const judged = async (plan: Change, { resumes }: Intent): Promise<Change> => {
    const now = await store.time(clock.now());
    const decision = await decider.plan(plan, now);
    const carried = resumes && carriedOver(resumes, plan, decision, now);
    return waitingFor({ ...plan, decision, ...(carried ? { approvals: carried } : {}) }, now);
  };

  /** The change under its decision: refused where the rules deny it or nobody could approve it. */
  const waitingFor = (change: Change, now: number): Change => {
    const { decision } = change;
    if (!decision || change.preview) return change;
    const refused = (explanation: string): Change => ({
      ...change,
      status: 'refused',
      reason: 'policy',
      explanation,
      ended: clock.now(),
      steps: change.steps.map((step) => ({ ...step, input: undefined })),
      inputs: [],
      log: note(change, `refused: ${decision.rule}`),
    });
    const barred = barOf(change, policy);
    if (barred) return refused(`Nothing was sent: ${barred.why}. ${barred.next}`);
    if (decision.verdict === 'deny') return refused(`Rule "${decision.rule}" forbids it; nothing was sent. get_policy shows the rules.`);
    const people = needed(change);
    if (people === 0) return change;
    if (people > parts.approvers) {
      const there = parts.approvers === 0 ? 'none is' : `only ${parts.approvers} is`;
      return refused(
        `Rule "${decision.rule}" wants ${people === 1 ? 'a named person' : `${people} named people`} outside the chat to approve it, and ${there} configured; nothing was sent. An operator names approvers in the configuration, or makes a rule for this in the policy file.`,
      );
    }
    return {
      ...change,
      status: 'awaiting_approval',
      expires: now + policy.approvalMinutes * 60_000,
      ...(holdsSecrets(change.inputs) ? { heldUntil: now + holding } : {}),
      log: note(change, `waits for ${people} named ${people === 1 ? 'person' : 'people'}: ${decision.rule}`),
    };
  };

  /** What people said to the change that is resumed, while it lives at `now`, rules have not changed and the rest stands as it was shown. */
  const carriedOver = (resumed: Change, plan: Change, decision: Decision, now: number): readonly Approval[] | undefined => {
    // Who stopped it wants to be asked.
    if (resumed.cancel !== undefined || resumed.halted?.reason === 'cancelled' || resumed.halted?.reason === 'stopped') return undefined;
    const same = resumed.decision?.version === decision.version && resumed.decision.verdict === decision.verdict;
    const then = new Map(resumed.targets.map((target) => [target.device, canonical(target.before)]));
    const unmoved = plan.targets.every((target) => then.get(target.device) === canonical(target.before));
    const given = [...(resumed.approvals ?? []), ...(resumed.approval && inTheChat(resumed.approval) ? [resumed.approval] : [])];
    const living = given.filter((approval) => now - approval.at < approvalLife);
    return same && unmoved && living.length > 0 ? living : undefined;
  };

  /** A wish that was denied a while ago by the same rule is counted, not written down again. */
  const deniedBefore = async (change: Change): Promise<Change | undefined> => {
    const rule = `${change.decision?.rule} ${change.decision?.version}`;
    const now = clock.now();
    const denied = await store.turn<{ id: string; rule: string; at: number }>(`denied ${change.intent}`, (last) =>
      last && last.rule === rule && now - last.at < deniedAgainWithin ? last : { id: change.id, rule, at: now },
    );
    if (!denied || denied.id === change.id) return undefined;
    return store.move(denied.id, ['refused'], (was) => ({ deniedAgain: (was.deniedAgain ?? 0) + 1 }));
  };

  const apply: Gate['apply'] = async (id, caller, approval, hearing = {}) => {
    const planned = await store.get(id);
    if (!planned || planned.caller !== caller)
      throw new Refusal(`there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
    if (!waiting.includes(planned.status)) return planned;
    if (planned.preview) throw new Refusal('a preview is never applied', 'Call the tool again without preview.', 'change');
    const now = await store.time(clock.now());
    const refused = (reason: Reason, explanation: string): Promise<Change> => end(planned, 'refused', waiting, { reason, explanation });
    if (planned.expires <= now) return refused('expired', ranOut);
    if (planned.inputs.length === 0)
      return refused('expired', 'The process that planned it has ended, and its inputs with it; nothing was sent. Call the tool again.');
    const connection = parts.connection(planned.connection);
    if (!connection?.writes) return refused('policy', `Connection ${planned.connection} does not allow changes; nothing was sent.`);
    const stopped = parts.stopped();
    if (stopped !== undefined) return refused('stopped', `An operator has stopped all changes (${fence(stopped, 120)}); nothing was sent.`);
    const decision = decider.decide(planned, now);
    const enough = satisfied(approval, standing(planned, now).length);
    if (!isAtLeast(enough, decision.verdict)) return wantsMore(planned, decision);
    return claim({ ...planned, decision }, connection, approval, enough, hearing);
  };

  /** The rules have become stricter than what was given: the change waits for more, or is refused. */
  const wantsMore = async (planned: Change, decision: Decision): Promise<Change> => {
    const waited = planned.decision?.verdict ?? 'allow';
    // Whoever asks again does not make it wait longer.
    if (planned.status === 'awaiting_approval' && isAtLeast(waited, 'approve') && isAtLeast(waited, decision.verdict)) return planned;
    const next = waitingFor({ ...planned, decision }, await store.time(clock.now()));
    if (next.status === 'refused')
      return end({ ...planned, decision }, 'refused', waiting, { decision, reason: 'policy', explanation: next.explanation });
    const { status, expires, heldUntil, log } = next;
    const moved = await store.move(planned.id, waiting, { decision, status, expires, log, ...(heldUntil ? { heldUntil } : {}) });
    if (moved?.status === 'awaiting_approval' && !isAtLeast(waited, 'approve')) parts.announce(moved);
    return moved ?? planned;
  };

  const claim = async (
    planned: Change,
    connection: Connection,
    approval: Omit<Approval, 'at'>,
    enough: Decision['verdict'],
    hearing: Hearing,
  ): Promise<Change> => {
    const now = await store.time(clock.now());
    let budget: Decision | undefined;
    const over = (spent: Parameters<typeof overspent>[1]): string | undefined => {
      const book = parts.rules();
      const used = overspent(book, spent, spentBy(planned, now));
      const verdict = used && budgetVerdict(used.then, unattended(planned.connection));
      if (!used || !verdict || isAtLeast(enough, verdict)) return undefined;
      budget = { verdict, rule: used.words, version: book.version };
      return used.words;
    };
    const patch = {
      decision: planned.decision as Decision,
      approval: { ...approval, at: now },
      leaseUntil: now + lease,
      // Named people's own words stand there already.
      log: note(
        planned,
        namedPeople(planned) > 0 ? `taken up, approved by ${approval.by}` : `approved (${approval.kind}) by ${approval.by}`,
      ),
    };
    for (let turn = 0; ; turn++) {
      const got = await store.claim(planned.id, waiting, patch, { at: now, window: budgetWindow, over }).catch(notRecorded);
      if ('claimed' in got) return sender.send(got.claimed, connection, hearing);
      if ('gone' in got) return (await store.get(planned.id)) ?? planned;
      if ('over' in got) return wantsMore(planned, budget ?? { verdict: 'deny', rule: got.over, version: parts.rules().version });
      if (got.why === 'target' && turn < turns) {
        await clock.sleep(1000, hearing.signal);
        continue;
      }
      return end(planned, 'refused', waiting, { reason: 'drift', explanation: `${inTheWay[got.why]}: ${got.busy}. Nothing was sent.` });
    }
  };

  const sender = makeSender({
    store,
    clock,
    policy,
    recorder,
    follower,
    stopped: parts.stopped,
    sealOf,
    async forbidden(change) {
      const decision = decider.decide(change, await store.time(clock.now()));
      if (decision.version === change.decision?.version && decision.verdict === change.decision.verdict) return undefined;
      const people = namedPeople(change);
      const enough = change.approval ? satisfied(change.approval, people) : 'allow';
      return isAtLeast(enough, decision.verdict) ? undefined : `rule "${decision.rule}" now says ${decision.verdict}`;
    },
  });

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

  const cancel: Gate['cancel'] = async (id, caller) => {
    const change = await store.get(id);
    if (!change || change.caller !== caller)
      throw new Refusal(`change: there is no change ${id} of yours`, 'list_changes shows the changes there are.', 'change');
    const before = 'Cancelled before anything was sent.';
    if (waiting.includes(change.status)) return end(change, 'refused', waiting, { reason: 'cancelled', explanation: before });
    const asked = await store.move(id, ['applying'], (now) => ({
      cancel: caller,
      log: note(now, `${caller} cancels what is not yet sent`),
    }));
    if (asked) return asked;
    throw new Refusal(
      `change: ${id} is ${change.status}, nothing of it is waiting to be sent`,
      change.inverse ? 'undo_change takes back what it did.' : 'get_change tells how it stands.',
      'change',
    );
  };

  return {
    propose,
    fingerprint,
    async standing(change) {
      if (!waiting.includes(change.status) || change.preview) return undefined;
      if (change.decision?.verdict === 'allow') return { kind: 'rule', by: change.decision.rule };
      if (change.resumes === undefined || change.decision?.verdict !== 'ask') return undefined;
      const now = await store.time(clock.now());
      const given = (change.approvals ?? []).find((approval) => now - approval.at < approvalLife);
      return given && { kind: 'resumed', by: given.by };
    },
    apply,
    takeUp,
    cancel,
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

/** Whether a person at the client said it then and there: any other approval stands among those of named people, or is no person's. */
function inTheChat({ kind }: Approval): boolean {
  return kind === 'elicited' || kind === 'host, not proven';
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
