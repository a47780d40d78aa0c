/** Pagination, independent of the provider: a walk proves that it makes progress, and says why it ended early. */
import { createHash } from 'node:crypto';

import { currentCallScope } from './call-scope.ts';
import { OutOfTime } from './errors.ts';

/** One page of rows. */
export interface Page<Row, Cursor> {
  rows: Row[];
  /** Cursor of the next page; absent on the last one. */
  next?: Cursor | undefined;
  /** Total number of rows, if the provider reports it. */
  total?: number | undefined;
  /** Why rows after this page cannot be read, although there may be some. */
  incomplete?: string | undefined;
  /** What this page leaves out, in sentences: an account that cannot be read, for example. */
  unread?: readonly string[] | undefined;
}

/** Rows that the longest expected list has; bounds the number of pages. */
const maxRows = 250_000;
const maxPages = 5000;
const maxEmptyPages = 3;
/** Time kept free at the end of a tool call for the answer, ms. */
const reserveMs = 2000;

export const repeats = 'the provider repeats itself: a page brought only rows that were read before';
const outOfTime = 'the time of this call ran out';

/** Checks page by page that a list makes progress. */
export interface WalkGuard<Row, Cursor> {
  /** The page without rows that came before, in this page or an earlier one; `next` is absent and `incomplete` set if there is no progress. `at` is the page's own cursor. */
  check(page: Page<Row, Cursor>, at: Cursor | undefined): Page<Row, Cursor>;
}

/** Creates the guard of one walk. `identityOf` gives undefined for a row that cannot be told from others. */
export function walkGuard<Row, Cursor>(identityOf: (row: Row) => string | undefined): WalkGuard<Row, Cursor> {
  const seen = new Set<string>();
  const cursors = new Set<string>();
  let pages = 0;
  let rowsRead = 0;
  let empty = 0;
  return {
    check(page, at) {
      pages += 1;
      if (at !== undefined) cursors.add(JSON.stringify(at));
      const rows = page.rows.filter((row) => {
        const id = identityOf(row);
        if (id === undefined) return true;
        const isNew = !seen.has(id);
        seen.add(id);
        return isNew;
      });
      rowsRead += rows.length;
      empty = page.rows.length === 0 ? empty + 1 : 0;
      const end = (incomplete: string): Page<Row, Cursor> => ({ ...page, rows, next: undefined, incomplete });
      if (page.rows.length > 0 && rows.length === 0) return end(repeats);
      if (page.next === undefined) return { ...page, rows };
      if (cursors.has(JSON.stringify(page.next))) return end('the provider repeats itself: it gave the same cursor again');
      if (empty >= maxEmptyPages) return end(`the provider reports more rows but sent ${maxEmptyPages} empty pages`);
      if (pages >= Math.min(maxPages, Math.ceil(maxRows / Math.max(1, rowsRead / pages))))
        return end(`reading ended after ${pages} pages, although more are reported`);
      return { ...page, rows };
    },
  };
}

/** How a walk begins, and what tells its rows apart. */
export interface WalkOptions<Row, Cursor> {
  start?: Cursor | undefined;
  /** The whole row, by default. */
  identityOf?: (row: Row) => string | undefined;
}

/**
 * Yields pages until one has no next page, and reads a page only when it is requested. Rows of earlier pages are not yielded again. The last
 * page has `incomplete` if the list did not end by itself: no progress, too many pages, or the deadline of the tool call.
 */
export async function* paginate<Row, Cursor>(
  read: (at: Cursor | undefined) => Promise<Page<Row, Cursor>>,
  { start, identityOf = (row) => JSON.stringify(row) }: WalkOptions<Row, Cursor> = {},
): AsyncGenerator<Page<Row, Cursor>, void> {
  const guard = walkGuard<Row, Cursor>(identityOf);
  let at = start;
  for (let first = true; ; first = false) {
    if (!first && (currentCallScope()?.remaining() ?? Number.POSITIVE_INFINITY) < reserveMs) {
      yield { rows: [], incomplete: outOfTime };
      return;
    }
    let page: Page<Row, Cursor>;
    try {
      page = guard.check(await read(at), at);
    } catch (error) {
      if (first || !(error instanceof OutOfTime)) throw error;
      yield { rows: [], incomplete: outOfTime };
      return;
    }
    yield page;
    if (page.next === undefined) return;
    at = page.next;
  }
}

/** A short fingerprint of a page, which a cursor carries to the next call to notice that the next page is the same. */
export function pageHash(identities: readonly (string | undefined)[]): string | undefined {
  if (identities.length === 0) return undefined;
  return createHash('sha256').update(JSON.stringify(identities)).digest('base64url').slice(0, 8);
}
