/** Applies a reply schema so that an odd member or row never hides the others: what does not fit is left out and reported. */
import { z } from 'zod';

import { absent, amountIn, flagIn, wordsIn } from './plain-values.ts';
import { quickCheckOf, structureOf, tolerantReadOf } from './schema-marks.ts';

/** What was not understood, over all rows of one answer. */
export interface Oddity {
  /** `member`: it is unknown in these rows. `row`: the rows are left out, `name` says why. */
  kind: 'member' | 'row';
  name: string;
  rows: number;
}

export type LenientRead = { ok: true; value: unknown; oddities: Oddity[] } | { ok: false; path: string; why: string };

/**
 * Reads `value` by `schema`. Differs from zod as follows: a member that does not fit and may be absent becomes undefined; a row (element of
 * an array) that lacks a required member is left out, as are null elements; an empty array stands for an empty map or object; numbers, flags
 * and texts are also read from each other's clear spellings. Fails if the whole is of another shape, or if not one row of a list can be read.
 * A member that says "none" (null, an empty text, `[]` for an object, a zero date) is null; see `isUnread` for one that is not understood.
 */
export function readLenient(schema: z.ZodType, value: unknown): LenientRead {
  const state: State = { path: [], row: 0, listDepth: undefined, seen: new Map(), failure: undefined };
  const read = walk(schema, value, state);
  if (read === failed) return { ok: false, path: state.failure?.path || 'body', why: state.failure?.why ?? 'unreadable' };
  return { ok: true, value: read, oddities: odditiesOf(state) };
}

/** Whether the provider sent this member but it was not understood: it is unknown, not absent. */
export function isUnread<T extends object>(read: T, member: keyof T): boolean {
  return Object.hasOwn(read, member) && read[member] === undefined;
}

const received = new WeakMap<readonly unknown[], number>();

/** The number of rows that the provider sent for this list, including rows that were left out: what an offset counts by. */
export function receivedRows(rows: readonly unknown[]): number {
  return received.get(rows) ?? rows.length;
}

const failed = Symbol('failed');

interface State {
  path: string[];
  /** Number of the row of the outermost list. */
  row: number;
  /** Length of the path at which the outermost list begins. */
  listDepth: number | undefined;
  seen: Map<string, { kind: Oddity['kind']; name: string; rows: Set<number> }>;
  failure: { path: string; why: string } | undefined;
}

function odditiesOf({ seen }: State): Oddity[] {
  return [...seen.values()].map(({ kind, name, rows }) => ({ kind, name, rows: rows.size }));
}

function note(state: State, kind: Oddity['kind'], name: string, row = state.row): void {
  const key = `${kind} ${name}`;
  const one = state.seen.get(key) ?? { kind, name, rows: new Set<number>() };
  one.rows.add(row);
  state.seen.set(key, one);
}

function memberName(state: State): string {
  return state.path.slice(state.listDepth ?? 0).join('.') || state.path.at(-1) || 'value';
}

function fail(state: State, why: string): typeof failed {
  state.failure = { path: state.path.join('.'), why };
  return failed;
}

function walk(schema: z.ZodType, value: unknown, state: State): unknown {
  if (quickCheckOf(schema)?.(value)) return value;
  const tolerant = tolerantReadOf(schema);
  if (tolerant) return scalar(tolerant, value, state);
  const structure = structureOf(schema);
  if (structure) return walk(structure, value, state);
  if (schema instanceof z.ZodOptional) return value === undefined ? undefined : walkOptional(schema.unwrap() as z.ZodType, value, state);
  if (schema instanceof z.ZodNullable) return value === null ? null : walk(schema.unwrap() as z.ZodType, value, state);
  if (schema instanceof z.ZodArray) return walkList(schema.element as z.ZodType, value, state);
  if (schema instanceof z.ZodObject) return walkObject(schema, value, state);
  if (schema instanceof z.ZodRecord) return walkMap(schema.valueType as z.ZodType, value, state);
  if (schema instanceof z.ZodUnion) return walkUnion(schema.options as z.ZodType[], value, state);
  if (schema instanceof z.ZodPipe) {
    const first = walk(schema.in as z.ZodType, value, state);
    return first === failed ? failed : walk(schema.out as z.ZodType, first, state);
  }
  if (schema instanceof z.ZodLazy) return walk(schema.unwrap() as z.ZodType, value, state);
  return walkLeaf(schema, value, state);
}

function walkOptional(inner: z.ZodType, value: unknown, state: State): unknown {
  if (value === null && !(inner instanceof z.ZodNullable)) return undefined;
  return walk(inner, value, state);
}

/** A value that is read by its own function: what is not understood becomes undefined. */
function scalar(read: (value: unknown) => unknown, value: unknown, state: State): unknown {
  if (value === undefined || value === null) return value;
  const found = read(value);
  if (found === undefined) note(state, 'member', memberName(state));
  return found === absent ? null : found;
}

function walkLeaf(schema: z.ZodType, value: unknown, state: State): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const respelled = respell(schema, value);
  const again = respelled === undefined || respelled === absent ? undefined : schema.safeParse(respelled);
  if (again?.success) return again.data;
  return fail(state, parsed.error.issues[0]?.message ?? 'is not understood');
}

function respell(schema: z.ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodString) return wordsIn(value);
  if (schema instanceof z.ZodNumber) return amountIn(value);
  return schema instanceof z.ZodBoolean ? flagIn(value) : undefined;
}

function walkList(element: z.ZodType, value: unknown, state: State): unknown {
  if (!Array.isArray(value)) return fail(state, 'expected a list');
  const outermost = state.listDepth === undefined;
  const listName = state.path.at(-1) ?? 'list';
  if (outermost) state.listDepth = state.path.length;
  const rows: unknown[] = [];
  let odd: State['failure'];
  for (const [n, item] of value.entries()) {
    if (outermost) state.row = n;
    if (item === null && !acceptsNull(element)) continue;
    const row = walk(element, item, state);
    if (row !== failed) {
      rows.push(row);
      continue;
    }
    odd = state.failure;
    if (outermost) {
      const at = (odd?.path ?? '').split('.').slice(state.listDepth).join('.');
      note(state, 'row', at === '' ? `of ${listName} that cannot be read` : `of ${listName} without a readable ${at}`);
    } else note(state, 'member', memberName(state));
  }
  if (outermost) state.listDepth = undefined;
  if (rows.length === 0 && odd) {
    state.failure = odd;
    return failed;
  }
  if (outermost && rows.length === 0 && value.length > 0) return fail(state, 'not one row can be read');
  if (rows.length !== value.length) received.set(rows, value.length);
  return rows;
}

function walkObject(schema: z.ZodObject, value: unknown, state: State): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return fail(state, 'expected an object');
  const source = value as Record<string, unknown>;
  const result: Record<string, unknown> = schema.def.catchall ? { ...source } : {};
  for (const [name, member] of Object.entries(schema.shape)) {
    state.path.push(name);
    const read = walkMember(member as z.ZodType, source[name], state);
    state.path.pop();
    if (read === failed) return failed;
    if (read !== undefined || name in source) result[name] = read;
  }
  if (!(schema.def as { checks?: unknown[] }).checks?.length) return result;
  const checked = schema.safeParse(result);
  return checked.success ? checked.data : fail(state, checked.error.issues[0]?.message ?? 'is not understood');
}

/** A member that may be absent is unknown if it does not fit; a required one fails its object. */
function walkMember(schema: z.ZodType, value: unknown, state: State): unknown {
  const read = walk(schema, value, state);
  if (read !== failed) return read;
  const substitute = acceptsUndefined(schema) ? undefined : acceptsNull(schema) ? null : failed;
  if (substitute === failed) return failed;
  // Some serialisers write [] for an empty object.
  if (Array.isArray(value) && value.length === 0) return acceptsNull(schema) ? null : substitute;
  note(state, 'member', memberName(state));
  return substitute;
}

function walkMap(valueType: z.ZodType, value: unknown, state: State): unknown {
  if (Array.isArray(value) && value.length === 0) return {};
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return fail(state, 'expected an object');
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const read = walk(valueType, item, state);
    if (read === failed) note(state, 'member', memberName(state));
    if (read !== failed || acceptsUndefined(valueType)) entries.push([key, read === failed ? undefined : read]);
  }
  return Object.fromEntries(entries);
}

/** The first option that fits without an oddity, else the one with the fewest. A single value is respelled only if it fits none as it is. */
function walkUnion(options: readonly z.ZodType[], value: unknown, state: State): unknown {
  if (value === null || typeof value !== 'object') {
    for (const option of options) {
      if (tolerantReadOf(option)) continue;
      const exact = option.safeParse(value);
      if (exact.success) return exact.data;
    }
  }
  let best: { state: State; read: unknown; count: number } | undefined;
  let failure: State['failure'];
  for (const option of options) {
    const own: State = { ...state, path: [...state.path], seen: new Map(), failure: undefined };
    const read = walk(option, value, own);
    if (read === failed) {
      failure ??= own.failure;
      continue;
    }
    const count = odditiesOf(own).reduce((sum, one) => sum + one.rows, 0);
    if (!best || count < best.count) best = { state: own, read, count };
    if (count === 0) break;
  }
  if (!best) {
    state.failure = failure;
    return failed;
  }
  for (const { kind, name, rows } of best.state.seen.values()) for (const row of rows) note(state, kind, name, row);
  return best.read;
}

const undefinedOk = new WeakMap<z.ZodType, boolean>();
const nullOk = new WeakMap<z.ZodType, boolean>();

function acceptsUndefined(schema: z.ZodType): boolean {
  const known = undefinedOk.get(schema) ?? schema.safeParse(undefined).success;
  undefinedOk.set(schema, known);
  return known;
}

function acceptsNull(schema: z.ZodType): boolean {
  const known = nullOk.get(schema) ?? schema.safeParse(null).success;
  nullOk.set(schema, known);
  return known;
}
