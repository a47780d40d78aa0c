/**
 * A change with many targets as a database holds it: a head, and its targets, steps and inputs in parts of their own, so that a step of it
 * writes what has changed and not all of it.
 */
import type { Change, Step, Target } from './change.ts';
import { StoreFailed } from './store-failed.ts';
import { writableInputs, writableStep } from './stored-body.ts';

export type PartKind = 'targets' | 'steps' | 'inputs';
const kinds: readonly PartKind[] = ['targets', 'steps', 'inputs'];

/** A part: some members of a list of a change, as JSON. */
export interface ChangePart {
  kind: PartKind;
  n: number;
  body: string;
}

/** What is written of a change: its head, the parts that differ from what is stored, and how many parts each list has. */
export interface ChangeRows {
  head: string;
  /** Whether the head leaves the lists to the parts. */
  parted: boolean;
  parts: readonly ChangePart[];
  /** Lists that have fewer parts than before, with the number that is left. */
  shorter: readonly { kind: PartKind; left: number }[];
}

/** Above this number of targets a change is stored in parts. */
const partedAbove = 100;
/** Targets in a part, and targets whose steps or inputs are in a part. */
const targetsInPart = 200;

/** In the head: how many members each list has. */
type Lengths = Readonly<Record<PartKind, number>>;
type Head = Omit<Change, PartKind> & { inParts: Lengths };
type Lists = Pick<Change, PartKind>;

/** Members of a list in one part. */
function sizeOf(kind: PartKind, { targets, steps, inputs }: Lengths): number {
  if (kind === 'targets') return targetsInPart;
  const members = kind === 'steps' ? steps : inputs;
  return Math.min(targetsInPart, Math.max(1, Math.round((targetsInPart * members) / Math.max(1, targets))));
}

/** A list, divided into parts. */
interface Divided {
  members: readonly unknown[];
  size: number;
}

const lengthsOf = ({ targets, steps, inputs }: Lists): Lengths => ({ targets: targets.length, steps: steps.length, inputs: inputs.length });

function divided(lists: Lists): Record<PartKind, Divided> {
  const lengths = lengthsOf(lists);
  const list = (kind: PartKind): Divided => ({ members: lists[kind], size: sizeOf(kind, lengths) });
  return { targets: list('targets'), steps: list('steps'), inputs: list('inputs') };
}

const partsIn = ({ members, size }: Divided): number => Math.ceil(members.length / size);

/**
 * The rows of a change, without what must not be written. `before` is the change that is stored in parts, if it is: members that are the same
 * objects are not written again.
 */
export function rowsOf(change: Change, before: Change | undefined): ChangeRows {
  const { targets, steps, inputs: _, ...rest } = change;
  const inputs = writableInputs(change);
  if (targets.length <= partedAbove)
    return {
      head: JSON.stringify({ ...rest, targets, steps: steps.map(writableStep), inputs }),
      parted: false,
      parts: [],
      shorter: before ? kinds.map((kind) => ({ kind, left: 0 })) : [],
    };
  const lists: Lists = { targets, steps, inputs };
  const now = divided(lists);
  const then = before && divided({ ...before, inputs: writableInputs(before) });
  return {
    head: JSON.stringify({ ...rest, inParts: lengthsOf(lists) } satisfies Head),
    parted: true,
    parts: kinds.flatMap((kind) => changedParts(kind, now[kind], then?.[kind])),
    shorter: kinds.flatMap((kind) => (then && partsIn(then[kind]) > partsIn(now[kind]) ? [{ kind, left: partsIn(now[kind]) }] : [])),
  };
}

function changedParts(kind: PartKind, { members, size }: Divided, before: Divided | undefined): ChangePart[] {
  // Members are replaced, never changed in place. A list that is divided otherwise than before is written whole.
  const then = before?.size === size ? before.members : [];
  const parts: ChangePart[] = [];
  for (let start = 0; start < members.length; start += size) {
    const part = members.slice(start, start + size);
    const end = start + part.length;
    // The last part before may hold more.
    const sameEnd = then.length === end || (end % size === 0 && then.length > end);
    if (sameEnd && part.every((member, i) => member === then[start + i])) continue;
    const written = kind === 'steps' ? (part as Step[]).map(writableStep) : part;
    parts.push({ kind, n: start / size, body: JSON.stringify(written) });
  }
  return parts;
}

/** A change whose lists are in parts. */
export type { Head as ChangeHead };

/** Whether a parsed body is a head whose lists are in parts. */
export const isHead = (body: Change | Head): body is Head => 'inParts' in body;

/** The parts of a change by list, in the order of their numbers, each with its members. */
export type ChangeParts = Readonly<Partial<Record<PartKind, readonly (readonly unknown[])[]>>>;

/** The change of a head and its parts. Throws if a member is missing. */
export function assembled({ inParts, ...rest }: Head, parts: ChangeParts): Change {
  const list = (kind: PartKind): unknown[] => {
    const members = parts[kind]?.flat() ?? [];
    if (members.length === inParts[kind]) return members;
    throw new StoreFailed(
      `the stored change ${rest.id} has ${members.length} of ${inParts[kind]} ${kind}: its rows were changed`,
      'An operator must restore the store from a backup.',
    );
  };
  return { ...rest, targets: list('targets') as Target[], steps: list('steps') as Step[], inputs: list('inputs') };
}
