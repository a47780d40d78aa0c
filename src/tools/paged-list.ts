import { z } from 'zod';
import type { Connection } from '../clients/connect.ts';
import { type Page, pageHash, repeats, walkGuard } from '../clients/http/pages.ts';
import { defined } from '../text/defined.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { ToolResult } from './define.ts';
import { hoistConstants, table } from './table.ts';

type Row = Readonly<Record<string, string | number | boolean | undefined>>;

/** Cursor state: the provider's page and how many of its rows were already returned. */
const PagePosition = z.strictObject({
  page: z.string().optional(),
  skip: z.number().int().min(0),
  total: z.number().optional(),
  before: z.string().optional(),
});

interface PagedListOptions {
  what: string;
  /** Appended to the counts in the first line of the text. */
  suffix?: string;
  /** Everything that determines the rows; a cursor is valid only with an equal query. */
  query: unknown;
  limit: number;
  cursor: string | undefined;
  at: Connection;
  page(token: string | undefined): Promise<Page<Row, string>>;
}

const identityOf = (row: Row): string => JSON.stringify(row);

/** A list that the provider serves in pages: up to `limit` rows, the total where the provider reports it, and a cursor for the rest. */
export async function pagedList({ what, suffix = '', query, limit, cursor, at, page }: PagedListOptions): Promise<ToolResult> {
  const start = cursor === undefined ? { skip: 0 } : decodeCursor(cursor, query, PagePosition);
  const rows: Row[] = [];
  let { page: token, skip, total, before }: z.output<typeof PagePosition> = start;
  let more = true;
  const guard = walkGuard<Row, string>(identityOf);
  let incomplete: string | undefined;
  while (more && rows.length < limit) {
    const received = await page(token);
    const hash = pageHash(received.rows.map(identityOf));
    // A provider that ignores the position answers the page before again, perhaps in another call.
    const repeated = skip === 0 && hash !== undefined && hash === before;
    const found = repeated ? { ...received, rows: [], next: undefined, incomplete: repeats } : guard.check(received, token);
    incomplete ??= found.incomplete;
    const fresh = found.rows.slice(skip, skip + limit - rows.length);
    rows.push(...fresh);
    total ??= found.total;
    if (skip + fresh.length < found.rows.length) skip += fresh.length;
    else {
      more = found.next !== undefined;
      token = found.next;
      skip = 0;
      before = hash;
    }
  }
  const nextCursor = more ? encodeCursor(query, defined({ page: token, skip, total, before })) : undefined;
  const { constants, rows: varying } = hoistConstants(rows);
  const lines = [`${rows.length} ${what} on ${at.name}${total === undefined ? '' : ` of ${total}`}${suffix}`];
  if (rows.length > 0) lines.push(table(rows));
  if (nextCursor) lines.push(`more: cursor ${nextCursor}`);
  if (incomplete) lines.push(`incomplete: ${incomplete}`);
  return {
    structured: defined({
      connection: at.name,
      all: Object.keys(constants).length > 0 ? constants : undefined,
      [what]: varying,
      total,
      nextCursor,
      incomplete,
    }),
    text: lines.join('\n'),
  };
}
