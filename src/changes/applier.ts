/** Lets an approved change through, once: rules, budgets and locks are asked again in the moment it is claimed. */
import { standing } from '../approvers/approval.ts';
import type { Connection } from '../clients/connect.ts';
import { Refusal } from '../clients/http/errors.ts';
import { type Approval, type Change, type Decision, type Reason, waiting } from '../store/change.ts';
import { spentBy } from '../store/spent.ts';
import { fence } from '../text/fence.ts';
import { budgetVerdict, isAtLeast, namedPeople, satisfied } from './decide.ts';
import type { Gate, GateParts, Inside } from './gate.ts';
import { ranOut } from './outcome.ts';
import { budgetWindow, overspent } from './rules/budgets.ts';
import { type Hearing, lease, makeSender } from './sender.ts';
import { waitingFor } from './waiting-for.ts';

/** Why a change that stands in the way of another one does. */
const inTheWay = {
  same: 'The same change is under way',
  done: 'It has been carried out already',
  target: 'Another change is being carried out on one of its targets',
} as const;

const turns = 10;

export function makeApplier(parts: GateParts, { seals, recorder, follower, decider, unattended }: Inside): Pick<Gate, 'apply'> {
  const { store, clock, policy } = parts;
  const { note, end } = recorder;

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
    const next = waitingFor({ ...planned, decision }, await store.time(clock.now()), { policy, approvers: parts.approvers, note });
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
    const patch = (standing: Change): Partial<Change> => ({
      decision: planned.decision as Decision,
      approval: { ...approval, at: now },
      leaseUntil: now + lease,
      // Named people's own words stand there already.
      log: note(
        standing,
        namedPeople(standing) > 0 ? `taken up, approved by ${approval.by}` : `approved (${approval.kind}) by ${approval.by}`,
      ),
    });
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
    planners: parts.planners,
    store,
    clock,
    policy,
    recorder,
    follower,
    stopped: parts.stopped,
    sealOf: seals.sealOf,
    async forbidden(change) {
      const decision = decider.decide(change, await store.time(clock.now()));
      if (decision.version === change.decision?.version && decision.verdict === change.decision.verdict) return undefined;
      const people = namedPeople(change);
      const enough = change.approval ? satisfied(change.approval, people) : 'allow';
      return isAtLeast(enough, decision.verdict) ? undefined : `rule "${decision.rule}" now says ${decision.verdict}`;
    },
  });

  return { apply };
}

/** The approval is written down before anything is sent; what cannot be written down does not happen. */
function notRecorded(error: unknown): never {
  throw new Refusal(
    `the change could not be recorded (${error instanceof Error ? error.message : String(error)}), so nothing was sent`,
    'An operator looks at the state directory: room on the disk, the right to write. Then call the tool again.',
  );
}
