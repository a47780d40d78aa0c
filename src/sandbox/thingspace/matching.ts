/** Device filters of the device list and of bulk requests, and custom fields. */
import { members, textOf } from '../behaviour.ts';
import { readDate } from './body.ts';
import { accountOf } from './find.ts';
import type { ThingspaceWorld, TsDevice } from './seed.ts';
import { idsOf } from './shapes.ts';
import { wrong } from './wrong.ts';

type Test = (device: TsDevice) => boolean;

/** Reads custom fields `[{ key, value }]` as pairs. Keys are CustomField1 to CustomField5, values have at most 50 characters. */
export function readCustomFields(value: unknown): [key: string, value: string][] {
  return (Array.isArray(value) ? value : []).map((one) => {
    const { key, value: text } = members(one);
    const name = textOf(key) ?? '';
    if (!/^CustomField[1-5]$/.test(name))
      throw wrong('INPUT_INVALID.CustomField.InvalidName', 'The custom field name is not CustomField1 to CustomField5.');
    const content = textOf(text) ?? '';
    if (content.length > 50) throw wrong('INPUT_INVALID.CustomField.TooLong', 'The custom field value is longer than 50 characters.');
    return [name, content];
  });
}

/** Sets custom fields. CustomField1 is the device's name. */
export function setFields(device: TsDevice, fields: readonly (readonly [key: string, value: string])[]): void {
  for (const [key, value] of fields) {
    if (key === 'CustomField1') device.name = value;
    else device.fields = { ...device.fields, [key]: value };
  }
}

function customField(device: TsDevice, key: string): string {
  return key === 'CustomField1' ? device.name : (device.fields?.[key] ?? '');
}

/** Filters by account, group, service plan and custom fields. Empty when the request has none of them. */
export function selectionTests(ts: ThingspaceWorld, body: Record<string, unknown>): Test[] {
  const account = textOf(body['accountName']);
  const group = textOf(body['groupName']);
  const plan = textOf(body['servicePlan']);
  const fields = readCustomFields(body['customFields']);
  if (account !== undefined) accountOf(ts, account);
  if (group !== undefined && !ts.groups.some((one) => one.name === group && (account === undefined || one.account === account))) {
    throw wrong('REQUEST_FAILED.DeviceGroupNotFound', 'The device group does not exist.');
  }
  return [
    ...(account === undefined ? [] : [(device: TsDevice) => device.account === account]),
    ...(group === undefined ? [] : [(device: TsDevice) => device.group === group]),
    ...(plan === undefined ? [] : [(device: TsDevice) => device.line !== undefined && device.plan === plan]),
    ...fields.map(
      ([key, value]): Test =>
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
function identifierTest(value: unknown): Test {
  const sent = members(value);
  const kind = textOf(sent['kind'])?.toLowerCase();
  const comparison = Object.keys(comparisons).find((name) => textOf(sent[name]) !== undefined) ?? '';
  const part = textOf(sent[comparison])?.toUpperCase();
  const compare = comparisons[comparison];
  if (kind === undefined || part === undefined || !compare)
    throw wrong('DeserializationFailed', 'A filter needs a kind and one of contains, startswith, endswith.');
  if (kind === 'iccid') return (device) => compare(device.iccid, part);
  return (device) => idsOf(device).some((one) => one.kind === kind && compare(one.id, part));
}

/** All filters of a device list request. */
export function listTests(ts: ThingspaceWorld, body: Record<string, unknown>): Test[] {
  const state = textOf(body['currentState'])?.toLowerCase();
  const earliest = readDate(body, 'earliest');
  const latest = readDate(body, 'latest');
  const filters = members(body['filter'])['deviceIdentifierFilters'];
  return [
    ...selectionTests(ts, body),
    ...(state === undefined ? [] : [(device: TsDevice) => device.state === state]),
    ...(earliest === undefined ? [] : [(device: TsDevice) => device.created >= earliest]),
    ...(latest === undefined ? [] : [(device: TsDevice) => device.created <= latest]),
    ...(Array.isArray(filters) ? filters : []).map(identifierTest),
  ];
}
