/** Validates the input of a call against the endpoint's schemas. */
import type { z } from 'zod';

import type { AnyEndpoint, AnyInput } from './endpoint.ts';
import { Refusal } from './errors.ts';
import { pathNamesOf } from './identifiers-of.ts';
import { normaliseIdentifiers, type UnusableIdentifier } from './normalise-identifiers.ts';
import { withNumbersRead } from './number-text.ts';
import { withJoinEuiOfTag } from './onboarding-tags.ts';
import { schemaOf } from './schema-of.ts';

/**
 * Validates path, query and body and returns them normalized: identifiers in normal form, a clear number in a text read as a number. Throws
 * a Refusal that names the field and shows a valid example.
 */
export function checkInput(entry: AnyEndpoint, given: AnyInput): AnyInput {
  const names = pathNamesOf(entry);
  const refuse = ({ field, rule }: UnusableIdentifier): never => {
    throw badInput(entry, field, rule);
  };
  const input = normaliseIdentifiers(entry, withJoinEuiOfTag(entry, given, refuse), refuse);
  for (const name of names) {
    if (typeof input.path?.[name] !== 'string') throw badInput(entry, `path.${name}`, 'is required');
  }
  for (const name of Object.keys(input.path ?? {}))
    if (!names.includes(name)) throw badInput(entry, `path.${name}`, 'is not a path parameter');
  for (const part of ['query', 'body'] as const) {
    if (input[part] !== undefined && !entry[part]) throw badInput(entry, part, 'is not accepted by this operation');
  }
  const checked: AnyInput = input.path ? { path: input.path } : {};
  for (const part of ['query', 'body'] as const) {
    const schema = schemaOf(entry, part);
    if (!schema) continue;
    const result = schema.safeParse(withNumbersRead(schema, part === 'query' ? (input.query ?? {}) : input.body));
    if (!result.success) {
      const issue = result.error.issues[0];
      throw badInput(entry, [part, ...(issue?.path ?? [])].join('.'), ruleOf(issue));
    }
    if (part === 'query') checked.query = result.data as Record<string, unknown>;
    else checked.body = result.data;
  }
  return checked;
}

/** The rule that the input breaks. A schema without a message of its own says of a number only that it is one. */
function ruleOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_type' && issue.expected === 'number' && issue.message.startsWith('Invalid input: expected number'))
    return 'must be a number, without a unit or separators of thousands. Example: 48.8566';
  return issue?.message ?? 'is invalid';
}

function badInput(entry: AnyEndpoint, field: string, rule: string): Refusal {
  return new Refusal(`${entry.id}: ${field} ${rule}`, `Nothing was sent. A valid input: ${JSON.stringify(entry.example)}`, field);
}
