import type { Connection } from '../../clients/connect.ts';
import { walkGuard } from '../../clients/http/pages.ts';
import { flagOf } from '../../clients/thingspace/fields.ts';
import { groups } from '../../clients/thingspace/groups.ts';
import { mainIdOf } from '../../clients/thingspace/identity.ts';
import { groupsOf } from '../../clients/thingspace/ids.ts';
import type { Target } from '../../store/change.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { field, joined, phrase } from '../document/phrase.ts';
import { planner, type SentStep, type Settled, type TargetState } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import { membersBehind } from './group-members.ts';
import { type DeviceId, idsInRequest } from './named-ids.ts';
import { countOf } from './shown.ts';
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

/** A SIM that a request puts into the group `becomes`. */
function memberTarget(sim: Sim, verdict: TargetState['verdict'], becomes: string): TargetState {
  const before = { group: sanitize((sim.row && groupsOf(sim.row).join(', ')) || 'none', 60) };
  if (!sim.row) return { device: sim.device, label: sim.device, before, verdict: 'refuse', why: 'the carrier does not know it' };
  const after = verdict === 'change' ? { becomes: { group: becomes } } : {};
  return { device: sim.device, label: sim.device, before, ...after, verdict, ...recordAttributesOf(sim) };
}

const defaultGroup = 'the default group';
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
          before: { account: accountName, present: present ? 'yes' : 'no' },
          ...(present ? { verdict: 'refuse', why: 'there is a group of this name' } : { verdict: 'change' }),
        };
        return { input, targets: [self, ...sims.map((sim) => memberTarget(sim, 'change', groupName))], count: sims.length };
      }),
    );
    const added = inspected.reduce((sum, one) => sum + one.count, 0);
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.map(({ input, targets }) => ({ input, targets: targets.map((one) => one.device) })),
      effect: phrase`create group ${field('body.groupName')} with ${countOf(added)}, each leaving its current group; in account ${field('body.accountName')}, described as ${field('body.groupDescription')}`,
      noun: 'target',
      effects: groups.create.effects,
      undo: phrase`deleting the group and putting the SIMs back`,
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
          ? groupTargets(path, present, body)
          : [
              {
                device: path.groupName,
                label: `group ${quoteName(path.groupName)}`,
                before: { account: path.accountName, present: 'no' },
                verdict: 'refuse',
                why: 'there is no such group; list_groups shows them',
              },
            ];
        const add = adding.filter((sim) => !isIn(sim, path.groupName));
        const remove = removing.filter((sim) => isIn(sim, path.groupName));
        const { devicesToAdd: _add, devicesToRemove: _remove, ...named } = body;
        // A name and description that the group has already are not sent again.
        const rest = self.some(({ verdict }) => verdict === 'change') ? named : {};
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
          ...adding.map((sim) => memberTarget(sim, add.includes(sim) ? 'change' : 'unchanged', path.groupName)),
          ...removing.map((sim) => memberTarget(sim, remove.includes(sim) ? 'change' : 'unchanged', defaultGroup)),
        ];
        return { input, targets, add: add.length, remove: remove.length, rest };
      }),
    );
    const add = inspected.reduce((sum, one) => sum + one.add, 0);
    const remove = inspected.reduce((sum, one) => sum + one.remove, 0);
    const parts = [
      ...(add > 0 ? [phrase`add ${countOf(add)}, each leaving its current group`] : []),
      ...(remove > 0 ? [phrase`put ${countOf(remove)} back into the default group`] : []),
      ...(inspected.some(({ rest }) => rest.newGroupName) ? [phrase`rename it ${field('body.newGroupName')}`] : []),
      ...(inspected.some(({ rest }) => rest.newGroupDescription) ? [phrase`describe it as ${field('body.newGroupDescription')}`] : []),
    ];
    // A new name or description is one for all SIMs that are in the group.
    const itself = inspected.filter(({ rest }) => Object.keys(rest).length > 0).map(({ input }) => input.path);
    return {
      ...(await membersBehind(itself, at)),
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.flatMap(({ input, targets }) => {
        const changing = targets.filter((one) => one.verdict === 'change').map((one) => one.device);
        return changing.length > 0 ? [{ input, targets: changing }] : [];
      }),
      effect: phrase`in group ${field('path.groupName')} of account ${field('path.accountName')}: ${parts.length > 0 ? joined(parts, phrase`; `) : phrase`nothing`}`,
      noun: 'target',
      effects: groups.update.effects,
      undo: phrase`the reverse change; the previous groups are in the record`,
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
    const ownDefault = `Default: ${accountName}`;
    const back = ids(done.filter(({ device }) => named(body.devicesToRemove, device)));
    const out = ids(former.get(ownDefault));
    former.delete(ownDefault);
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
  { accountName, groupName: name }: { accountName: string; groupName: string },
  present: Group,
  body: { newGroupName?: string | undefined; newGroupDescription?: string | undefined },
): TargetState[] {
  if (body.newGroupName === undefined && body.newGroupDescription === undefined) return [];
  const same = (body.newGroupName ?? name) === name && (body.newGroupDescription ?? present.description) === present.description;
  const before = { account: accountName, name: sanitize(name, 60), description: sanitize(present.description ?? '', 60) };
  const becomes = {
    ...(body.newGroupName === undefined ? {} : { name: body.newGroupName }),
    ...(body.newGroupDescription === undefined ? {} : { description: body.newGroupDescription }),
  };
  return [{ device: name, label: `group ${quoteName(name)}`, groups: [name], before, becomes, verdict: same ? 'unchanged' : 'change' }];
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
    const inspected = await Promise.all(
      inputs.map(async ({ path }): Promise<{ target: TargetState; members: number; more: boolean }> => {
        const present = await groupOf(path.accountName, path.groupName, at);
        const it = { device: path.groupName, label: `group ${quoteName(path.groupName)}`, groups: [path.groupName] };
        const before = { account: path.accountName, present: present ? 'yes' : 'no' };
        if (!present) return { target: { ...it, before, verdict: 'unchanged' }, members: 0, more: false };
        if (flagOf(present.isDefaultGroup)) {
          const why = 'it is the default group, which cannot be deleted';
          return { target: { ...it, before, verdict: 'refuse', why }, members: 0, more: false };
        }
        const { rows, more } = await membersOf(path.accountName, path.groupName, at.connection, 10_000, at.signal);
        const SIMs = `${rows.length}${more ? ' or more' : ''}`;
        return { target: { ...it, before: { ...before, SIMs }, verdict: 'change' }, members: rows.length, more };
      }),
    );
    const targets = inspected.map(({ target }) => target);
    const scopes = inputs.flatMap(({ path }, i) =>
      targets[i]?.verdict === 'change' ? [{ ...path, counted: inspected[i]?.members, more: inspected[i]?.more }] : [],
    );
    return {
      ...(await membersBehind(scopes, at)),
      targets,
      steps: inputs.filter((_, i) => targets[i]?.verdict === 'change').map((input) => ({ input, targets: [input.path.groupName] })),
      effect: phrase`delete the group of account ${field('path.accountName')}; its SIMs move to the default group`,
      noun: 'group',
      effects: groups.remove.effects,
      undo: phrase`creating it again with the same SIMs, if somebody kept the list (list_groups shows it)`,
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
