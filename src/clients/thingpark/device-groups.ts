/** The groups of a device, as policies and caller groups name them: its tags, and its domains as `Group:Name`. */
import { memberOf, textMemberOf } from '../../text/is-object.ts';

/** The names in a list of tags; other values are skipped. */
export function tagNamesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((one) => textMemberOf(one, 'name') ?? []) : [];
}

export interface Domain {
  name: string;
  group: { name: string };
}

/** A domain as `Group:Name`. */
export const domainText = ({ name, group }: Domain): string => `${group.name}:${name}`;

/** A list of domains as `Group:Name`; other values are skipped. */
export const domainNamesIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isDomain).map(domainText) : []);

function isDomain(value: unknown): value is Domain {
  return textMemberOf(value, 'name') !== undefined && textMemberOf(memberOf(value, 'group'), 'name') !== undefined;
}

/** The tags and domains in the record of a device, where it holds them (Devices API 7.3: `tags[{name}]`, `domains[{name, group}]`). */
export const groupsIn = (device: Readonly<Record<string, unknown>>): string[] => [
  ...tagNamesIn(device['tags']),
  ...domainNamesIn(device['domains']),
];
