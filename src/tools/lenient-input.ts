/**
 * Reads a tool call's arguments before the tool's schema: the clear forms in which clients send a value.
 * It never guesses: what it does not understand stays as it is, and the schema refuses it.
 */
import { z } from 'zod';

import { Refusal } from '../clients/http/errors.ts';
import { numberInText } from '../clients/http/number-text.ts';
import { isObject } from '../text/is-object.ts';
import { identifierFieldOf } from '../vocabulary.ts';
import { checkLimits, toolInputLimits } from './input-limits.ts';

/** Fields that decide whether and how something is sent: a text is never taken for true or false. */
const strictBooleans = /^(preview|confirm|approve|force|dryRun)$/i;

/** Other names of a field, used where the tool has the field and not the name. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  appeui: ['joinEui'],
  joineui: ['joinEui'],
  deveui: ['devEui', 'device', 'eui'],
  deviceeui: ['devEui', 'device', 'eui'],
  eui: ['devEui', 'device'],
  mdn: ['msisdn'],
  msisdn: ['mdn'],
  networkaddress: ['devAddr'],
  applicationkey: ['appKey'],
};

export interface LenientRules {
  /** The tool changes named fields and leaves the others: an empty text could mean "leave it" or "clear it". */
  partial?: boolean | undefined;
}

/** The arguments with the clear forms of each field turned into what the schema expects. */
export function lenientInput(schema: z.ZodType, input: unknown, rules: LenientRules = {}): unknown {
  return read(schema, input, '', rules);
}

function read(schema: z.core.$ZodType, value: unknown, field: string, rules: LenientRules): unknown {
  const inner = unwrapped(schema);
  if (identifierFieldOf(schema) || identifierFieldOf(inner)) return value;
  if (inner instanceof z.ZodObject) return readObject(inner, value, field, rules);
  if (inner instanceof z.ZodArray) return readArray(inner, value, field, rules);
  if (inner instanceof z.ZodUnknown) return typeof value === 'string' ? (parsed(value, isJsonBody) ?? value) : value;
  if (inner instanceof z.ZodRecord) return typeof value === 'string' ? (parsed(value, isObject) ?? value) : value;
  if (inner instanceof z.ZodNumber && typeof value === 'string') return numberInText(value, inner) ?? value;
  if (inner instanceof z.ZodBoolean && typeof value === 'string' && !strictBooleans.test(field.split('.').at(-1) ?? '')) {
    const word = value.trim().toLowerCase();
    return word === 'true' ? true : word === 'false' ? false : value;
  }
  return value;
}

function readObject(schema: z.ZodObject, value: unknown, field: string, rules: LenientRules): unknown {
  const given = typeof value === 'string' ? parsed(value, isObject) : value;
  if (!isObject(given)) return value;
  const shape = schema.shape;
  const known = new Map(Object.keys(shape).map((name) => [bareName(name), name]));
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(given)) {
    const target = fieldNamed(name, Object.keys(shape), known, given);
    const member = shape[target];
    const at = field ? `${field}.${target}` : target;
    if (member && isOptional(member) && isAbsent(member, item, at, rules)) continue;
    // Defined, not assigned: a member called __proto__ stays a member, which the schema refuses.
    Object.defineProperty(result, target, {
      value: member ? read(member, item, at, rules) : item,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}

const isJsonBody = (value: unknown): value is object => value !== null && typeof value === 'object';

const bareName = (name: string): string => name.toLowerCase().replace(/[_\s-]/g, '');

/** The field that a name stands for: itself, the same name in another notation, or an alias; itself again when that field is given too. */
function fieldNamed(name: string, fields: readonly string[], known: ReadonlyMap<string, string>, given: Record<string, unknown>): string {
  if (fields.includes(name)) return name;
  const target = known.get(bareName(name)) ?? aliases[bareName(name)]?.find((one) => fields.includes(one));
  return target === undefined || Object.hasOwn(given, target) ? name : target;
}

/** Whether an optional field's value means that it was left out. Throws where an empty text could also mean "clear it". */
function isAbsent(schema: z.core.$ZodType, value: unknown, field: string, rules: LenientRules): boolean {
  if (value === undefined || (value === null && !acceptsNull(schema))) return true;
  if (typeof value !== 'string' || value.trim() !== '') return false;
  // Neither null nor an empty text says whether to preview: both mean that the client left it out.
  if (rules.partial && !settings.has(field) && !strictBooleans.test(field))
    throw new Refusal(
      `${field}: is an empty text, which can mean "leave it as it is" or "clear it"`,
      `Nothing was changed. To leave it, omit ${field}; ${acceptsEmptyList(schema) ? 'to clear it, give the empty list []' : 'a value is never cleared by this tool: give the new value, or find an operation that clears it with search_operations'}.`,
      field,
    );
  return true;
}

const acceptsEmptyList = (schema: z.core.$ZodType): boolean => unwrapped(schema) instanceof z.ZodArray && z.safeParse(schema, []).success;

/** Fields that say where and how a call runs: left empty, they are absent in every tool. */
const settings: ReadonlySet<string> = new Set(['connection', 'account', 'cursor']);

function readArray(schema: z.ZodArray, value: unknown, field: string, rules: LenientRules): unknown {
  const list = typeof value === 'string' ? (parsed(value, Array.isArray) ?? value) : value;
  const items: unknown[] | undefined = Array.isArray(list)
    ? list
    : typeof list === 'string'
      ? list.trim() === '' || list.trim().startsWith('[')
        ? undefined
        : [list]
      : isObject(list)
        ? [list]
        : undefined;
  return items ? items.map((item, i) => read(schema.element, item, `${field}.${i}`, rules)) : value;
}

/** The value of a JSON text, when it has the expected form. */
function parsed<T>(text: string, is: (value: unknown) => value is T): T | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!is(value)) return undefined;
    checkLimits(value, toolInputLimits);
    return value;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return undefined;
  }
}

function isOptional(schema: z.core.$ZodType): boolean {
  return schema._zod.optin !== undefined;
}

function acceptsNull(schema: z.core.$ZodType): boolean {
  return (
    schema instanceof z.ZodNullable || schema instanceof z.ZodUnknown || (schema instanceof z.ZodOptional && acceptsNull(schema.unwrap()))
  );
}

/** The schema inside optional, default, nullable and transforming schemas. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodPipe && identifierFieldOf(schema) === undefined) return unwrapped(schema.in);
  return schema;
}
