/** Approvals by named people outside the chat: how many a change needs, which ones are valid, and the service that adds them. */
import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { minute } from '../durations.ts';
import { type Approval, type Change, type Status, waitingStatuses, withoutInput } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { sanitize } from '../text/sanitize.ts';
import { approversLeft, askersOf, isOneOf, isOwnChange, nobodyKnown, type People } from './people.ts';

/** How long an approval is valid, ms. */
export const approvalLifetime = 15 * minute;

/** Number of different named people who must approve; 0 if the policy requires none. */
export function approvalsNeeded({ decision }: Pick<Change, 'decision'>): number {
  return decision?.verdict === 'approve' ? 1 : decision?.verdict === 'approve 2' ? 2 : 0;
}

/** Whether the approval is from a named person outside the chat. */
export function isNamed({ kind }: Pick<Approval, 'kind'>): boolean {
  return kind === 'console' || kind === 'terminal';
}

type Approved = Pick<Change, 'approvals' | 'askedBy' | 'decision'> & Partial<Pick<Change, 'caller'>>;

/** The approvals of named people that are valid at `now` (ms since 1970), one per person; none of those who asked for the change. */
export function validApprovals(change: Approved, now: number): readonly Approval[] {
  const { approvals = [] } = change;
  const valid = approvals.filter((one) => isNamed(one) && now - one.at < approvalLifetime && !isOwnChange(change, one.by));
  return valid.filter(({ by }, i) => valid.findIndex((other) => other.by === by) === i);
}

/** Whether a change has all the approvals it needs, valid at `now`. */
export function isApproved(change: Approved, now: number): boolean {
  return approvalsNeeded(change) > 0 && validApprovals(change, now).length >= approvalsNeeded(change);
}

/** Whether named people can approve or reject a change; also true while it has all approvals and no server has started it. */
export function isPending(change: Change, now: number): boolean {
  return approvalsNeeded(change) > 0 && waitingStatuses.includes(change.status) && !change.preview && change.expires > now;
}

/** Heartbeat timeout of the process that holds a plan's inputs, ms. */
export const heartbeatTimeout = 15_000;

/** Whether a waiting change can no longer be applied, because the process that held its inputs has ended. */
export function inputsLost({ status, inputs, heldUntil }: Pick<Change, 'status' | 'inputs' | 'heldUntil'>, now: number): boolean {
  return waitingStatuses.includes(status) && inputs.length === 0 && heldUntil !== undefined && heldUntil <= now;
}

/** Ends a change whose inputs are lost, with an explanation for its approvers. Returns any other change as it is. */
export async function endIfInputsLost(store: ChangeStore, change: Change, now: number): Promise<Change> {
  if (!inputsLost(change, now)) return change;
  const explanation =
    'The server that planned it has ended, and the keys in the plan are lost because they are never stored. Nothing was sent; request the change again.';
  const moved = await store.move(change.id, waitingStatuses, ({ log, steps }) => ({
    status: 'refused',
    reason: 'expired',
    explanation,
    log: [...log, { at: now, what: `refused: ${explanation}` }],
    steps: steps.map(withoutInput),
    ended: now,
  }));
  return moved ?? (await store.get(change.id)) ?? change;
}

const page = 200;

/** All changes with this status, oldest first. */
export async function listByStatus(store: ChangeStore, status: Status): Promise<Change[]> {
  const all: Change[] = [];
  for (;;) {
    const { rows, left } = await store.list({ status }, all.at(-1)?.id, page);
    all.push(...rows);
    if (left === 0 || rows.length === 0) return all.reverse();
  }
}

/** Where a named person approves. */
export type ApprovalPlace = 'console' | 'terminal';

export interface ApprovalService {
  /** The changes that wait for named people, oldest first. */
  pending(): Promise<Change[]>;
  /** One of them. Throws a Refusal with its status if it does not wait. */
  find(id: string): Promise<Change>;
  /** Adds a person's approval; the status stays the same. Throws a Refusal if it does not wait, or this person asked for it or has already approved it. */
  approve(id: string, by: string, via: ApprovalPlace): Promise<Change>;
  /** Ends a change without sending it. Throws a Refusal if it does not wait. */
  reject(id: string, by: string, via: ApprovalPlace, why: string): Promise<Change>;
}

const reasonMax = 200;

export interface ApprovalServiceOptions {
  store: ChangeStore;
  clock: Clock;
  /** Who uses which caller; absent: only what the changes themselves say. */
  people?: People | undefined;
}

/** Makes the approval service on a store. */
export function makeApprovalService({ store, clock, people = nobodyKnown }: ApprovalServiceOptions): ApprovalService {
  const time = (): Promise<number> => store.time(clock.now());

  const open = async (id: string, now: number): Promise<Change> => {
    const found = await store.get(id);
    if (!found)
      throw new Refusal(
        `there is no change ${sanitize(id, 40)}`,
        'Run "iot-ops-mcp approvals" or open the console to see the waiting changes.',
        'change',
      );
    const change = await endIfInputsLost(store, found, now);
    if (!isPending(change, now)) throw notPending(change);
    return change;
  };

  return {
    async pending() {
      const now = await time();
      const all = (await Promise.all(waitingStatuses.map((status) => listByStatus(store, status)))).flat();
      return all.filter((change) => isPending(change, now) && !inputsLost(change, now)).sort((a, b) => a.created - b.created);
    },
    find: async (id) => open(id, await time()),
    async approve(id, by, via) {
      const now = await time();
      const change = await open(id, now);
      if (validApprovals(change, now).some((one) => one.by === by))
        throw new Refusal(
          `${by} has approved ${id} already`,
          isApproved(change, now) ? 'A server with its connection will apply it.' : 'It needs another person.',
          'name',
        );
      if (isApproved(change, now))
        throw new Refusal(`${id} has all its approvals`, 'A server with its connection will apply it.', 'change');
      const askers = await askersOf(change, { store, people });
      const asked = askers.find(({ name }) => isOneOf(name, [by]));
      const askedBy = askers.map(({ name }) => name);
      if (isOwnChange({ ...change, askedBy }, by)) throw ownChange(by, asked?.change ?? change, { ...change, askedBy }, people);
      const moved = await store.move(id, waitingStatuses, ({ approvals = [], log }) => ({
        approvals: [...approvals.filter((old) => old.by !== by), { kind: via, by, at: now }],
        log: [...log, { at: now, what: `approved (${via}) by ${by}` }],
      }));
      if (!moved) throw notPending((await store.get(id)) ?? change);
      return moved;
    },
    async reject(id, by, via, why) {
      const now = await time();
      const change = await open(id, now);
      const reason = sanitize(why, reasonMax).replace(/[.\s]+$/, '') || 'no reason given';
      const moved = await store.move(id, waitingStatuses, ({ log, steps }) => ({
        status: 'refused',
        reason: 'declined',
        explanation: `Rejected by ${by}: ${reason}. Nothing was sent.`,
        log: [...log, { at: now, what: `rejected (${via}) by ${by}: ${reason}` }],
        steps: steps.map(withoutInput),
        inputs: [],
        ended: now,
      }));
      if (!moved) throw notPending((await store.get(id)) ?? change);
      return moved;
    },
  };
}

/** `asked` is the change with which this approver asked for it, which may be another one. */
function ownChange(by: string, asked: Pick<Change, 'id' | 'caller'>, change: Change, people: People): Refusal {
  const how = asked.id === change.id ? `for ${change.id}` : `for the same as ${change.id} with ${asked.id}`;
  const others = approversLeft(change, people);
  const next =
    others.length > 0
      ? `${others.map((name) => sanitize(name, 40)).join(' or ')} can approve it.`
      : people.approvers.length > 0
        ? 'No other approver is configured: an operator can add one, or set selfApproval on the rule.'
        : 'Another approver can.';
  return new Refusal(
    `${by} asked ${how} (as caller ${sanitize(asked.caller, 60)}), and nobody approves a change that they asked for`,
    next,
    'name',
  );
}

function notPending(change: Change): Refusal {
  const { id, status, explanation } = change;
  if (!waitingStatuses.includes(status))
    return new Refusal(
      `${id} does not wait for approval: it is ${status}${explanation ? ` (${sanitize(explanation, 200)})` : ''}`,
      'See its history.',
      'change',
    );
  if (change.preview)
    return new Refusal(`${id} is a preview that nobody has requested yet`, 'Its caller requests it with apply_change.', 'change');
  if (approvalsNeeded(change) === 0)
    return new Refusal(`${id} needs no named approver`, 'The person who requested it approves it in the chat.', 'change');
  return new Refusal(`${id} has expired; nothing was sent`, 'Request the change again.', 'change');
}
