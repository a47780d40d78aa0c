/** Cursor-based pagination, independent of the provider. */

/** One page of rows. */
export interface Page<Row, Cursor> {
  rows: Row[];
  /** Cursor of the next page; absent on the last one. */
  next?: Cursor | undefined;
  /** Total number of rows, if the provider reports it. */
  total?: number | undefined;
}

/** Yields pages from the cursor `start` until one has no next page. Reads a page only when it is requested. */
export async function* paginate<Row, Cursor>(
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
