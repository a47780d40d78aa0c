/** Which request fields are stated by what a person reads of their targets. */

import type { TargetState } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import type { OwnerOf, RequestField } from './request-fields.ts';

/** What is known of the targets of one field, so that each of its fields is looked up once. */
export interface TargetFacts {
  /** Whether one target stands for the whole connection: the gate then compares no identifier. */
  whole: boolean;
  /** Identifiers that only the request states, and whether the line of their target shows them. */
  unrecorded: ReadonlyMap<string, boolean>;
  /** `name=value` of each fact that every target has now. */
  present: ReadonlySet<string>;
  /** `name=value` of each fact that becomes of every target, and the names alone. */
  becomes: ReadonlySet<string>;
}

type States = ReadonlyMap<string, TargetState>;

/** The facts of a field by its list of targets. */
export function factsOf(states: States, connection: string): (field: RequestField) => TargetFacts {
  const known = new Map<string, TargetFacts>();
  const lists = new Map<readonly string[], string>();
  return ({ targets }) => {
    const key = lists.get(targets) ?? JSON.stringify(targets);
    lists.set(targets, key);
    const made = known.get(key) ?? makeFacts(targets, states, connection);
    known.set(key, made);
    return made;
  };
}

function makeFacts(targets: readonly string[], states: States, connection: string): TargetFacts {
  const own = targets.flatMap((device) => states.get(device) ?? []);
  const unrecorded = own.flatMap(({ unrecorded: ids = [], becomes = {} }) =>
    ids.map((id): [string, boolean] => [id, Object.values(becomes).includes(id)]),
  );
  return {
    whole: targets.includes(connection),
    unrecorded: new Map(unrecorded),
    present: commonTo(own.map(({ before }) => factKeys(before))),
    becomes: commonTo(own.map(({ becomes = {} }) => [...factKeys(becomes), ...Object.keys(becomes).map(compact)])),
  };
}

const factKeys = (facts: Readonly<Record<string, string>>): string[] =>
  Object.entries(facts).map(([fact, value]) => `${compact(fact)}=${value}`);

/** The values that all lists hold. */
function commonTo(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...rest] = lists;
  const sets = rest.map((list) => new Set(list));
  return new Set(first.filter((value) => sets.every((set) => set.has(value))));
}

const compact = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** Version that the request expects: it changes nothing by itself. */
const expectedVersion = 'body.occContext.version';

/**
 * Whether a field changes nothing: the contract says that it names a target, and the gate has compared it with those that are shown; it is
 * the kind of such an identifier or the expected version; or it repeats the state that every target has, by the name of the field.
 */
export function isFixed(one: RequestField, { whole, unrecorded, present }: TargetFacts): boolean {
  if (one.open || typeof one.value === 'object') return false;
  if (one.path === expectedVersion) return true;
  // What is made is named by its headline: as its identifier, or as its name where it has no other.
  if (one.identifier === 'new' || one.path === 'body.name') {
    if (one.targets.length === 1 && one.targets[0] === one.value) return true;
  } else if (one.identifier !== undefined) return !whole && !unrecorded.has(String(one.value));
  return namesOf(one).some((name) => present.has(`${name}=${one.value}`));
}

/** Whether the line of each of its targets shows the value, under a name of the field. */
export function isInTargetLine(one: RequestField, { unrecorded, becomes }: TargetFacts): boolean {
  if (one.open || typeof one.value === 'object') return false;
  if (one.identifier !== undefined && unrecorded.get(String(one.value))) return true;
  // Of a secret the line says only that it is set.
  return namesOf(one).some((name) => becomes.has(one.hidden ? name : `${name}=${one.value}`));
}

/** Last words of names that say nothing of what is set: a `carrierName` is not the `name` of a device. */
const generic = new Set(['name', 'id', 'number', 'code', 'type', 'value', 'address', 'key', 'date', 'time', 'kind', 'version']);

/**
 * Names of the fact that a field sets: its own, also after that of its holder or without `name` at its end (an `accountName` is an `account`),
 * or its last word: a `servicePlan` is a `plan`.
 */
function namesOf({ path }: RequestField): string[] {
  const members = path.split('.').slice(1);
  const last = members.at(-1) ?? '';
  const word = compact(last.replace(/^.*[a-z\d](?=[A-Z])/, ''));
  const own = compact(last);
  return [
    own,
    compact(members.slice(-2).join('')),
    ...(own.replace(/(?<=.)(name|address)$/, '') === own ? [] : [own.replace(/(name|address)$/, '')]),
    ...(generic.has(word) ? [] : [word]),
  ];
}

/** Finds the target of a request that an identifier names, by any of its spellings. */
export function ownersIn(states: States): OwnerOf {
  const byList = new Map<readonly string[], Map<string, string>>();
  return (id, targets) => {
    const index = byList.get(targets) ?? indexOf(targets, states);
    byList.set(targets, index);
    const plain = compact(id);
    const exact = index.get(plain) ?? index.get(`e${plain}`) ?? index.get(plain.replace(/^e/, ''));
    if (exact !== undefined) return exact;
    return targets.find((device) => [device, ...(states.get(device)?.identifiers ?? [])].some((one) => isSameDevice(one, id)));
  };
}

function indexOf(targets: readonly string[], states: States): Map<string, string> {
  const index = new Map<string, string>();
  for (const device of targets)
    for (const one of [device, ...(states.get(device)?.identifiers ?? [])]) if (!index.has(compact(one))) index.set(compact(one), device);
  return index;
}
