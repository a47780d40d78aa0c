/** Every row of a short list that comes in pages by index: models, plans, application servers. */
const most = 50;

export async function allPages<R>(read: (pageIndex: number) => Promise<{ briefs: R[]; more?: boolean | null | undefined }>): Promise<R[]> {
  const rows: R[] = [];
  for (let page = 1; page <= most; page++) {
    const { briefs, more } = await read(page);
    rows.push(...briefs);
    if (!more || briefs.length === 0) break;
  }
  return rows;
}
