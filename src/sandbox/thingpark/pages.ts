/** OSS pages by index, clamped as the platform's settings say. */
import type { World } from '../world.ts';
import { positive, refuse } from './refuse.ts';

/** How many rows a page holds. */
export function pageSize(world: World, query: URLSearchParams): number {
  const { page } = world.thingpark;
  return Math.max(1, Math.min(page.most, positive(query, 'pageSize') ?? page.usual));
}

/** One page of rows; `count` stands on the first one only. */
export function pageOf<Row>(
  world: World,
  query: URLSearchParams,
  rows: readonly Row[],
): { rows: readonly Row[]; more: boolean; count: number | null } {
  const size = pageSize(world, query);
  const page = positive(query, 'pageIndex') ?? 1;
  return { rows: rows.slice((page - 1) * size, page * size), more: page * size < rows.length, count: page === 1 ? rows.length : null };
}

/** DX pages: everything without pageIndex, else exactly 100, `[]` past the end. */
export function dxPage<Row>(query: URLSearchParams, rows: readonly Row[]): Row[] {
  const page = positive(query, 'pageIndex');
  return page === undefined ? [...rows] : rows.slice((page - 1) * 100, page * 100);
}

/** A cursor is base64 of a small JSON object with the last key of the page. */
export function cursorOf(name: string, value: string): string {
  return Buffer.from(JSON.stringify({ [name]: value })).toString('base64');
}

export function readCursor(name: string, text: string): string {
  try {
    const value: unknown = Reflect.get(JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as object, name);
    if (typeof value === 'string') return value;
  } catch {}
  throw refuse(400, 400, 'pageAfter: not a cursor');
}
