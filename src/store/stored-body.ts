/** What of a change may be written to a database: no inputs that hold secrets. Those stay in the process that planned it. */
import { containsSecrets, withoutSecrets } from '../text/redact.ts';
import { type Change, type Step, waitingStatuses } from './change.ts';

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

/** The inputs of a change, none if any of them holds a secret. */
export const writableInputs = ({ inputs }: Pick<Change, 'inputs'>): readonly unknown[] =>
  once(secretive, inputs, containsSecrets) ? [] : inputs;

/** A step with the secret members of its input redacted. */
export const writableStep = (step: Step): Step => ({ ...step, input: once(shown, step.input, withoutSecrets) });

// A change is written after every step while its inputs stay the same objects, so each input is scanned only once.
const secretive = new WeakMap<object, boolean>();
const shown = new WeakMap<object, unknown>();

function once<T>(known: WeakMap<object, T>, value: unknown, find: (value: unknown) => T): T {
  if (value === null || typeof value !== 'object') return find(value);
  const found = known.get(value) ?? find(value);
  known.set(value, found);
  return found;
}
