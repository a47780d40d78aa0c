/** Plans changes: whom they touch, how these stand, what the policy says. Changes nothing. */
import { approvalLife } from '../approvers/approval.ts';
import type { Connection } from '../clients/connect.ts';
import { checkInput } from '../clients/http/client.ts';
import type { AnyInput } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { type Approval, type Blast, type Change, type Decision, following, waiting } from '../store/change.ts';
import { canonical } from '../text/canonical.ts';
import { type Draft, draft } from './draft.ts';
import type { Gate, GateParts, Inside } from './gate.ts';
import type { Intent } from './intent.ts';
import { canaryOf } from './parts.ts';
import type { Picture } from './planner.ts';
import { waitingFor } from './waiting-for.ts';

const deniedAgainWithin = 3_600_000;

export function makeProposer(parts: GateParts, { seals, recorder, follower, decider }: Inside): Pick<Gate, 'propose'> {
  const { store, clock, policy, planners } = parts;
  const { fingerprint, sealOf } = seals;
  const { note, end } = recorder;
  const { look, left } = follower;
  const planFlights = new Map<string, Promise<Change>>();

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
    if (planners.isNeverRun(operation))
      throw new Refusal(`${operation.id} changes credentials and is never run through a tool`, 'An operator does this at the provider.');
    connection.admit(operation);
    if (inputs.length === 0) throw new Refusal('an empty selection is an error, never "all"', 'Name the targets one by one.');
    // What would be refused before the wire is never put before a person.
    for (const input of inputs) checkInput(operation, input);
    const print = fingerprint(intent);
    const planner = planners.plannerOf(operation);
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
      session: parts.session,
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
    return waitingFor({ ...plan, decision, ...(carried ? { approvals: carried } : {}) }, now, { policy, approvers: parts.approvers, note });
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

  return { propose };
}

/** Whether a person at the client said it then and there: any other approval stands among those of named people, or is no person's. */
function inTheChat({ kind }: Approval): boolean {
  return kind === 'elicited' || kind === 'host, not proven';
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
