/** Pagination cursors: opaque to the client, and valid only with the query they were issued for. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

import { Refusal } from '../clients/http/errors.ts';
import { canonicalJson } from '../text/canonical-json.ts';

const queryHash = (query: unknown): string => createHash('sha256').update(canonicalJson(query)).digest('base64url').slice(0, 8);

/** A cursor that holds `state` and a hash of `query`. */
export function encodeCursor(query: unknown, state: unknown): string {
  return Buffer.from(JSON.stringify([queryHash(query), state])).toString('base64url');
}

/** The state inside a cursor. Throws a Refusal when the cursor is malformed or was issued for another query. */
export function decodeCursor<T extends z.ZodType>(text: string, query: unknown, schema: T): z.output<T> {
  const parsed = z.tuple([z.string(), schema]).safeParse(decode(text));
  if (!parsed.success) throw invalidCursor('this is not a cursor of this tool');
  if (parsed.data[0] !== queryHash(query)) throw invalidCursor('it was issued for a list with other filters');
  return parsed.data[1] as z.output<T>;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function invalidCursor(why: string): Refusal {
  return new Refusal(
    `cursor: ${why}`,
    'Pass nextCursor exactly as the previous page returned it, with the same filters, or omit cursor to start again.',
    'cursor',
  );
}
