/** Named people outside the chat: whose yes a change needs, who has said it, and the desk where they say it. */
import { Refusal } from '../clients/http/errors.ts';
import type { Clock } from '../clock.ts';
import { type Approval, type Change, forget, type Status, waiting } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';
import { fence } from '../text/fence.ts';

/** Milliseconds for which a person's yes holds. */
export const approvalLife = 15 * 60_000;

/** How many different named people must say yes: 0 where the policy wants none. */
export function needed({ decision }: Pick<Change, 'decision'>): number {
  return decision?.verdict === 'approve' ? 1 : decision?.verdict === 'approve 2' ? 2 : 0;
}

/** Whether a named person outside the chat said it. */
export function isNamed({ kind }: Pick<Approval, 'kind'>): boolean {
  return kind === 'console' || kind === 'terminal';
}

/** The approvals of named people that hold at `now` (ms since 1970), one per person. */
export function standing({ approvals = [] }: Pick<Change, 'approvals'>, now: number): readonly Approval[] {
  const holding = approvals.filter((one) => isNamed(one) && now - one.at < approvalLife);
  return holding.filter(({ by }, i) => holding.findIndex((other) => other.by === by) === i);
}

/** Whether as many named people as it needs have said yes, and all of that still holds at `now`. */
export function isApproved(change: Pick<Change, 'decision' | 'approvals'>, now: number): boolean {
  return needed(change) > 0 && standing(change, now).length >= needed(change);
}

/** Whether named people can still say yes or no to it; also while it has all its approvals and no server has taken it up. */
export function isPending(change: Change, now: number): boolean {
  return needed(change) > 0 && waiting.includes(change.status) && !change.preview && change.expires > now;
}

/** Milliseconds without a sign of life after which the process that holds a plan's inputs is taken for ended. */
export const holding = 15_000;

/** Whether nobody can carry a waiting change out any more: the process that alone knew its inputs has ended. */
export function isLost({ status, inputs, heldUntil }: Pick<Change, 'status' | 'inputs' | 'heldUntil'>, now: number): boolean {
  return waiting.includes(status) && inputs.length === 0 && heldUntil !== undefined && heldUntil <= now;
}

/** A lost change ended, in words for who would approve it; any other as it stands. */
export async function endLost(store: ChangeStore, change: Change, now: number): Promise<Change> {
  if (!isLost(change, now)) return change;
  const explanation =
    'The server that planned it has ended, and with it the keys in the plan, which are never written down. Nothing was sent; have it asked for again.';
  const moved = await store.move(change.id, waiting, ({ log, steps }) => ({
    status: 'refused',
    reason: 'expired',
    explanation,
    log: [...log, { at: now, what: `refused: ${explanation}` }],
    steps: steps.map(forget),
    ended: now,
  }));
  return moved ?? (await store.get(change.id)) ?? change;
}

const page = 200;

/** All changes that stand so, oldest first. */
export async function standingAt(store: ChangeStore, status: Status): Promise<Change[]> {
  const all: Change[] = [];
  for (;;) {
    const { rows, left } = await store.list({ status }, all.at(-1)?.id, page);
    all.push(...rows);
    if (left === 0 || rows.length === 0) return all.reverse();
  }
}

/** How the yes of a named person came. */
export type Via = 'console' | 'terminal';

export interface Desk {
  /** What waits for named people, oldest first. */
  pending(): Promise<Change[]>;
  /** One of them. A Refusal that says how it stands when it does not wait. */
  find(id: string): Promise<Change>;
  /** Adds a person's yes; the change stays where it stands. A Refusal when it does not wait, or this person has said yes already. */
  approve(id: string, by: string, via: Via): Promise<Change>;
  /** Ends it unsent. A Refusal when it does not wait. */
  reject(id: string, by: string, via: Via, why: string): Promise<Change>;
}

const longestWhy = 200;

export function makeDesk({ store, clock }: { store: ChangeStore; clock: Clock }): Desk {
  const time = (): Promise<number> => store.time(clock.now());

  const open = async (id: string, now: number): Promise<Change> => {
    const found = await store.get(id);
    if (!found)
      throw new Refusal(`there is no change ${fence(id, 40)}`, 'See what waits: iot-ops-mcp approvals, or the console.', 'change');
    const change = await endLost(store, found, now);
    if (!isPending(change, now)) throw notPending(change);
    return change;
  };

  return {
    async pending() {
      const now = await time();
      const all = (await Promise.all(waiting.map((status) => standingAt(store, status)))).flat();
      return all.filter((change) => isPending(change, now) && !isLost(change, now)).sort((a, b) => a.created - b.created);
    },
    find: async (id) => open(id, await time()),
    async approve(id, by, via) {
      const now = await time();
      const change = await open(id, now);
      if (standing(change, now).some((one) => one.by === by))
        throw new Refusal(
          `${by} has approved ${id} already`,
          isApproved(change, now) ? 'A server that has its connection carries it out.' : 'It needs another person.',
          'name',
        );
      if (isApproved(change, now))
        throw new Refusal(`${id} has all its approvals`, 'A server that has its connection carries it out.', 'change');
      const moved = await store.move(id, waiting, ({ approvals = [], log }) => ({
        approvals: [...approvals.filter((old) => old.by !== by), { kind: via, by, at: now }],
        log: [...log, { at: now, what: `approved (${via}) by ${by}` }],
      }));
      if (!moved) throw notPending((await store.get(id)) ?? change);
      return moved;
    },
    async reject(id, by, via, why) {
      const now = await time();
      const change = await open(id, now);
      const reason = fence(why, longestWhy).replace(/[.\s]+$/, '') || 'no reason given';
      const moved = await store.move(id, waiting, ({ log, steps }) => ({
        status: 'refused',
        reason: 'declined',
        explanation: `Rejected by ${by}: ${reason}. Nothing was sent.`,
        log: [...log, { at: now, what: `rejected (${via}) by ${by}: ${reason}` }],
        steps: steps.map(forget),
        inputs: [],
        ended: now,
      }));
      if (!moved) throw notPending((await store.get(id)) ?? change);
      return moved;
    },
  };
}

function notPending(change: Change): Refusal {
  const { id, status, explanation } = change;
  if (!waiting.includes(status))
    return new Refusal(
      `${id} waits for nobody: it is ${status}${explanation ? ` (${fence(explanation, 200)})` : ''}`,
      'Look at its history.',
      'change',
    );
  if (change.preview) return new Refusal(`${id} is a preview, which is never applied`, 'Have it asked for without preview.', 'change');
  if (needed(change) === 0)
    return new Refusal(`${id} waits for no named person`, 'It is approved in the chat, by whoever asked for it.', 'change');
  return new Refusal(`${id} has run out; nothing was sent`, 'Have it asked for again.', 'change');
}
