/** Requests in which fields of a contract have unusual values, made from its schema. */
import { z } from 'zod';

import type { AnyEndpoint } from '../../src/clients/http/endpoint.ts';

/** One field of a request and values that its schema accepts. Positions in lists are left out of the path. */
export interface FieldValues {
  path: string;
  values: readonly unknown[];
  /** The member of a list or object that must be set together with it, from the part of the request down. */
  place: readonly string[];
  siblings: Readonly<Record<string, unknown>>;
}

type Json = z.core.JSONSchema.BaseSchema;

const candidates = [
  'Unusual7',
  'UNUSUAL7',
  '7777',
  '777777',
  '77.88.99',
  'CustomField3',
  'unusual7@odd.example',
  'https://odd7.example.net/in',
  '2026-03-04T05:06:07Z',
];

/** A second value for each of the first. */
const others = [
  'Rare8',
  'RARE8',
  '8888',
  '888888',
  '88.77.66',
  'CustomField4',
  'rare8@odd.example',
  'https://rare8.example.net/in',
  '2027-04-05T06:07:08Z',
];

/** The fields of query and body, each with one or two values. */
export function fieldValuesOf(operation: AnyEndpoint): FieldValues[] {
  return (['query', 'body'] as const).flatMap((part) => {
    const schema = operation[part]?.();
    return schema ? fieldsIn(jsonOf(schema), [part], {}) : [];
  });
}

const jsonOf = (schema: z.ZodType): Json => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

const isSchema = (it: unknown): it is Json => typeof it === 'object' && it !== null && !Array.isArray(it);

function fieldsIn(schema: Json, place: readonly string[], siblings: Readonly<Record<string, unknown>>): FieldValues[] {
  const [first] = schema.anyOf ?? [];
  if (isSchema(first)) return fieldsIn(first, place, siblings);
  if (schema.type === 'object')
    return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
      if (!isSchema(member)) return [];
      const needed = (schema.required ?? []).filter((one) => one !== name);
      const beside = Object.fromEntries(needed.map((one) => [one, exampleOf(schema.properties?.[one])]));
      return fieldsIn(member, [...place, name], beside);
    });
  if (schema.type === 'array' && isSchema(schema.items)) return fieldsIn(schema.items, [...place, '[]'], {});
  const values = valuesOf(schema);
  return values.length > 0 ? [{ path: place.filter((one) => one !== '[]').join('.'), values, place, siblings }] : [];
}

/** The smallest value that a schema accepts. */
function exampleOf(schema: unknown): unknown {
  if (!isSchema(schema)) return undefined;
  const [first] = schema.anyOf ?? [];
  if (isSchema(first)) return exampleOf(first);
  if (schema.type === 'object')
    return Object.fromEntries((schema.required ?? []).map((name) => [name, exampleOf(schema.properties?.[name])]));
  if (schema.type === 'array') return [exampleOf(schema.items)];
  return valuesOf(schema)[0];
}

function valuesOf(schema: Json): unknown[] {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return schema.enum.filter((one) => one !== null);
  const types = [schema.type ?? 'string'].flat();
  if (types.includes('boolean')) return [true, false];
  if (types.includes('integer') || types.includes('number')) {
    const { minimum = 0, maximum = 1000 } = schema;
    const low = Math.max(minimum, Math.min(7, maximum));
    return [...new Set([low, Math.min(low + 4, maximum)])];
  }
  return [candidates, others].flatMap((list) => list.find((text) => fits(schema, text)) ?? []);
}

function fits(schema: Json, text: string): boolean {
  const all = [schema, ...(schema.allOf ?? []).filter(isSchema)];
  return all.every(({ pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY, format }) => {
    if (pattern !== undefined && !new RegExp(pattern).test(text)) return false;
    if (format === 'uri' && !text.includes('://')) return false;
    return text.length >= minLength && text.length <= maxLength;
  });
}

/** A copy of a request with one field set; lists get one element more, or a first one. */
export function withField(request: unknown, { place, siblings }: FieldValues, value: unknown): unknown {
  const copy = structuredClone(request ?? {});
  set(copy, place, siblings, value);
  return copy;
}

function set(at: unknown, place: readonly string[], siblings: Readonly<Record<string, unknown>>, value: unknown): void {
  const [name = '', ...rest] = place;
  const holder = at as Record<string, unknown>;
  const key = name === '[]' ? '0' : name;
  if (rest.length === 0) {
    for (const [sibling, its] of Object.entries(siblings)) holder[sibling] ??= its;
    holder[key] = value;
    return;
  }
  holder[key] ??= rest[0] === '[]' ? [] : {};
  set(holder[key], rest, siblings, value);
}
