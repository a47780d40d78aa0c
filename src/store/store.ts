import type { AuditRow } from './audit.ts';
import type { Change, Status } from './change.ts';

export interface ChangeFilter {
  device?: string | undefined;
  status?: Status | undefined;
  connection?: string | undefined;
  /** Created at or after, ms since 1970. */
  since?: number | undefined;
}

/** A change that was let through, as budgets count it. */
export interface Spent {
  at: number;
  operation: string;
  connection: string;
  provider: string;
  caller: string;
  effects: readonly string[];
  /** Targets that it was to change. */
  targets: number;
}

/** What came of wanting to carry a change out. */
export type Claim =
  | { claimed: Change }
  /** It stands elsewhere by now. */
  | { gone: true }
  /**
   * The change of this id is being carried out on one of the same targets; or is the same and not settled; or has resumed or undone the
   * same change already.
   */
  | { busy: string; why: 'target' | 'same' | 'done' }
  /** A budget is used up: its words. */
  | { over: string };

export type Patch = Partial<Change> | ((now: Change) => Partial<Change>);

/** Where changes are kept. Every step is compare-and-set, so that of two who want it only one gets it. */
export interface ChangeStore {
  add(change: Change): Promise<void>;
  get(id: string): Promise<Change | undefined>;
  /** Applies `patch`, or what it makes of the change as it stands, only while that is at one of `from`; undefined when it is not. */
  move(id: string, from: readonly Status[], patch: Patch): Promise<Change | undefined>;
  /**
   * Moves it to `applying` and counts it, in one transaction with what needs the whole store: no equal change is open and sent, none has
   * resumed or undone the same one, none is carried out on one of its targets, and `over` finds no budget used up by what the last
   * `window` ms let through.
   */
  claim(
    id: string,
    from: readonly Status[],
    patch: (now: Change) => Partial<Change>,
    budget: { at: number; window: number; over(spent: readonly Spent[]): string | undefined },
  ): Promise<Claim>;
  /** What was let through since then, ms since 1970. */
  spent(since: number): Promise<readonly Spent[]>;
  /** A small value of its own, turned in one transaction; undefined removes it. Answers with what stands there afterwards. */
  turn<T>(key: string, work: (value: T | undefined) => T | undefined): Promise<T | undefined>;
  /** The later of `now` and the newest time written here: a clock that was set back lets nothing live longer. */
  time(now: number): Promise<number>;
  /** The record, oldest line first; only lines of at least this number. */
  audit(from?: number): AsyncIterable<AuditRow>;
  /** The newest change of this intent that is still open. */
  openIntent(intent: string): Promise<Change | undefined>;
  /** The change under way or followed of which the provider knows a request by this id, and how it stands. */
  ofRequest(connection: string, request: string): Promise<{ id: string; status: Status } | undefined>;
  /** Changes that wait for named people of whom some have said yes, oldest first. */
  approved(): Promise<Change[]>;
  /** Newest first; `after` is the last change of the previous page. `left` are those that follow this page. */
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}
