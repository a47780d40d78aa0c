import { noteOddity } from '../http/call-scope.ts';
import { paginate } from '../http/pages.ts';

/** Reads all rows of a short list that is paged by index (models, plans, application servers). Notes a list that does not end by itself. */
export async function allPages<R>(read: (pageIndex: number) => Promise<{ briefs: R[]; more?: boolean | null | undefined }>): Promise<R[]> {
  const rows: R[] = [];
  const page = async (at: number | undefined) => {
    const { briefs, more } = await read(at ?? 1);
    return { rows: briefs, next: more && briefs.length > 0 ? (at ?? 1) + 1 : undefined };
  };
  for await (const { rows: found, incomplete } of paginate(page)) {
    rows.push(...found);
    if (incomplete) noteOddity(`the list is incomplete: ${incomplete}`);
  }
  return rows;
}
