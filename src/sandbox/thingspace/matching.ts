/** Filters over the fleet: the ones of the device list, and the ones by which a bulk act chooses its devices. */
import { members, textOf } from '../behaviour.ts';
import { readDate } from './body.ts';
import { accountOf } from './find.ts';
import type { ThingspaceWorld, TsDevice } from './seed.ts';
import { idsOf } from './shapes.ts';
import { wrong } from './wrong.ts';

type Test = (device: TsDevice) => boolean;

/** `[{ key, value }]` of custom fields as pairs. */
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

/** Writes custom fields; CustomField1 is the device's name. */
export function setFields(device: TsDevice, fields: readonly (readonly [key: string, value: string])[]): void {
  for (const [key, value] of fields) {
    if (key === 'CustomField1') device.name = value;
    else device.fields = { ...device.fields, [key]: value };
  }
}

function customField(device: TsDevice, key: string): string {
  return key === 'CustomField1' ? device.name : (device.fields?.[key] ?? '');
}

/** The tests of a selection by account, group, plan and custom fields; none when nothing is named. */
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

const ways: Record<string, (id: string, part: string) => boolean> = {
  contains: (id, part) => id.includes(part),
  startswith: (id, part) => id.startsWith(part),
  endswith: (id, part) => id.endsWith(part),
};

/** One of contains, startswith, endswith on the identifiers of a kind. */
function identifierTest(value: unknown): Test {
  const sent = members(value);
  const kind = textOf(sent['kind'])?.toLowerCase();
  const way = Object.keys(ways).find((name) => textOf(sent[name]) !== undefined) ?? '';
  const part = textOf(sent[way])?.toUpperCase();
  const fits = ways[way];
  if (kind === undefined || part === undefined || !fits)
    throw wrong('DeserializationFailed', 'A filter needs a kind and one of contains, startswith, endswith.');
  if (kind === 'iccid') return (device) => fits(device.iccid, part);
  return (device) => idsOf(device).some((one) => one.kind === kind && fits(one.id, part));
}

/** The tests of a device list request. */
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
