/** Records of DX Admin: each has a numeric `ref`, is found by it, and is merged by PUT. */
import { members, Refuse, textOf } from '../behaviour.ts';

export type Row = {
  ref: string;
  id: string;
  name: string;
  contactEmail?: string;
  organization?: string;
};

/** A DX refusal: `{code, message, errorId}`. */
export function dxRefuse(status: number, message: string): Refuse {
  return new Refuse(status, { code: status, message, errorId: 'sandbox' });
}

/** ISO 8601 with milliseconds and offset, the format of DX: `2026-11-22T08:00:00.000+00:00`. */
export const dxTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');

/** Finds a record by `ref`; refuses with 404 if there is none. */
export function findRow<R extends { ref: string }>(rows: readonly R[], ref: string, what: string): R {
  const row = rows.find((one) => one.ref === ref);
  if (!row) throw dxRefuse(404, `${what} ${ref} not found`);
  return row;
}

/** Removes a record; refuses with 404 if there is none. */
export function dropRow<R extends { ref: string }>(rows: R[], ref: string, what: string): R {
  const row = findRow(rows, ref, what);
  rows.splice(rows.indexOf(row), 1);
  return row;
}

/** The next `ref`: one more than the greatest. */
export function nextRef(rows: readonly { ref: string }[]): string {
  return String(1 + Math.max(0, ...rows.map(({ ref }) => Number(ref))));
}

/** Creates a record from a request body. Missing fields are taken from `primaryUser`, as documented. */
export function rowFrom(rows: readonly Row[], body: unknown, what: string): Row {
  const sent = members(body);
  const user = members(sent['primaryUser']);
  const email = textOf(user['email']);
  if (!email) throw dxRefuse(400, 'primaryUser.email is required');
  const ref = nextRef(rows);
  const id = textOf(sent['id']) ?? textOf(user['organization']) ?? email;
  if (rows.some((one) => one.id === id)) throw dxRefuse(400, `${what} ${id} already exists`);
  const organization = textOf(sent['organization']) ?? textOf(user['organization']);
  const fullName = [textOf(user['firstName']), textOf(user['lastName'])].filter(Boolean).join(' ');
  return {
    ref,
    id,
    name: textOf(sent['name']) ?? (fullName || email),
    contactEmail: textOf(sent['contactEmail']) ?? email,
    ...(organization ? { organization } : {}),
  };
}

/** Copies the given text fields of a body into a record and ignores all others. */
export function mergeRow<R extends object>(row: R, body: unknown, names: readonly (keyof R & string)[]): R {
  const sent = members(body);
  for (const name of names) if (textOf(sent[name]) !== undefined) Object.assign(row, { [name]: textOf(sent[name]) });
  return row;
}
