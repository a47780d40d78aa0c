import type { AuditRow, StoredRequests } from './audit.ts';
import type { Change, Status } from './change.ts';

export interface ChangeFilter {
  device?: string | undefined;
  status?: Status | undefined;
  connection?: string | undefined;
  /** Leaves out the previews that nobody has requested. */
  withoutPreviews?: boolean | undefined;
  /** Any of these connections. */
  connections?: readonly string[] | undefined;
  caller?: string | undefined;
  /** Created at or after, ms since 1970. */
  since?: number | undefined;
}

/** A change that was applied, as budgets count it. */
export interface BudgetEntry {
  /** ms since 1970. */
  at: number;
  operation: string;
  connection: string;
  provider: string;
  caller: string;
  effects: readonly string[];
  /** Number of targets to change. */
  targets: number;
}

/** Result of claiming a change. */
export type Claim =
  | { claimed: Change }
  /** The change no longer has one of the expected statuses. */
  | { gone: true }
  /**
   * The change `busy` conflicts. `target`: it is being applied to one of the same targets. `same`: it has the same intent and has not
   * settled. `done`: it has the same intent and was carried out since this one was planned, or has already resumed or undone the same change.
   */
  | { busy: string; why: 'target' | 'same' | 'done' }
  /** A budget would be exceeded; its description. */
  | { over: string };

/** Members to change, or a function from the stored change to them. */
export type Patch = Partial<Change> | ((now: Change) => Partial<Change>);

/** The store of changes. Updates are compare-and-set: of two concurrent updates from the same status, only one succeeds. */
export interface ChangeStore {
  add(change: Change): Promise<void>;
  /**
   * Adds a change, unless one with the same intent is open at `at` (ms since 1970) or was claimed after the audit line `change.planLine` and
   * carried out. Look-up and insert are one transaction, so that of concurrent equal calls at several servers only one adds its change.
   * Returns the change that is stored: the new one or the equal one. An equal one that waits and whose inputs this process does not
   * have gets those of `change`.
   */
  addUnlessEqual(change: Change, at: number): Promise<Change>;
  /** Number of the newest line of the audit log; 0 while it is empty. */
  newestLine(): Promise<number>;
  get(id: string): Promise<Change | undefined>;
  /** Applies `patch` if the stored change has a status in `from`, and returns the new change. Undefined otherwise. */
  move(id: string, from: readonly Status[], patch: Patch): Promise<Change | undefined>;
  /**
   * Moves a change to `applying` and adds its budget entry. The same transaction checks that no change with the same intent is unsettled
   * or was carried out since this one was planned, that none has already resumed or undone the same change, that none is being applied to
   * one of its targets, and that `over`, given the budget entries of the last `window` ms, returns undefined.
   */
  claim(
    id: string,
    from: readonly Status[],
    patch: (now: Change) => Partial<Change>,
    budget: { at: number; window: number; over(budgetEntries: readonly BudgetEntry[]): string | undefined },
  ): Promise<Claim>;
  /** Budget entries after `since`, ms since 1970. */
  spent(since: number): Promise<readonly BudgetEntry[]>;
  /** Updates the small value of `key` in one transaction and returns the new value. Returning undefined from `work` removes it. */
  update<T>(key: string, work: (value: T | undefined) => T | undefined): Promise<T | undefined>;
  /** The small value of `key`, as `update` stored it. */
  value<T>(key: string): Promise<T | undefined>;
  /** The later of `now` and the newest stored time (ms since 1970), so that setting the clock back extends no expiry. */
  time(now: number): Promise<number>;
  /** The audit log, oldest line first, from line number `from` (default 1). Between pages of lines the event loop goes on. */
  audit(from?: number): AsyncIterable<AuditRow>;
  /** The newest lines of the audit log before the line number `before`, at most `limit`, newest first. */
  auditPage(before: number, limit: number): Promise<AuditRow[]>;
  /** The lines of a day (`2026-11-22`, UTC), oldest first. */
  auditOfDay(day: string): Promise<AuditRow[]>;
  /** The newest open change with this intent. */
  findOpenByIntent(intent: string): Promise<Change | undefined>;
  /** The changes that are being applied and whose lease has expired at `at`, ms since 1970. */
  listAbandoned(at: number): Promise<Change[]>;
  /** The requests of a change as they were claimed, secrets hidden; undefined if it was never claimed, or was deleted. */
  requestsOf(id: string): Promise<StoredRequests | undefined>;
  /** Plans whose time was over at `at`, oldest first. Those that wait for named people are not among them. */
  listExpired(at: number, limit: number): Promise<Change[]>;
  /**
   * Deletes changes that ended before `before`, ms since 1970, at most `limit`, and returns their number; with `previews` only previews that
   * nobody requested. The record keeps their lines.
   */
  forget(before: number, limit: number, only?: 'previews'): Promise<number>;
  /** The unsettled change that has a request with this provider id, with its status. */
  findByProviderRequest(connection: string, request: string): Promise<{ id: string; status: Status } | undefined>;
  /** Changes that wait for named people and have at least one approval, oldest first. */
  listWithApprovals(): Promise<Change[]>;
  /** A page of changes, newest first. `after` is the last change of the previous page; `left` counts the changes after this page. */
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}
