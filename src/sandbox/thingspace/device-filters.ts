/** Device filters of the device list and of bulk requests, and custom fields. */
import { asObject, asText } from '../handler.ts';
import { readDate } from './body.ts';
import { accountOf } from './device-lookup.ts';
import { apiError } from './errors.ts';
import { identifiersOf } from './serialize.ts';
import type { ThingspaceWorld, TsDevice } from './state.ts';

type DeviceFilter = (device: TsDevice) => boolean;

/** Reads custom fields `[{ key, value }]` as pairs. Keys are CustomField1 to CustomField5, values have at most 50 characters. */
export function readCustomFields(value: unknown): [key: string, value: string][] {
  return (Array.isArray(value) ? value : []).map((one) => {
    const { key, value: text } = asObject(one);
    const name = asText(key) ?? '';
    if (!/^CustomField[1-5]$/.test(name))
      throw apiError('INPUT_INVALID.CustomField.InvalidName', 'The custom field name is not CustomField1 to CustomField5.');
    const content = asText(text) ?? '';
    if (content.length > 50) throw apiError('INPUT_INVALID.CustomField.TooLong', 'The custom field value is longer than 50 characters.');
    return [name, content];
  });
}

/** Sets custom fields. CustomField1 is the device's name. */
export function setCustomFields(device: TsDevice, fields: readonly (readonly [key: string, value: string])[]): void {
  for (const [key, value] of fields) {
    if (key === 'CustomField1') device.name = value;
    else device.fields = { ...device.fields, [key]: value };
  }
}

function customField(device: TsDevice, key: string): string {
  return key === 'CustomField1' ? device.name : (device.fields?.[key] ?? '');
}

/** Filters by account, group, service plan and custom fields. Empty when the request has none of them. */
export function selectionFilters(ts: ThingspaceWorld, body: Record<string, unknown>): DeviceFilter[] {
  const account = asText(body['accountName']);
  const group = asText(body['groupName']);
  const plan = asText(body['servicePlan']);
  const fields = readCustomFields(body['customFields']);
  if (account !== undefined) accountOf(ts, account);
  if (group !== undefined && !ts.groups.some((one) => one.name === group && (account === undefined || one.account === account))) {
    throw apiError('REQUEST_FAILED.DeviceGroupNotFound', 'The device group does not exist.');
  }
  return [
    ...(account === undefined ? [] : [(device: TsDevice) => device.account === account]),
    ...(group === undefined ? [] : [(device: TsDevice) => device.group === group]),
    ...(plan === undefined ? [] : [(device: TsDevice) => device.mdnIndex !== undefined && device.plan === plan]),
    ...fields.map(
      ([key, value]): DeviceFilter =>
        (device) =>
          customField(device, key) === value,
    ),
  ];
}

const comparisons: Record<string, (id: string, part: string) => boolean> = {
  contains: (id, part) => id.includes(part),
  startswith: (id, part) => id.startsWith(part),
  endswith: (id, part) => id.endsWith(part),
};

/** A filter on the identifiers of one kind, by contains, startswith or endswith. */
function identifierFilter(value: unknown): DeviceFilter {
  const sent = asObject(value);
  const kind = asText(sent['kind'])?.toLowerCase();
  const comparison = Object.keys(comparisons).find((name) => asText(sent[name]) !== undefined) ?? '';
  const part = asText(sent[comparison])?.toUpperCase();
  const compare = comparisons[comparison];
  if (kind === undefined || part === undefined || !compare)
    throw apiError('DeserializationFailed', 'A filter needs a kind and one of contains, startswith, endswith.');
  if (kind === 'iccid') return (device) => compare(device.iccid, part);
  return (device) => identifiersOf(device).some((one) => one.kind === kind && compare(one.id, part));
}

/** All filters of a device list request. */
export function listFilters(ts: ThingspaceWorld, body: Record<string, unknown>): DeviceFilter[] {
  const state = asText(body['currentState'])?.toLowerCase();
  const earliest = readDate(body, 'earliest');
  const latest = readDate(body, 'latest');
  const filters = asObject(body['filter'])['deviceIdentifierFilters'];
  return [
    ...selectionFilters(ts, body),
    ...(state === undefined ? [] : [(device: TsDevice) => device.state === state]),
    ...(earliest === undefined ? [] : [(device: TsDevice) => device.created >= earliest]),
    ...(latest === undefined ? [] : [(device: TsDevice) => device.created <= latest]),
    ...(Array.isArray(filters) ? filters : []).map(identifierFilter),
  ];
}
