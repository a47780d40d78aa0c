import type { groups as contracts } from '../../clients/thingspace/groups.ts';
import { asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { accountOf } from './device-lookup.ts';
import { devicesOfIds, optionalList } from './device-selection.ts';
import { apiError } from './errors.ts';
import { defaultGroup } from './seed.ts';
import { identifiersOf } from './serialize.ts';
import type { DeviceGroup, TsDevice } from './state.ts';

function groupOf(world: World, account: string, name: string): DeviceGroup {
  accountOf(world.thingspace, account);
  const group = world.thingspace.groups.find((one) => one.account === account && one.name === name);
  if (!group) throw apiError('REQUEST_FAILED.DeviceGroupNotFound', 'The device group does not exist.');
  return group;
}

function requireNewGroup(world: World, account: string, name: string): void {
  if (world.thingspace.groups.some((one) => one.account === account && one.name === name))
    throw apiError('REQUEST_FAILED.DeviceGroup.Exists', 'The device group exists already.');
}

function membersOf(world: World, { account, name }: DeviceGroup): TsDevice[] {
  return world.thingspace.devices.filter((device) => device.account === account && device.group === name);
}

/** Returns the devices of a flat list, none when the list is absent. */
function listedDevices(world: World, body: Record<string, unknown>, member: string, account: string): TsDevice[] {
  return devicesOfIds(world, optionalList(body, member) ?? [], account);
}

export const groups: Handlers<typeof contracts> = {
  create({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const name = required(sent, 'groupName');
    const description = required(sent, 'groupDescription');
    requireNewGroup(world, account, name);
    const added = listedDevices(world, sent, 'devicesToAdd', account);
    world.thingspace.groups.push({ account, name, description, isDefault: false });
    for (const device of added) device.group = name;
    return { status: 200, body: { success: true } };
  },

  update({ world, path, body }) {
    const sent = readBody(body);
    const group = groupOf(world, path.accountName, path.groupName);
    const name = asText(sent['newGroupName']);
    if (name !== undefined && name !== group.name) requireNewGroup(world, group.account, name);
    const added = listedDevices(world, sent, 'devicesToAdd', group.account);
    const removed = listedDevices(world, sent, 'devicesToRemove', group.account);
    for (const device of added) device.group = group.name;
    for (const device of removed) if (device.group === group.name) device.group = defaultGroup(group.account);
    if (name !== undefined) {
      for (const device of membersOf(world, group)) device.group = name;
      group.name = name;
    }
    group.description = asText(sent['newGroupDescription']) ?? group.description;
    return { status: 200, body: { success: true } };
  },

  list({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName).name;
    const found = world.thingspace.groups.filter((group) => group.account === account);
    return {
      status: 200,
      body: found.map(({ name, description, isDefault }) => ({ name, description, isDefaultGroup: isDefault, extendedAttributes: [] })),
    };
  },

  // Page size and token format are assumptions.
  read({ world, path, query }) {
    const group = groupOf(world, path.accountName, path.groupName);
    const start = Number(query.get('next') ?? 0) || 0;
    const end = start + world.thingspace.page.group;
    const all = membersOf(world, group);
    const hasMoreData = all.length > end;
    const { account, name, description } = group;
    return {
      status: hasMoreData ? 202 : 200,
      body: { name, description, hasMoreData, devices: all.slice(start, end).map((device) => ({ deviceIds: identifiersOf(device) })) },
      ...(hasMoreData
        ? { headers: { location: `/groups/${encodeURIComponent(account)}/name/${encodeURIComponent(name)}/?next=${end}` } }
        : {}),
    };
  },

  remove({ world, path }) {
    const ts = world.thingspace;
    const group = groupOf(world, path.accountName, path.groupName);
    if (group.isDefault) throw apiError('INPUT_INVALID.DeviceGroup.DeleteDefault', 'The default group cannot be deleted.');
    for (const device of membersOf(world, group)) device.group = defaultGroup(group.account);
    ts.groups = ts.groups.filter((one) => one !== group);
    return { status: 200, body: { success: true } };
  },
};
