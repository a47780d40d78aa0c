import { z } from 'zod';
import type { Connection } from '../clients/connect.ts';
import type { Page } from '../clients/http/pages.ts';
import { defined } from '../text/defined.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { ToolResult } from './define.ts';
import { hoistConstants, table } from './table.ts';

type Row = Readonly<Record<string, string | number | boolean | undefined>>;

/** Cursor state: the provider's page and how many of its rows were already returned. */
const PagePosition = z.strictObject({ page: z.string().optional(), skip: z.number().int().min(0), total: z.number().optional() });

interface PagedListOptions {
  what: string;
  /** Appended to the counts in the first line of the text. */
  suffix?: string;
  /** Everything that determines the rows; a cursor is valid only with an equal query. */
  query: unknown;
  limit: number;
  cursor: string | undefined;
  at: Connection;
  /** `incomplete`: why some rows cannot be reached through any page. */
  page(token: string | undefined): Promise<Page<Row, string> & { incomplete?: string | undefined }>;
}

/** A list that the provider serves in pages: up to `limit` rows, the total where the provider reports it, and a cursor for the rest. */
export async function pagedList({ what, suffix = '', query, limit, cursor, at, page }: PagedListOptions): Promise<ToolResult> {
  const start = cursor === undefined ? { skip: 0 } : decodeCursor(cursor, query, PagePosition);
  const rows: Row[] = [];
  let { page: token, skip, total }: z.output<typeof PagePosition> = start;
  let more = true;
  let incomplete: string | undefined;
  while (more && rows.length < limit) {
    const found = await page(token);
    incomplete ??= found.incomplete;
    const fresh = found.rows.slice(skip, skip + limit - rows.length);
    rows.push(...fresh);
    total ??= found.total;
    if (skip + fresh.length < found.rows.length) skip += fresh.length;
    else {
      more = found.next !== undefined && found.rows.length > 0;
      token = found.next;
      skip = 0;
    }
  }
  const nextCursor = more
    ? encodeCursor(query, { ...(token === undefined ? {} : { page: token }), skip, ...(total === undefined ? {} : { total }) })
    : undefined;
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
