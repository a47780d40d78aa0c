/** Compiles a reply schema to a predicate that gives the same result as zod but does not copy every row. */
import { z } from 'zod';

/** True if the value is valid. */
export type QuickCheck = (value: unknown) => boolean;

type MarkOf = ((schema: z.ZodType) => QuickCheck | undefined) | undefined;

/**
 * The predicate for a schema that validates without transforming: loose objects, arrays, strings, numbers, booleans, and their
 * optional, nullable and union forms. Undefined for any other schema, which zod must parse. Of a union it checks the options before the first
 * that it does not support: a value that fits one of these is what zod returns too, and for any other value the predicate is false. `markOf`
 * gives the predicate of schemas that the reader knows by name (`Rows`, `Lenient`): true for values that they return unchanged.
 */
export function quickCheck(schema: z.ZodType, markOf?: MarkOf): QuickCheck | undefined {
  const marked = markOf?.(schema);
  if (marked) return marked;
  if (schema instanceof z.ZodNumber && !schema.format && hasOnlyBounds(schema)) return (value) => schema.safeParse(value).success;
  if ((schema.def as { checks?: unknown[] }).checks?.length) return undefined;
  if (schema instanceof z.ZodString) return schema.format ? undefined : (value) => typeof value === 'string';
  if (schema instanceof z.ZodNumber) return schema.format ? undefined : (value) => Number.isFinite(value);
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === 'boolean';
  if (schema instanceof z.ZodUnknown) return () => true;
  if (schema instanceof z.ZodNull) return (value) => value === null;
  if (schema instanceof z.ZodUndefined) return (value) => value === undefined;
  if (schema instanceof z.ZodOptional) return or((value) => value === undefined, inner(schema, markOf));
  if (schema instanceof z.ZodNullable) return or((value) => value === null, inner(schema, markOf));
  if (schema instanceof z.ZodArray) return every(quickCheck(schema.element as z.ZodType, markOf));
  if (schema instanceof z.ZodUnion) return any((schema.options as z.ZodType[]).map((option) => quickCheck(option, markOf)));
  if (schema instanceof z.ZodObject) return members(schema, markOf);
  return undefined;
}

function inner(schema: z.ZodOptional | z.ZodNullable, markOf: MarkOf): QuickCheck | undefined {
  return quickCheck(schema.unwrap() as z.ZodType, markOf);
}

function or(first: QuickCheck, second: QuickCheck | undefined): QuickCheck | undefined {
  return second && ((value) => first(value) || second(value));
}

function any(checks: (QuickCheck | undefined)[]): QuickCheck | undefined {
  const end = checks.indexOf(undefined);
  const known = (end < 0 ? checks : checks.slice(0, end)).filter((check) => check !== undefined);
  return known.length > 0 ? (value) => known.some((check) => check(value)) : undefined;
}

/** Whether the only constraints of a number are a minimum and a maximum. */
function hasOnlyBounds(schema: z.ZodNumber): boolean {
  const { checks = [] } = schema.def;
  return checks.length > 0 && checks.every((check) => ['greater_than', 'less_than'].includes(check._zod.def.check));
}

function every(check: QuickCheck | undefined): QuickCheck | undefined {
  return check && ((value) => Array.isArray(value) && value.every(check));
}

/** Only loose objects: for unknown keys, a strict object fails and a plain one drops them. */
function members(schema: z.ZodObject, markOf: MarkOf): QuickCheck | undefined {
  if (!(schema.def.catchall instanceof z.ZodUnknown)) return undefined;
  const checks = Object.entries(schema.shape).map(([name, member]) => [name, quickCheck(member as z.ZodType, markOf)] as const);
  if (checks.some(([, check]) => !check)) return undefined;
  const known = checks as readonly (readonly [string, QuickCheck])[];
  return (value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
    const object = value as Record<string, unknown>;
    for (const [name, check] of known) if (!check(object[name])) return false;
    return true;
  };
}
