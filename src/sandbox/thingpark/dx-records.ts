/** Records of DX Admin: each has a numeric `ref`, is found by it, and is merged by PUT. */
import { asObject, asText, SandboxRefusal } from '../handler.ts';
import type { DxRecord } from './state.ts';

/** A DX refusal: `{code, message, errorId}`. */
export function dxRefusal(status: number, message: string): SandboxRefusal {
  return new SandboxRefusal(status, { code: status, message, errorId: 'sandbox' });
}

/** ISO 8601 with milliseconds and offset, the format of DX: `2026-11-22T08:00:00.000+00:00`. */
export const dxTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');

/** Finds a record by `ref`; refuses with 404 if there is none. */
export function findRecord<R extends { ref: string }>(rows: readonly R[], ref: string, what: string): R {
  const row = rows.find((one) => one.ref === ref);
  if (!row) throw dxRefusal(404, `${what} ${ref} not found`);
  return row;
}

/** Removes a record; refuses with 404 if there is none. */
export function removeRecord<R extends { ref: string }>(rows: R[], ref: string, what: string): R {
  const row = findRecord(rows, ref, what);
  rows.splice(rows.indexOf(row), 1);
  return row;
}

/** The next `ref`: one more than the greatest. */
export function nextRef(rows: readonly { ref: string }[]): string {
  return String(1 + Math.max(0, ...rows.map(({ ref }) => Number(ref))));
}

/** Creates a record from a request body. Missing fields are taken from `primaryUser`, as documented. */
export function createRecord(rows: readonly DxRecord[], body: unknown, what: string): DxRecord {
  const sent = asObject(body);
  const user = asObject(sent['primaryUser']);
  const email = asText(user['email']);
  if (!email) throw dxRefusal(400, 'primaryUser.email is required');
  const ref = nextRef(rows);
  const id = asText(sent['id']) ?? asText(user['organization']) ?? email;
  if (rows.some((one) => one.id === id)) throw dxRefusal(400, `${what} ${id} already exists`);
  const organization = asText(sent['organization']) ?? asText(user['organization']);
  const fullName = [asText(user['firstName']), asText(user['lastName'])].filter(Boolean).join(' ');
  return {
    ref,
    id,
    name: asText(sent['name']) ?? (fullName || email),
    contactEmail: asText(sent['contactEmail']) ?? email,
    ...(organization ? { organization } : {}),
  };
}

/** Copies the given text fields of a body into a record and ignores all others. */
export function mergeRecord<R extends object>(row: R, body: unknown, names: readonly (keyof R & string)[]): R {
  const sent = asObject(body);
  for (const name of names) if (asText(sent[name]) !== undefined) Object.assign(row, { [name]: asText(sent[name]) });
  return row;
}
