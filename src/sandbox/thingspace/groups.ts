import type { groups as contracts } from '../../clients/thingspace/groups.ts';
import { type Behaviours, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { elements, namedFlat } from './chosen.ts';
import { accountOf } from './find.ts';
import { defaultGroup, type Group, type TsDevice } from './seed.ts';
import { idsOf } from './shapes.ts';
import { wrong } from './wrong.ts';

function groupOf(world: World, account: string, name: string): Group {
  accountOf(world.thingspace, account);
  const group = world.thingspace.groups.find((one) => one.account === account && one.name === name);
  if (!group) throw wrong('REQUEST_FAILED.DeviceGroupNotFound', 'The device group does not exist.');
  return group;
}

function mustBeNew(world: World, account: string, name: string): void {
  if (world.thingspace.groups.some((one) => one.account === account && one.name === name))
    throw wrong('REQUEST_FAILED.DeviceGroup.Exists', 'The device group exists already.');
}

function membersOf(world: World, { account, name }: Group): TsDevice[] {
  return world.thingspace.devices.filter((device) => device.account === account && device.group === name);
}

/** Returns the devices of a flat list, none when the list is absent. */
function listed(world: World, body: Record<string, unknown>, member: string, account: string): TsDevice[] {
  return namedFlat(world, elements(body, member) ?? [], account);
}

export const groups: Behaviours<typeof contracts> = {
  create({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const name = required(sent, 'groupName');
    const description = required(sent, 'groupDescription');
    mustBeNew(world, account, name);
    const added = listed(world, sent, 'devicesToAdd', account);
    world.thingspace.groups.push({ account, name, description, isDefault: false });
    for (const device of added) device.group = name;
    return { status: 200, body: { success: true } };
  },

  update({ world, path, body }) {
    const sent = readBody(body);
    const group = groupOf(world, path.accountName, path.groupName);
    const name = textOf(sent['newGroupName']);
    if (name !== undefined && name !== group.name) mustBeNew(world, group.account, name);
    const added = listed(world, sent, 'devicesToAdd', group.account);
    const removed = listed(world, sent, 'devicesToRemove', group.account);
    for (const device of added) device.group = group.name;
    for (const device of removed) if (device.group === group.name) device.group = defaultGroup(group.account);
    if (name !== undefined) {
      for (const device of membersOf(world, group)) device.group = name;
      group.name = name;
    }
    group.description = textOf(sent['newGroupDescription']) ?? group.description;
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
      body: { name, description, hasMoreData, devices: all.slice(start, end).map((device) => ({ deviceIds: idsOf(device) })) },
      ...(hasMoreData
        ? { headers: { location: `/groups/${encodeURIComponent(account)}/name/${encodeURIComponent(name)}/?next=${end}` } }
        : {}),
    };
  },

  remove({ world, path }) {
    const ts = world.thingspace;
    const group = groupOf(world, path.accountName, path.groupName);
    if (group.isDefault) throw wrong('INPUT_INVALID.DeviceGroup.DeleteDefault', 'The default group cannot be deleted.');
    for (const device of membersOf(world, group)) device.group = defaultGroup(group.account);
    ts.groups = ts.groups.filter((one) => one !== group);
    return { status: 200, body: { success: true } };
  },
};
