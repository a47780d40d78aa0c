import { Refusal } from './errors.ts';

/** Fills `{name}` members of a path, percent-encoded; refuses what would climb out of it. */
export function fillPath(path: string, members: Readonly<Record<string, string>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = members[name];
    if (value === undefined || value === '' || value === '.' || value === '..') {
      throw new Refusal(`${name}: a path member must not be empty, "." or ".."`, `Give ${name} as the provider prints it.`, `path.${name}`);
    }
    return encodeURIComponent(value);
  });
}

/** A query as text: repeated members for arrays, absent ones left out. */
export function queryText(query: Readonly<Record<string, unknown>> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value.map((item) => [name, String(item)]) : [[name, String(value)]];
  });
  return pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
}
