/** A change as a database holds it: as JSON, without inputs that hold secrets. Those stay in the process that planned it. */
import { containsSecrets, withoutSecrets } from '../text/redact.ts';
import { type Change, type ChangeWarning, type Step, waitingStatuses } from './change.ts';

/** Inputs of a change that only this process has. Inputs that hold keys are never written to a database. */
interface Held {
  inputs: readonly unknown[];
  steps: readonly unknown[];
}

export interface HeldInputs {
  /** The change of a stored body, with the inputs that this process holds. */
  read(body: string): Change;
  /** Holds the inputs of a change until they are deleted from it. */
  keep(change: Change): void;
}

/** The inputs that a process holds. */
export function heldInputs(): HeldInputs {
  const held = new Map<string, Held>();
  return {
    read(body) {
      const change = readBody(body);
      const own = held.get(change.id);
      return own
        ? { ...change, inputs: own.inputs, steps: change.steps.map((step, i): Step => ({ ...step, input: own.steps[i] })) }
        : change;
    },
    keep(change) {
      if (change.inputs.length > 0) held.set(change.id, { inputs: change.inputs, steps: change.steps.map((step) => step.input) });
      else held.delete(change.id);
    },
  };
}

/** A stored change. Warnings of an earlier version are plain texts. */
function readBody(body: string): Change {
  const change = JSON.parse(body) as Omit<Change, 'warnings'> & { warnings: readonly (ChangeWarning | string)[] };
  return { ...change, warnings: change.warnings.map((one) => (typeof one === 'string' ? { code: 'other', text: one } : one)) };
}

/**
 * A stored change for the caller of the equal `change`. If it waits and its inputs hold keys, which only the process has that planned it,
 * it gets those of `change`; the seal tells later whether they are the same. Undefined if the two plans do not fit each other.
 */
export function withInputsOf(stored: Change, change: Change): Change | undefined {
  if (stored.inputs.length > 0 || !waitingStatuses.includes(stored.status)) return stored;
  if (stored.steps.length !== change.steps.length) return undefined;
  const steps = stored.steps.map((step, i): Step => ({ ...step, input: change.steps[i]?.input }));
  return { ...stored, inputs: change.inputs, steps };
}

/** The JSON of a change: without inputs if any of them holds a secret, and with secret members of step inputs redacted. */
export function bodyOf(change: Change): string {
  const inputs = once(secretive, change.inputs, containsSecrets) ? [] : change.inputs;
  const steps = change.steps.map((step) => ({ ...step, input: once(shown, step.input, withoutSecrets) }));
  return JSON.stringify({ ...change, inputs, steps });
}

// A change is written after every step while its inputs stay the same objects, so each input is scanned only once.
const secretive = new WeakMap<object, boolean>();
const shown = new WeakMap<object, unknown>();

function once<T>(known: WeakMap<object, T>, value: unknown, find: (value: unknown) => T): T {
  if (value === null || typeof value !== 'object') return find(value);
  const found = known.get(value) ?? find(value);
  known.set(value, found);
  return found;
}
