import type { z } from 'zod';
import { Refusal } from '../clients/http/errors.ts';
import { isObject } from '../text/is-object.ts';
import { truncate } from '../text/sanitize.ts';
import { nearest } from '../vocabulary.ts';

const maxListed = 4;
/** Characters of a field name and of a rule that an answer repeats. */
const maxKey = 64;
const maxMessage = 600;

/** A Refusal for input that fails validation: up to four fields with their rules, and a valid example. */
export function badInput(tool: { name: string; input: z.ZodType; example: unknown }, error: z.ZodError): Refusal {
  const fields = fieldsOf(tool.input);
  const lines = error.issues.slice(0, maxListed).map((issue) => {
    const field = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      const more = issue.keys.length - maxListed;
      const listed = issue.keys.slice(0, maxListed).map((key) => unknownField(field, field ? [] : fields, key));
      return [...listed, ...(more > 0 ? [`and ${more} more unknown fields`] : [])].join('; ');
    }
    const message = truncate(withoutPrefix(issue.message), maxMessage);
    return field ? `${field}: ${message}` : message;
  });
  const more = error.issues.length - lines.length;
  const first = error.issues[0];
  return new Refusal(
    `${tool.name}: ${lines.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    `Nothing was changed. A valid input: ${JSON.stringify(tool.example)}`,
    first?.code === 'unrecognized_keys' ? first.keys[0]?.slice(0, maxKey) : first?.path.join('.'),
  );
}

function unknownField(parent: string, known: readonly string[], key: string): string {
  const near = nearest(key, known);
  const shown = key.slice(0, maxKey);
  return `${parent ? `${parent}.${shown}` : shown}: is not a field of this tool${near ? `, nearest is ${near}` : ''}${known.length > 0 ? ` (fields: ${known.join(', ')})` : ''}`;
}

function fieldsOf(schema: z.ZodType): string[] {
  return 'shape' in schema && isObject(schema.shape) ? Object.keys(schema.shape) : [];
}

function withoutPrefix(message: string): string {
  return message.replace(/^Invalid input: /, '');
}
