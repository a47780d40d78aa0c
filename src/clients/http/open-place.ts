/** Whether a place in a request is described by its contract, or left to the caller. */
import type { z } from 'zod';

import type { AnyEndpoint } from './endpoint.ts';
import { schemaOf } from './schema-of.ts';

type Step = string | number;

/**
 * Whether the contract leaves open which member or type stands at this place of a query or body, as in a record with any members. Names and
 * values there are free text of the caller. A place that the contract does not have is open too; the path is never.
 */
export function isOpenPlace(entry: AnyEndpoint, part: string, steps: readonly Step[]): boolean {
  if (part === 'path') return false;
  const schema = part === 'query' || part === 'body' ? schemaOf(entry, part) : undefined;
  return schema === undefined || (openIn(schema, steps) ?? true);
}

/** Undefined: the schema has no such place. */
function openIn(schema: z.core.$ZodType, steps: readonly Step[]): boolean | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
      return openIn(def.innerType, steps);
    case 'pipe':
      return openIn(def.in, steps);
    case 'lazy':
      return openIn(def.getter(), steps);
    case 'union': {
      const found = def.options.flatMap((option) => openIn(option, steps) ?? []);
      return found.length === 0 ? undefined : found.some(Boolean);
    }
    case 'unknown':
    case 'any':
    case 'record':
      return true;
    case 'object':
      return openInObject(def, steps);
    case 'array':
      return steps.length === 0 ? false : typeof steps[0] === 'number' ? openIn(def.element, steps.slice(1)) : undefined;
    default:
      return steps.length === 0 ? false : undefined;
  }
}

function openInObject({ shape, catchall }: z.core.$ZodObjectDef, [name, ...rest]: readonly Step[]): boolean | undefined {
  if (name === undefined) return false;
  const member = Object.hasOwn(shape, name) ? shape[name] : undefined;
  if (member) return openIn(member, rest);
  // A loose object accepts any other member.
  return catchall !== undefined && (catchall as z.core.$ZodTypes)._zod.def.type !== 'never' ? true : undefined;
}
