/** What a process knows of stored changes beside the database: inputs that are never written, and large changes as it last wrote them. */
import { type Change, type ChangeWarning, openStatuses, type Step } from './change.ts';
import { assembled, type ChangeHead, type ChangeParts, type ChangeRows, isHead, rowsOf } from './change-parts.ts';

/** The row of a change, read in one statement with its parts. */
export interface ChangeRow {
  body: string;
  /** Raised by each write. */
  version: number;
  /** Its parts, as JSON of the type `ChangeParts`; null if it has none, or if they were left out because this process knows the change. */
  parts: string | null;
}

export interface KnownChanges {
  /** The changes whose parts need not be read, as `<id> <version>`. */
  keys(): string[];
  /**
   * The changes of rows that were read without the parts of `keys()`. Undefined if one of them is not known as it is stored: then the rows
   * must be read again with all parts.
   */
  read(rows: readonly ChangeRow[]): Change[] | undefined;
  /** The changes of rows that were read with all parts. Throws if parts are missing. */
  readWhole(rows: Iterable<ChangeRow>): Generator<Change>;
  /** The rows of a new change. */
  newRows(change: Change): ChangeRows;
  /** The rows of `moved`, which is the stored change `before` with some members replaced, and its new version. */
  movedRows(before: Change, moved: Change): ChangeRows & { version: number };
  /**
   * Call it when a change was committed, with the object that was written: holds its inputs until they are deleted from it, and a large
   * change until it has ended or others take its place. A stored change to which a caller has added inputs is an object of its own.
   */
  keep(change: Change): void;
}

/** Inputs of a change that only this process has. */
interface Held {
  inputs: readonly unknown[];
  steps: readonly unknown[];
}

/** How a change is stored: its version, and its head if its lists are in parts. */
interface Stored {
  version: number;
  head?: string | undefined;
}

/** Large changes that are kept. */
const mostKept = 4;

export function knownChanges(): KnownChanges {
  const held = new Map<string, Held>();
  const large = new Map<string, Change>();
  /** How the changes that were read or written here are stored. */
  const stored = new WeakMap<Change, Stored>();

  const withInputs = (change: Change): Change => {
    const own = held.get(change.id);
    return own ? { ...change, inputs: own.inputs, steps: change.steps.map((step, i): Step => ({ ...step, input: own.steps[i] })) } : change;
  };
  const note = (change: Change, version: number, head: string | undefined): Change => {
    stored.set(change, { version, head });
    return change;
  };
  const versionOf = (change: Change): number => stored.get(change)?.version ?? 0;

  /** The change of a row; undefined if its parts were left out and it is not known as it is stored. */
  const readKnown = ({ body, version, parts }: ChangeRow): Change | undefined => {
    const parsed = readBody(body);
    if (!isHead(parsed)) return note(withInputs(parsed), version, undefined);
    if (parts !== null) return note(withInputs(assembled(parsed, JSON.parse(parts) as ChangeParts)), version, body);
    const known = large.get(parsed.id);
    const as = known && stored.get(known);
    // The head is compared too: an edited one, or one of a restored database, may have the same version.
    return as?.version === version && as.head === body ? known : undefined;
  };

  return {
    keys: () => [...large.values()].map((change) => `${change.id} ${versionOf(change)}`),
    read(rows) {
      const changes = rows.map(readKnown);
      return changes.every((change) => change !== undefined) ? changes : undefined;
    },
    *readWhole(rows) {
      for (const row of rows) yield readKnown({ ...row, parts: row.parts ?? '{}' }) as Change;
    },
    newRows(change) {
      const rows = rowsOf(change, undefined);
      note(change, 0, rows.parted ? rows.head : undefined);
      return rows;
    },
    movedRows(before, moved) {
      const as = stored.get(before);
      if (!as) throw new Error(`the change ${before.id} was not read from this store`);
      const rows = rowsOf(moved, as.head === undefined ? undefined : before);
      note(moved, as.version + 1, rows.parted ? rows.head : undefined);
      return { ...rows, version: as.version + 1 };
    },
    keep(change) {
      const { id } = change;
      if (change.inputs.length > 0) held.set(id, { inputs: change.inputs, steps: change.steps.map((step) => step.input) });
      else held.delete(id);
      const known = large.get(id);
      // Of two writes, the later one may have reported first.
      if (known && stored.has(change) && versionOf(known) > versionOf(change)) return;
      large.delete(id);
      if (stored.get(change)?.head === undefined || !openStatuses.includes(change.status)) return;
      large.set(id, change);
      const [oldest] = large.keys();
      if (large.size > mostKept && oldest !== undefined) large.delete(oldest);
    },
  };
}

/** A stored body. Warnings of an earlier version are plain texts. */
function readBody(body: string): Change | ChangeHead {
  const change = JSON.parse(body) as Change | ChangeHead;
  const warnings = change.warnings as readonly (ChangeWarning | string)[];
  return { ...change, warnings: warnings.map((one) => (typeof one === 'string' ? { code: 'other', text: one } : one)) };
}
