/** The whole content of a store, to copy it into another one. */
import type { AuditRow } from './audit.ts';
import type { Change } from './change.ts';

/** The requests of a claimed change: JSON and its hash. */
export interface SentRow {
  change: string;
  hash: string;
  body: string;
}

/** Rows as they are stored, oldest first; inputs that hold keys are in no store. */
export interface StoreContent {
  changes: AsyncIterable<Change> | Iterable<Change>;
  lines: AsyncIterable<AuditRow> | Iterable<AuditRow>;
  /** Small values by name, as JSON. */
  notes: readonly { name: string; value: string }[];
  /** The requests of claimed changes, secrets hidden. */
  sent: AsyncIterable<SentRow> | Iterable<SentRow>;
  /** Budget entries, as JSON. */
  spent: readonly { at: number; body: string }[];
}

/** A store whose content can be copied. */
export interface CopyableStore {
  content(): Promise<StoreContent>;
  /** Takes over the content of another store in one transaction. Throws if this store holds a change or a line. */
  fill(content: StoreContent): Promise<void>;
}

export const notEmpty = 'the store to copy to holds changes already, and a record is never mixed with another one';

/** The notes that move to another store. The identity of the record stays: the key of a state directory is bound to it. */
export const movableNotes = ({ notes }: StoreContent): StoreContent['notes'] => notes.filter(({ name }) => name !== 'record');
