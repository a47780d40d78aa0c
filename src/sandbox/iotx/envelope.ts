/** Common parts of iot-x responses: envelope, error body, date formats and quoted values. */
import { SandboxRefusal } from '../handler.ts';
import type { World } from '../world.ts';

export interface Pagination {
  limit: number;
  offset: number;
  total: number;
}

// The envelope is added where the world is not available, so the metadata of a list is kept here.
const listMetadata = new WeakMap<object, { pagination?: Pagination; bare: boolean }>();

/** Marks rows as a list response, complete or one page of it, for `wrapEnvelope`. */
export function listBody<Row>(world: World, rows: Row[], pagination?: Pagination): Row[] {
  listMetadata.set(rows, { bare: world.faults.has('bare-lists'), ...(pagination ? { pagination } : {}) });
  return rows;
}

/** Wraps a body as `{content, pagination?}`. Returns a list unwrapped while the fault `bare-lists` is active. */
export function wrapEnvelope(body: unknown): unknown {
  const metadata = body !== null && typeof body === 'object' ? listMetadata.get(body) : undefined;
  if (metadata?.bare) return body;
  return { content: body, ...(metadata?.pagination ? { pagination: metadata.pagination } : {}) };
}

const errorCodes: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
};

/** The error body. Only the code BAD_REQUEST is documented. */
export function errorBody(status: number, message: string): unknown {
  return { error: { message, code: errorCodes[status] ?? 'INTERNAL_SERVER_ERROR', children: [] } };
}

export function iotxRefusal(status: number, message: string): SandboxRefusal {
  return new SandboxRefusal(status, errorBody(status, message));
}

/** A 404 with the wording of the manual. */
export function notFound(resource: string, id: string): SandboxRefusal {
  return iotxRefusal(404, `Unable to find ${resource} with identifier ${id}.`);
}

/** A boolean, or a string while the fault `quoted` is active. */
export const booleanValue = (world: World, value: boolean): boolean | string => (world.faults.has('quoted') ? String(value) : value);

/** A byte count, or a string while the fault `quoted` is active. */
export const byteCountValue = (world: World, value: number): number | string => (world.faults.has('quoted') ? String(value) : value);

/** `2026-11-22T08:00:00.000Z` */
export const dateTime = (ms: number): string => new Date(ms).toISOString();

/** `2026-11-22T08:00:00+00:00`, the second date-time format of the provider. */
export const offsetTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;

/** `2026-11-22` */
export const dateOnly = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
