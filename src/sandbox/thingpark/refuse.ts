/** Refusals and query values as the OSS APIs write them. */
import { members, Refuse } from '../behaviour.ts';

export const refuse = (status: number, code: number, message: string): Refuse => new Refuse(status, { code, message });

/** A query value of 1 or more. */
export function positive(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw refuse(400, 400, `${name}: a positive integer is expected`);
  return value;
}

/** A flag in the query: `true`, or there without a value. */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text === 'true' || text === '';
}

/** An ISO 8601 date-time in the query as ms since 1970. */
export function moment(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw refuse(400, 400, `${name}: an ISO 8601 date-time is expected`);
  return ms;
}

/** Optimistic locking: no version is 400, another version 409, `force` skips. The 409 is our choice; documents do not say. */
export function checkLock(query: URLSearchParams, body: unknown, present: { version: number }): void {
  if (flag(query, 'force')) return;
  const version = members(members(body)['occContext'])['version'];
  if (typeof version !== 'number') throw refuse(400, 400, 'occContext is required');
  if (version !== present.version)
    throw refuse(409, 409, `occContext: version ${present.version} is current, the request was made for ${version}`);
}

export interface Changed {
  version: number;
  /** ms since 1970; absent until the first change. */
  updated?: number;
}

/** The lock as it is answered. */
export function occContext(one: Changed, created: number) {
  return { version: one.version, lastUpdate: one.updated ?? created, who: 'TWA_199900001.ADMIN' };
}

/** Notes a change: the version goes up by one. */
export function changed(one: Changed, now: number): void {
  one.version += 1;
  one.updated = now;
}
