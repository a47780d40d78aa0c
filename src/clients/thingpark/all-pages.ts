/** Upper bound of pages read, in case the provider always reports more. */
const maxPages = 50;

/** Reads all rows of a short list that is paged by index (models, plans, application servers), up to 50 pages. */
export async function allPages<R>(read: (pageIndex: number) => Promise<{ briefs: R[]; more?: boolean | null | undefined }>): Promise<R[]> {
  const rows: R[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const { briefs, more } = await read(page);
    rows.push(...briefs);
    if (!more || briefs.length === 0) break;
  }
  return rows;
}
