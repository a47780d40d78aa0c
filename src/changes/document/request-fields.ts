/** The fields of the requests of a plan. */

/** A value that a request carries. */
export interface RequestField {
  /** Names of the members from the request's part on, without list positions: `body.devices.ipAddress`. */
  path: string;
  /** `null` and an empty text clear a setting; a member that is absent is not sent. */
  value: string | number | boolean | null;
  /** Identifiers of the targets of the request. */
  targets: readonly string[];
}

/** Every value in the requests, in order. */
export function requestFields(steps: readonly { input: unknown; targets: readonly string[] }[]): RequestField[] {
  return steps.flatMap(({ input, targets }) => valuesOf(input, '', targets));
}

function valuesOf(input: unknown, path: string, targets: readonly string[]): RequestField[] {
  if (input === undefined) return [];
  if (input === null) return [{ path, value: input, targets }];
  if (Array.isArray(input)) return input.flatMap((item) => valuesOf(item, path, targets));
  if (typeof input === 'object')
    return Object.entries(input).flatMap(([name, value]) => valuesOf(value, path === '' ? name : `${path}.${name}`, targets));
  return typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean' ? [{ path, value: input, targets }] : [];
}
