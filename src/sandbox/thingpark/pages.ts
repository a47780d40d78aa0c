/** Pagination of OSS and DX lists. */
import type { World } from '../world.ts';
import { ossRefusal, positiveParam } from './oss-request.ts';

/** Page size of a request, clamped to the platform's limits. */
export function pageSize(world: World, query: URLSearchParams): number {
  const { page } = world.thingpark;
  return Math.max(1, Math.min(page.maxSize, positiveParam(query, 'pageSize') ?? page.defaultSize));
}

/** One OSS page. `count` is the total on the first page and null on the others. */
export function ossPage<Row>(
  world: World,
  query: URLSearchParams,
  rows: readonly Row[],
): { rows: readonly Row[]; more: boolean; count: number | null } {
  const size = pageSize(world, query);
  const page = positiveParam(query, 'pageIndex') ?? 1;
  return { rows: rows.slice((page - 1) * size, page * size), more: page * size < rows.length, count: page === 1 ? rows.length : null };
}

/** One DX page: all rows without pageIndex, otherwise 100 rows per page and `[]` past the end. */
export function dxPage<Row>(query: URLSearchParams, rows: readonly Row[]): Row[] {
  const page = positiveParam(query, 'pageIndex');
  return page === undefined ? [...rows] : rows.slice((page - 1) * 100, page * 100);
}

/** Encodes a cursor: base64 of a JSON object with the last key of the page, such as `{"EUI":"A81758FFFE0A0001"}`. */
export function encodeCursor(name: string, value: string): string {
  return Buffer.from(JSON.stringify({ [name]: value })).toString('base64');
}

/** Decodes a cursor and returns its key. */
export function decodeCursor(name: string, text: string): string {
  try {
    const value: unknown = Reflect.get(JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as object, name);
    if (typeof value === 'string') return value;
  } catch {}
  throw ossRefusal(400, 400, 'pageAfter: a cursor from a previous page is expected');
}
