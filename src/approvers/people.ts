/** Who asked for a change, and which approvers are left for it: nobody approves a change that they asked for. */
import { day } from '../durations.ts';
import { type Change, type Status, waitingStatuses } from '../store/change.ts';
import type { ChangeStore } from '../store/store.ts';

/** The approvers of the configuration, and who of them uses which caller. */
export interface People {
  /** Names of all approvers. */
  approvers: readonly string[];
  /** The approvers who use this caller: those that the configuration links to it, and the one with the caller's own name. */
  behind(caller: string): readonly string[];
}

/** For a store that is read without a configuration. */
export const nobodyKnown: People = { approvers: [], behind: () => [] };

/** The people of a configuration. `callers` holds the names of the approvers who use a caller. */
export function peopleOf(
  approvers: readonly { name: string }[],
  callers: ReadonlyMap<string, { people: readonly string[] }> = new Map(),
): People {
  const names = approvers.map(({ name }) => name);
  return {
    approvers: names,
    behind: (caller) => names.filter((name) => isOneOf(name, [caller, ...(callers.get(caller)?.people ?? [])])),
  };
}

/** Whether a name is in the list; upper and lower case are the same person. */
export function isOneOf(name: string, names: readonly string[]): boolean {
  return names.some((other) => other.toLowerCase() === name.toLowerCase());
}

type Asked = Pick<Change, 'askedBy' | 'decision'> & Partial<Pick<Change, 'caller'>>;

/** Whether this approver asked for the change and the rule does not let them approve it: their approval does not count. */
export function isOwnChange({ askedBy = [], caller, decision }: Asked, name: string): boolean {
  return decision?.selfApproval !== true && isOneOf(name, caller === undefined ? askedBy : [caller, ...askedBy]);
}

/** The approvers who may approve a change: all but those who asked for it, unless its rule lets them. */
export function approversLeft(change: Asked, { approvers }: People): readonly string[] {
  return approvers.filter((name) => !isOwnChange(change, name));
}

/** An approver who asked for a change, and the change with which they did. */
export interface Asker {
  name: string;
  change: Pick<Change, 'id' | 'caller'>;
}

/** How long a request that was not carried out counts as the same request when another caller repeats it, ms. */
const sameRequestWithin = day;
const page = 200;

/** Statuses of a change that was asked for and not carried out. A preview asks for nothing. */
const notCarriedOut: readonly Status[] = [...waitingStatuses, 'refused', 'failed'];

type Request = Pick<Change, 'id' | 'caller' | 'operation' | 'connection' | 'created' | 'askedBy' | 'targets'>;

/**
 * The approvers who asked for a change: those behind its caller, those of the changes that it undoes or resumes (`askedBy`), and those who
 * asked for the same operation on one of its targets within a day, through whatever caller, without its being carried out.
 */
export async function askersOf(request: Request, { store, people }: { store: ChangeStore; people: People }): Promise<readonly Asker[]> {
  const askers: Asker[] = [];
  const add = (change: Request): void => {
    // The person at a server of its own is known to that server, which wrote it down.
    const linked = change.caller === 'local' && change.askedBy ? [] : people.behind(change.caller);
    for (const name of [...(change.askedBy ?? []), ...linked])
      if (!askers.some((one) => one.name.toLowerCase() === name.toLowerCase())) askers.push({ name, change });
  };
  add(request);
  if (people.approvers.length === 0) return askers;
  const devices = new Set(request.targets.map(({ device }) => device));
  for await (const other of sameConnection(request, store)) {
    const repeats = other.operation === request.operation && other.targets.some(({ device }) => devices.has(device));
    if (other.id !== request.id && !other.preview && notCarriedOut.includes(other.status) && repeats) add(other);
  }
  return askers;
}

async function* sameConnection({ connection, created }: Request, store: ChangeStore): AsyncGenerator<Change> {
  let after: string | undefined;
  for (;;) {
    const { rows, left } = await store.list({ connection, since: created - sameRequestWithin }, after, page);
    yield* rows;
    after = rows.at(-1)?.id;
    if (left === 0 || after === undefined) return;
  }
}
