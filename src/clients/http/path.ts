import { Refusal } from './errors.ts';

/** Replaces the `{name}` parameters of a path by percent-encoded values. Throws a Refusal for an empty value, `.` or `..`, which could change the path. */
export function fillPath(path: string, members: Readonly<Record<string, string>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = members[name];
    if (value === undefined || value === '' || value === '.' || value === '..') {
      throw new Refusal(
        `${name}: a path parameter must not be empty, "." or ".."`,
        `Use the ${name} value that the provider returned.`,
        `path.${name}`,
      );
    }
    return encodeURIComponent(value);
  });
}

/** Query string with a leading `?`. Arrays become repeated parameters; null and undefined are omitted. */
export function queryText(query: Readonly<Record<string, unknown>> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value.map((item) => [name, String(item)]) : [[name, String(value)]];
  });
  return pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
}
