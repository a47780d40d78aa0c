import type { z } from 'zod';
import { Refusal } from '../clients/http/errors.ts';
import { isObject } from '../text/is-object.ts';
import { nearest } from '../vocabulary.ts';

const maxListed = 4;

/** A Refusal for input that fails validation: up to four fields with their rules, and a valid example. */
export function badInput(tool: { name: string; input: z.ZodType; example: unknown }, error: z.ZodError): Refusal {
  const fields = fieldsOf(tool.input);
  const lines = error.issues.slice(0, maxListed).map((issue) => {
    const field = issue.path.join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownField(field ? `${field}.${key}` : key, field ? [] : fields, key)).join('; ');
    return field ? `${field}: ${withoutPrefix(issue.message)}` : withoutPrefix(issue.message);
  });
  const more = error.issues.length - lines.length;
  const first = error.issues[0];
  return new Refusal(
    `${tool.name}: ${lines.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    `Nothing was changed. A valid input: ${JSON.stringify(tool.example)}`,
    first?.code === 'unrecognized_keys' ? first.keys[0] : first?.path.join('.'),
  );
}

function unknownField(field: string, known: readonly string[], key: string): string {
  const near = nearest(key, known);
  return `${field}: is not a field of this tool${near ? `, nearest is ${near}` : ''}${known.length > 0 ? ` (fields: ${known.join(', ')})` : ''}`;
}

function fieldsOf(schema: z.ZodType): string[] {
  return 'shape' in schema && isObject(schema.shape) ? Object.keys(schema.shape) : [];
}

function withoutPrefix(message: string): string {
  return message.replace(/^Invalid input: /, '');
}
