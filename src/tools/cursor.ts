/** Cursors as a client sees them: opaque, and tied to the question they belong to. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

import { Refusal } from '../clients/http/errors.ts';
import { canonical } from '../text/canonical.ts';

const mark = (question: unknown): string => createHash('sha256').update(canonical(question)).digest('base64url').slice(0, 8);

export function writeCursor(question: unknown, state: unknown): string {
  return Buffer.from(JSON.stringify([mark(question), state])).toString('base64url');
}

/** The state inside a cursor; a Refusal when it is damaged or belongs to another question. */
export function readCursor<T extends z.ZodType>(text: string, question: unknown, schema: T): z.output<T> {
  const parsed = z.tuple([z.string(), schema]).safeParse(decode(text));
  if (!parsed.success) throw bad('this is not a cursor of this tool');
  if (parsed.data[0] !== mark(question)) throw bad('it belongs to a list with other filters');
  return parsed.data[1] as z.output<T>;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function bad(why: string): Refusal {
  return new Refusal(
    `cursor: ${why}`,
    'Pass nextCursor exactly as the previous page gave it, with the same filters; leave cursor out to start again.',
    'cursor',
  );
}
