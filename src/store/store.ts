import type { Change, Status } from './change.ts';

export interface ChangeFilter {
  device?: string | undefined;
  status?: Status | undefined;
  connection?: string | undefined;
  /** Created at or after, ms since 1970. */
  since?: number | undefined;
}

/** Where changes are kept. Every step is compare-and-set, so that of two who want it only one gets it. */
export interface ChangeStore {
  add(change: Change): Promise<void>;
  get(id: string): Promise<Change | undefined>;
  /** Applies `patch` only while the change stands at one of `from`; undefined when it does not. */
  move(id: string, from: readonly Status[], patch: Partial<Change>): Promise<Change | undefined>;
  /** The newest change of this intent that is still open. */
  openIntent(intent: string): Promise<Change | undefined>;
  /** Newest first; `after` is the last change of the previous page. `left` are those that follow this page. */
  list(filter: ChangeFilter, after: string | undefined, limit: number): Promise<{ rows: Change[]; total: number; left: number }>;
}
