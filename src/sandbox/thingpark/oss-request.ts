/** Error bodies, query parameters and optimistic locking of the OSS API. */
import { asObject, SandboxRefusal } from '../handler.ts';

/** An OSS refusal: `{code, message}`. */
export const ossRefusal = (status: number, code: number, message: string): SandboxRefusal => new SandboxRefusal(status, { code, message });

/** A query parameter that must be an integer of 1 or more. */
export function positiveParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw ossRefusal(400, 400, `${name}: a positive integer is expected`);
  return value;
}

/** A boolean query parameter: true for `name=true` and for `name` without a value. */
export function booleanParam(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text === 'true' || text === '';
}

/** A query parameter with an ISO 8601 date-time, as ms since 1970. */
export function dateTimeParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw ossRefusal(400, 400, `${name}: an ISO 8601 date-time is expected`);
  return ms;
}

/** A field that must be a number: a text is refused, never ignored. The status is a sandbox choice. */
export function numberField(sent: Record<string, unknown>, name: string): number | undefined {
  const value = sent[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw ossRefusal(400, 400, `${name}: a number is expected`);
  return value;
}

/** A field in decimal degrees from `-limit` to `limit`. */
export function degreesField(sent: Record<string, unknown>, name: string, limit: number): number | undefined {
  const value = sent[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || Math.abs(value) > limit)
    throw ossRefusal(400, 400, `${name}: a number from -${limit} to ${limit} is expected`);
  return value;
}

/**
 * Optimistic locking: a missing version is 400, a different version 409, and `force` skips the check.
 * The 409 is undocumented, a sandbox choice.
 */
export function checkVersion(query: URLSearchParams, body: unknown, current: { version: number }): void {
  if (booleanParam(query, 'force')) return;
  const version = asObject(asObject(body)['occContext'])['version'];
  if (typeof version !== 'number') throw ossRefusal(400, 400, 'occContext is required');
  if (version !== current.version)
    throw ossRefusal(409, 409, `occContext: version ${current.version} is current, the request was made for ${version}`);
}

export interface Versioned {
  version: number;
  /** ms since 1970; absent until the first change. */
  updated?: number;
}

/** The `occContext` of a response. */
export function occContext(one: Versioned, created: number) {
  return { version: one.version, lastUpdate: one.updated ?? created, who: 'TWA_199900001.ADMIN' };
}

/** Records a change: increments the version and sets the update time. */
export function incrementVersion(one: Versioned & { updatedBy?: string }, now: number): void {
  one.version += 1;
  one.updated = now;
  delete one.updatedBy;
}
