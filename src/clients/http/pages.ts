/** Paging as a walk: one page at a time, each with where the next begins. */

export interface Page<Row, Cursor> {
  rows: Row[];
  /** Where the next page begins; absent at the end. */
  next?: Cursor | undefined;
  /** How many rows there are in all, where the provider says so. */
  total?: number | undefined;
}

/** Reads page after page from `start`; stops when a page names no next one. */
export async function* walk<Row, Cursor>(
  read: (at: Cursor | undefined) => Promise<Page<Row, Cursor>>,
  start?: Cursor,
): AsyncGenerator<Page<Row, Cursor>, void> {
  let at = start;
  for (;;) {
    const page = await read(at);
    yield page;
    if (page.next === undefined) return;
    at = page.next;
  }
}
