import { isUnread } from '../../clients/http/lenient-read.ts';
import { isUnknownDevice } from '../../fleet/thingpark.ts';
import { sanitize } from '../../text/sanitize.ts';
import type { Settled } from '../planner.ts';
import { factText } from './fact-text.ts';

/** The result of a read; undefined when the provider reports that the object does not exist. */
export async function undefinedIfMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isUnknownDevice(error)) return undefined;
    throw error;
  }
}

/** The outcome of a deletion: applied when the read-back finds nothing, otherwise pending. */
export function settleDeletion(there: unknown, device: string): Settled {
  return there
    ? { device, outcome: 'pending', why: 'still there when read back' }
    : { device, outcome: 'applied', after: { present: 'no' } };
}

/** A member that a request sets, with the requested value and the value that was read. */
export interface MemberFact {
  name: string;
  requested: string;
  /** `none` where it is empty or missing, `unknown` where what the provider sent is not understood. */
  present: string;
  /** False where the member is missing from the answer or not understood: it neither confirms nor refutes the request. */
  isReadable: boolean;
}

/** A member of an object that was read, as text and whether it could be read. */
export function readMember(
  object: object | null | undefined,
  name: string,
  textOf: (value: unknown) => string = factText,
): Pick<MemberFact, 'present' | 'isReadable'> {
  const members = (object ?? {}) as Readonly<Record<string, unknown>>;
  if (isUnread(members, name)) return { present: 'unknown', isReadable: false };
  const value = members[name];
  return { present: textOf(value), isReadable: value !== undefined };
}

/** The `ID` of an object inside an object that was read. */
export function readPart(object: object | null | undefined, name: string, member = 'ID'): Pick<MemberFact, 'present' | 'isReadable'> {
  const whole = readMember(object, name);
  const part: unknown = object ? Reflect.get(object, name) : undefined;
  if (whole.present === 'unknown' || part === null || typeof part !== 'object') return whole;
  return readMember(part, member);
}

/**
 * The outcome of an update by its members. A member that cannot be read leaves the target pending, and unknown once time is over. Where one
 * differs although the provider accepted the request, the provider ignored it: `cause` says why it does.
 */
export function settleMembers(
  device: string,
  facts: readonly MemberFact[],
  { isAccepted, after, cause }: { isAccepted: boolean; after?: Readonly<Record<string, string>>; cause: string },
): Settled {
  const all = after ?? Object.fromEntries(facts.map(({ name, present }) => [name, present]));
  const unmet = facts.filter(({ requested, present }) => requested !== present);
  if (unmet.length === 0) return { device, outcome: 'applied', after: all };
  const different = unmet.filter(({ isReadable }) => isReadable);
  if (different.length === 0) {
    const why = `${unmet.map(({ name }) => name).join(', ')} cannot be read back`;
    return { device, outcome: 'pending', after: all, why, isUndecided: true };
  }
  const why = `${different.map(({ name, present }) => `${name} is still ${sanitize(present, 40)}`).join(', ')} when read back`;
  return isAccepted
    ? { device, outcome: 'failed', after: all, why: `accepted, but ${why}: ${cause}` }
    : { device, outcome: 'pending', after: all, why };
}
