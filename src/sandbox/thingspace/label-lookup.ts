/** Usage segmentation labels: reading them from requests and finding the devices that have one. */
import { asObject, asText } from '../handler.ts';
import type { World } from '../world.ts';
import { apiError } from './errors.ts';
import type { TsDevice } from './state.ts';

export interface Label {
  name: string;
  value: string;
}

/** Reads a label: name up to 20 characters, value up to 50. The error code for a longer one is not documented. */
export function readLabel(value: unknown): Label {
  const sent = asObject(value);
  const name = asText(sent['name']);
  const text = asText(sent['value']);
  if (name === undefined || text === undefined) throw apiError('DeserializationFailed', 'A label needs a name and a value.');
  if (name.length > 20 || text.length > 50) throw apiError('INPUT_INVALID.Label.TooLong', 'A label is longer than 20 and 50 characters.');
  return { name, value: text };
}

/** Returns the devices with this label, in one account or in all. */
export function devicesWithLabel(world: World, { name, value }: Label, account?: string): TsDevice[] {
  return world.thingspace.devices.filter(
    ({ label, account: owner }) => label?.name === name && label.value === value && (account === undefined || owner === account),
  );
}
