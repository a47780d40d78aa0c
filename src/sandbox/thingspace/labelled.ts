/** Usage segmentation labels as callers write them, and the devices that carry one. */
import { members, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import type { TsDevice } from './seed.ts';
import { wrong } from './wrong.ts';

export interface Label {
  name: string;
  value: string;
}

/** The code of a label that is too long is not documented. */
export function readLabel(value: unknown): Label {
  const sent = members(value);
  const name = textOf(sent['name']);
  const text = textOf(sent['value']);
  if (name === undefined || text === undefined) throw wrong('DeserializationFailed', 'A label needs a name and a value.');
  if (name.length > 20 || text.length > 50) throw wrong('INPUT_INVALID.Label.TooLong', 'A label is longer than 20 and 50 characters.');
  return { name, value: text };
}

export function labelled(world: World, { name, value }: Label, account?: string): TsDevice[] {
  return world.thingspace.devices.filter(
    ({ label, account: owner }) => label?.name === name && label.value === value && (account === undefined || owner === account),
  );
}
