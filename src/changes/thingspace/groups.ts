import type { Connection } from '../../clients/connect.ts';
import { walkGuard } from '../../clients/http/pages.ts';
import { flagOf } from '../../clients/thingspace/fields.ts';
import { groups } from '../../clients/thingspace/groups.ts';
import { mainIdOf } from '../../clients/thingspace/identity.ts';
import { groupsOf } from '../../clients/thingspace/ids.ts';
import type { Target } from '../../store/change.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { planner, type SentStep, type Settled, type TargetState } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import { type DeviceId, idsInRequest } from './named-ids.ts';
import { rowsOf, type SimReadContext } from './sim-rows.ts';
import { recordAttributesOf, resolveSims, type Sim } from './sims.ts';

interface Group {
  name?: string | null | undefined;
  description?: string | null | undefined;
  isDefaultGroup?: unknown;
}

async function groupOf(accountName: string, name: string, { connection, signal }: SimReadContext): Promise<Group | undefined> {
  return (await connection.call(groups.list, { path: { accountName } }, { signal })).find((one) => one.name === name);
}

async function resolveIds(ids: readonly DeviceId[] | undefined, accountName: string, at: SimReadContext): Promise<Sim[]> {
  return ids?.length ? resolveSims({ devices: ids.map((id) => ({ deviceIds: [id] })), accountName }, at) : [];
}

function memberTarget(sim: Sim, verdict: TargetState['verdict'], why?: string): TargetState {
  const before = { group: sanitize((sim.row && groupsOf(sim.row).join(', ')) || 'none', 60) };
  if (!sim.row) return { device: sim.device, label: sim.device, before, verdict: 'refuse', why: 'the carrier does not know it' };
  return { device: sim.device, label: sim.device, before, verdict, ...(why ? { why } : {}), ...recordAttributesOf(sim) };
}

const count = (sims: number): string => `${sims} SIM${sims === 1 ? '' : 's'}`;
const isIn = (sim: Sim, group: string): boolean => sim.row !== undefined && groupsOf(sim.row).includes(group);

/** Creates a group. SIMs added to it leave their current group. */
export const createGroup = planner({
  operation: groups.create,
  async inspect(inputs, at) {
    const inspected = await Promise.all(
      inputs.map(async (input) => {
        const { accountName, groupName, devicesToAdd } = input.body;
        const present = await groupOf(accountName, groupName, at);
        const sims = await resolveIds(devicesToAdd, accountName, at);
        const self: TargetState = {
          device: groupName,
          label: `group ${quoteName(groupName)}`,
          groups: [groupName],
          before: { present: present ? 'yes' : 'no' },
          ...(present ? { verdict: 'refuse', why: 'there is a group of this name' } : { verdict: 'change' }),
        };
        return { input, targets: [self, ...sims.map((sim) => memberTarget(sim, 'change'))], count: sims.length };
      }),
    );
    const first = inspected[0];
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.map(({ input, targets }) => ({ input, targets: targets.map((one) => one.device) })),
      effect: `create group ${quoteName(first?.input.body.groupName ?? '')} with ${count(first?.count ?? 0)}, each leaving its current group`,
      noun: 'target',
      effects: groups.create.effects,
      undo: 'deleting the group and putting the SIMs back',
    };
  },
  settle(step, at) {
    const { accountName, groupName, devicesToAdd } = step.input.body;
    return settleGroup(step, at, { accountName, target: groupName, name: groupName, remove: [], add: devicesToAdd ?? [] });
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** Changes the name, description and members of a group. Only SIMs that the request names are added or removed. */
export const updateGroup = planner({
  operation: groups.update,
  async inspect(inputs, at) {
    const inspected = await Promise.all(
      inputs.map(async ({ path, body }) => {
        const present = await groupOf(path.accountName, path.groupName, at);
        const adding = await resolveIds(body.devicesToAdd, path.accountName, at);
        const removing = await resolveIds(body.devicesToRemove, path.accountName, at);
        const self: TargetState[] = present
          ? groupTargets(path.groupName, present, body)
          : [
              {
                device: path.groupName,
                label: `group ${quoteName(path.groupName)}`,
                before: { present: 'no' },
                verdict: 'refuse',
                why: 'there is no such group; list_groups shows them',
              },
            ];
        const add = adding.filter((sim) => !isIn(sim, path.groupName));
        const remove = removing.filter((sim) => isIn(sim, path.groupName));
        const { devicesToAdd: _add, devicesToRemove: _remove, ...rest } = body;
        const idOf = ({ element, row }: Sim): DeviceId => (row && mainIdOf(row)) ?? (element.deviceIds[0] as DeviceId);
        const input = {
          path,
          body: {
            ...rest,
            ...(add.length > 0 ? { devicesToAdd: add.map(idOf) } : {}),
            ...(remove.length > 0 ? { devicesToRemove: remove.map(idOf) } : {}),
          },
        };
        const targets = [
          ...self,
          ...adding.map((sim) => memberTarget(sim, add.includes(sim) ? 'change' : 'unchanged')),
          ...removing.map((sim) => memberTarget(sim, remove.includes(sim) ? 'change' : 'unchanged')),
        ];
        return { input, targets, add: add.length, remove: remove.length };
      }),
    );
    const first = inspected[0];
    const parts = [
      ...(first?.add ? [`add ${count(first.add)}, each leaving its current group`] : []),
      ...(first?.remove ? [`put ${count(first.remove)} back into the default group`] : []),
      ...(first?.input.body.newGroupName ? [`rename it ${quoteName(first.input.body.newGroupName)}`] : []),
      ...(first?.input.body.newGroupDescription ? ['change its description'] : []),
    ];
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.flatMap(({ input, targets }) => {
        const changing = targets.filter((one) => one.verdict === 'change').map((one) => one.device);
        return changing.length > 0 ? [{ input, targets: changing }] : [];
      }),
      effect: `in group ${quoteName(first?.input.path.groupName ?? '')}: ${parts.join('; ') || 'nothing'}`,
      noun: 'target',
      effects: groups.update.effects,
      undo: 'the reverse change; the previous groups are in the record',
    };
  },
  settle(step, at) {
    const { path, body } = step.input;
    return settleGroup(step, at, {
      accountName: path.accountName,
      target: path.groupName,
      name: body.newGroupName ?? path.groupName,
      add: body.devicesToAdd ?? [],
      remove: body.devicesToRemove ?? [],
      description: body.newGroupDescription,
    });
  },
  inverse({ input: { path, body } }, done) {
    const { accountName } = path;
    const groupName = body.newGroupName ?? path.groupName;
    const named = (list: readonly DeviceId[] | undefined, device: string): boolean =>
      list?.some(({ id }) => isSameDevice(id, device)) ?? false;
    const self = done.find(({ device }) => device === path.groupName);
    const joined = done.filter(({ device }) => named(body.devicesToAdd, device));
    const former = Map.groupBy(joined, ({ before }) => before['group'] ?? 'none');
    // A SIM that was in several groups, or in one whose name was cut for display, cannot be put back.
    if ([...former.keys()].some((name) => name === 'none' || name.includes(', ') || name.endsWith('…'))) return undefined;
    const ids = (those: readonly Target[] = []): DeviceId[] => those.map(({ device }) => idsInRequest(body, device)[0] as DeviceId);
    const defaultGroup = `Default: ${accountName}`;
    const back = ids(done.filter(({ device }) => named(body.devicesToRemove, device)));
    const out = ids(former.get(defaultGroup));
    former.delete(defaultGroup);
    const own = {
      ...(back.length > 0 ? { devicesToAdd: back } : {}),
      ...(out.length > 0 ? { devicesToRemove: out } : {}),
      ...(self && body.newGroupName ? { newGroupName: path.groupName } : {}),
      ...(self && body.newGroupDescription !== undefined ? { newGroupDescription: self.before['description'] ?? '' } : {}),
    };
    const others = [...former].map(([name, those]) => ({ path: { accountName, groupName: name }, body: { devicesToAdd: ids(those) } }));
    const inputs = [...(Object.keys(own).length > 0 ? [{ path: { accountName, groupName }, body: own }] : []), ...others];
    return inputs.length > 0 ? { operation: groups.update, inputs } : undefined;
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

function groupTargets(
  name: string,
  present: Group,
  body: { newGroupName?: string | undefined; newGroupDescription?: string | undefined },
): TargetState[] {
  if (body.newGroupName === undefined && body.newGroupDescription === undefined) return [];
  const same = (body.newGroupName ?? name) === name && (body.newGroupDescription ?? present.description) === present.description;
  const before = { name: sanitize(name, 60), description: sanitize(present.description ?? '', 60) };
  return [{ device: name, label: `group ${quoteName(name)}`, groups: [name], before, verdict: same ? 'unchanged' : 'change' }];
}

async function settleGroup(
  step: Pick<SentStep<unknown>, 'targets'>,
  at: SimReadContext,
  to: {
    accountName: string;
    target: string;
    name: string;
    add: readonly DeviceId[];
    remove: readonly DeviceId[];
    description?: string | undefined;
  },
): Promise<Settled[]> {
  const present = await groupOf(to.accountName, to.name, at);
  const isIn = (ids: readonly DeviceId[], device: string): boolean => ids.some((one) => isSameDevice(one.id, device));
  // The group itself is a target too; every other one is a SIM.
  const sims = step.targets.filter((device) => device !== to.target);
  const members = { add: to.add, remove: to.remove };
  const rows = await rowsOf(
    sims.map((device) => idsInRequest(members, device)[0] as DeviceId),
    at,
  );
  return step.targets.map((device): Settled => {
    const index = sims.indexOf(device);
    if (index < 0) {
      const described = to.description === undefined || present?.description === to.description;
      return { device, outcome: present && described ? 'applied' : 'pending', after: { present: present ? 'yes' : 'no' } };
    }
    const row = rows[index];
    const names = row ? groupsOf(row) : [];
    const done = isIn(to.remove, device) ? !names.includes(to.name) : names.includes(to.name);
    return { device, outcome: done ? 'applied' : 'pending', after: { group: sanitize(names.join(', ') || 'none', 60) } };
  });
}

/** Deletes a group. Its SIMs move to the default group. */
export const removeGroup = planner({
  operation: groups.remove,
  async inspect(inputs, at) {
    const targets = await Promise.all(
      inputs.map(async ({ path }): Promise<TargetState> => {
        const present = await groupOf(path.accountName, path.groupName, at);
        const it = { device: path.groupName, label: `group ${quoteName(path.groupName)}`, groups: [path.groupName] };
        if (!present) return { ...it, before: { present: 'no' }, verdict: 'unchanged' };
        if (flagOf(present.isDefaultGroup))
          return { ...it, before: { present: 'yes' }, verdict: 'refuse', why: 'it is the default group, which cannot be deleted' };
        const members = await membersOf(path.accountName, path.groupName, at.connection, 10_000, at.signal);
        return { ...it, before: { present: 'yes', SIMs: `${members.rows.length}${members.more ? ' or more' : ''}` }, verdict: 'change' };
      }),
    );
    return {
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.groupName] })),
      effect: `delete the group; its SIMs move to the default group (${targets[0]?.before['SIMs'] ?? 0} SIMs now)`,
      noun: 'group',
      effects: groups.remove.effects,
      undo: 'creating it again with the same SIMs, if somebody kept the list (list_groups shows it)',
    };
  },
  async settle(step, at) {
    const { accountName, groupName } = step.input.path;
    const present = await groupOf(accountName, groupName, at);
    return [{ device: groupName, outcome: present ? 'pending' : 'applied', after: { present: present ? 'yes' : 'no' } }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** The members of a group, page by page; reading stops after the page that reaches `most`. */
export async function membersOf(accountName: string, groupName: string, connection: Connection, most: number, signal?: AbortSignal) {
  const guard = walkGuard<object, string>((row) => JSON.stringify(row));
  const rows: { deviceIds?: { id?: string | number | null | undefined; kind?: string | null | undefined }[] | null | undefined }[] = [];
  let next: string | undefined;
  let more = false;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(next);
    const offered = flagOf(page.hasMoreData) && page.next ? page.next : undefined;
    const checked = guard.check({ rows: page.devices ?? [], next: offered }, next);
    rows.push(...checked.rows);
    next = checked.next;
    more = flagOf(page.hasMoreData) === true;
  } while (next !== undefined && rows.length < most);
  return { rows, more };

  function read(token: string | undefined) {
    return connection.call(groups.read, { path: { accountName, groupName }, ...(token ? { query: { next: token } } : {}) }, { signal });
  }
}
