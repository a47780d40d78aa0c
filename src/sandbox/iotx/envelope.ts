/** What every answer of the provider shares: envelope, error body, dates, quoted values. */
import { Refuse } from '../behaviour.ts';
import type { World } from '../world.ts';

export interface Pagination {
  limit: number;
  offset: number;
  total: number;
}

// The envelope is put on where the world is out of reach; what it must know of a list is noted here.
const notes = new WeakMap<object, { pagination?: Pagination; bare: boolean }>();

/** A list to be answered whole or as one page. */
export function list<Row>(world: World, rows: Row[], pagination?: Pagination): Row[] {
  notes.set(rows, { bare: world.faults.has('bare-lists'), ...(pagination ? { pagination } : {}) });
  return rows;
}

/** `{content, pagination?}`, or the list alone where the world says so. */
export function envelope(body: unknown): unknown {
  const note = body !== null && typeof body === 'object' ? notes.get(body) : undefined;
  if (note?.bare) return body;
  return { content: body, ...(note?.pagination ? { pagination: note.pagination } : {}) };
}

const codes: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
};

/** The error body; of the codes only BAD_REQUEST is documented. */
export function errorBody(status: number, message: string): unknown {
  return { error: { message, code: codes[status] ?? 'INTERNAL_SERVER_ERROR', children: [] } };
}

export function refuse(status: number, message: string): Refuse {
  return new Refuse(status, errorBody(status, message));
}

/** The manual's own wording of a 404. */
export function notFound(resource: string, id: string): Refuse {
  return refuse(404, `Unable to find ${resource} with identifier ${id}.`);
}

/** A boolean, as text where the world quotes. */
export const flag = (world: World, value: boolean): boolean | string => (world.faults.has('quoted') ? String(value) : value);

/** A byte count, as text where the world quotes. */
export const bytes = (world: World, value: number): number | string => (world.faults.has('quoted') ? String(value) : value);

/** `2026-11-22T08:00:00.000Z` */
export const dateTime = (ms: number): string => new Date(ms).toISOString();

/** `2026-11-22T08:00:00+00:00`, the other style that occurs. */
export const offsetTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;

/** `2026-11-22` */
export const dateOnly = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
