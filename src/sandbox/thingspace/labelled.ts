/** Usage segmentation labels: reading them from requests and finding the devices that have one. */
import { members, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import type { TsDevice } from './seed.ts';
import { wrong } from './wrong.ts';

export interface Label {
  name: string;
  value: string;
}

/** Reads a label: name up to 20 characters, value up to 50. The error code for a longer one is not documented. */
export function readLabel(value: unknown): Label {
  const sent = members(value);
  const name = textOf(sent['name']);
  const text = textOf(sent['value']);
  if (name === undefined || text === undefined) throw wrong('DeserializationFailed', 'A label needs a name and a value.');
  if (name.length > 20 || text.length > 50) throw wrong('INPUT_INVALID.Label.TooLong', 'A label is longer than 20 and 50 characters.');
  return { name, value: text };
}

/** Returns the devices with this label, in one account or in all. */
export function labelled(world: World, { name, value }: Label, account?: string): TsDevice[] {
  return world.thingspace.devices.filter(
    ({ label, account: owner }) => label?.name === name && label.value === value && (account === undefined || owner === account),
  );
}
