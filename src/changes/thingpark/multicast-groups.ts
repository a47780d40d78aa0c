/** Multicast groups: one downlink to many devices, none of which confirms it. */

import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { multicastGroups } from '../../clients/thingpark/multicast-groups.ts';
import { hour } from '../../durations.ts';
import { warning } from '../document/approval-document.ts';
import { field, fixed, joined, nothing, type Phrase, phrase, quoted, settings, stated, word } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import { checkAppServers, checkConnectivityPlan } from './catalogue.ts';
import { unknownDevices } from './dependents.ts';
import { factText, planFactOf } from './fact-text.ts';
import { implausibleValues } from './implausible.ts';
import { type MemberFact, readMember, readPart, settleDeletion, settleMembers, undefinedIfMissing } from './read-back.ts';
import { deviceNameFromUid, readDeviceByUid } from './read-device.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

const read = (multicastGroupUid: string, { connection, signal }: ReadContext) =>
  undefinedIfMissing(connection.call(multicastGroups.read, { path: { multicastGroupUid } }, { signal }));

/** The platform does not list the devices of a group. */
const membersUnknown = warning('members-unknown', phrase`which devices belong to the group is not known`);

/** The keys that a body sets, each in words. */
function keysOf(body: InputOf<typeof multicastGroups.create>['body'] | undefined): Phrase[] {
  const names = [
    ['nwKey', phrase`its NwkSKey`],
    ['appKeys', phrase`its AppSKeys`],
    ['sNwkSIntKey', phrase`its SNwkSIntKey`],
    ['nwkSEncKey', phrase`its NwkSEncKey`],
  ] as const;
  return names.flatMap(([name, text]) => (body?.[name] === undefined ? [] : [phrase`${stated(`body.${name}`, undefined, text)}`]));
}

/** The application servers of the requests that change something. */
const serversOf = (
  inputs: readonly { body: { appServers?: readonly { ID: string }[] | undefined } }[],
  targets: readonly Pick<TargetState, 'verdict'>[],
): string[] => inputs.flatMap(({ body }, i) => (targets[i]?.verdict === 'change' ? (body.appServers ?? []).map(({ ID }) => ID) : []));

export const createGroup = planner({
  operation: multicastGroups.create,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, async ({ body }) => {
      const EUI = body.EUI.toUpperCase();
      const [group, device] = await Promise.all([read(`e${EUI}`, at), readDeviceByUid(`e${EUI}`, at)]);
      const target = { device: EUI, label: EUI, before: { present: group || device ? 'yes' : 'no' } };
      if (group || device) return { ...target, verdict: 'refuse' as const, why: `already there as a ${group ? 'group' : 'device'}` };
      if (body.networkSubscription?.ID) await checkConnectivityPlan(body.networkSubscription.ID, 'LORAWAN', 1, at);
      return { ...target, verdict: 'change' as const };
    });
    const serverWarnings = await checkAppServers(serversOf(inputs, targets), at);
    const first = inputs[0]?.body;
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.EUI.toUpperCase()] })),
      effect: phrase`add class ${word('body.class')} group${first?.name ? phrase` ${field('body.name')}` : nothing}, address ${field('body.nwAddress')}, over ${first?.bss?.tags.length ? phrase`base stations tagged ${field('body.bss.tags.name')}` : phrase`all base stations`}${joined(
        keysOf(first).map((one) => phrase`, ${one}`),
        nothing,
      )}`,
      noun: 'multicast group',
      effects: multicastGroups.create.effects,
      cost: phrase`May take a plan licence, cost unknown`,
      undo: phrase`deleting it; its keys cannot be read back`,
      warnings: [
        ...inputs.flatMap(({ body }) =>
          implausibleValues({
            devEui: body.EUI,
            devAddr: body.nwAddress,
            keys: { nwKey: body.nwKey, sNwkSIntKey: body.sNwkSIntKey, nwkSEncKey: body.nwkSEncKey },
          }),
        ),
        ...serverWarnings,
      ],
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const found = await read(`e${device}`, at);
    return [
      found ? { device, outcome: 'applied', after: { present: 'yes' } } : { device, outcome: 'pending', why: 'not there when read back' },
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

type UpdateBody = InputOf<typeof multicastGroups.update>['body'];
type Group = NonNullable<Awaited<ReturnType<typeof read>>>;

/** The members that the body sets, each with its requested and its present value; keys are omitted, they cannot be read back. */
function requestedMembers(
  { occContext: _, appKeys: __, networkSubscription, appServers, ...plain }: UpdateBody,
  group: Group,
): MemberFact[] {
  const ids = (servers: unknown): string =>
    Array.isArray(servers)
      ? servers
          .map((one: { ID?: unknown }) => factText(one.ID))
          .sort()
          .join(' ') || 'none'
      : 'none';
  return [
    ...Object.entries(plain).map(([name, requested]) => ({ name, requested: factText(requested), ...readMember(group, name) })),
    ...(networkSubscription
      ? [{ name: 'plan', requested: factText(networkSubscription.ID), ...readPart(group, 'networkSubscription') }]
      : []),
    ...(appServers ? [{ name: 'appServers', requested: ids(appServers), ...readMember(group, 'appServers', ids) }] : []),
  ];
}

export const updateGroup = planner({
  operation: multicastGroups.update,
  async inspect(inputs, at) {
    if (inputs.some(({ query }) => query?.force !== undefined))
      throw new Refusal('force: is not accepted, it would overwrite a concurrent change', 'Leave force out; nothing was sent.', 'force');
    const targets = await mapWithConcurrency(inputs, async ({ path, body }): Promise<TargetState> => {
      const group = await read(path.multicastGroupUid, at);
      const device = group?.EUI ?? deviceNameFromUid(path.multicastGroupUid);
      if (!group) return { device, label: device, before: {}, verdict: 'refuse', why: 'there is no such group' };
      const all = requestedMembers(body, group);
      const version = group.occContext?.version;
      const before = { ...Object.fromEntries(all.map(({ name, present }) => [name, present])), version: factText(version) };
      const becomes = Object.fromEntries(all.map(({ name, requested }) => [name, requested]));
      const target = { device, label: device, identifiers: [device, path.multicastGroupUid], before, becomes };
      if (version !== body.occContext.version)
        return {
          ...target,
          verdict: 'refuse',
          why: `it is at version ${version ?? 'unknown'}, the change was made for version ${body.occContext.version}`,
        };
      const plan = body.networkSubscription?.ID;
      if (plan && plan !== group.networkSubscription?.ID) await checkConnectivityPlan(plan, 'LORAWAN', 1, at);
      const differs = body.appKeys !== undefined || all.some(({ requested, present }) => requested !== present);
      return { ...target, verdict: differs ? 'change' : 'unchanged' };
    });
    const serverWarnings = await checkAppServers(serversOf(inputs, targets), at);
    const { occContext: _, name, networkSubscription, ...rest } = inputs[0]?.body ?? {};
    const parts = [
      ...(networkSubscription
        ? [
            networkSubscription.ID === null
              ? phrase`REMOVE THE PLAN, its downlinks stop`
              : phrase`give plan ${field('body.networkSubscription.ID')}`,
          ]
        : []),
      ...(name === undefined ? [] : [phrase`rename to ${field('body.name')}`]),
      ...(Object.keys(rest).length > 0
        ? [phrase`set ${settings('body', ['occContext', 'name', 'networkSubscription'])} for all its devices`]
        : []),
    ];
    return {
      targets,
      steps: inputs.flatMap((input, i) => (targets[i]?.verdict === 'change' ? [{ input, targets: [targets[i].device] }] : [])),
      effect: joined(parts),
      noun: 'multicast group',
      effects: multicastGroups.update.effects,
      undo: phrase`setting the previous values; keys cannot be read back`,
      dependents: unknownDevices,
      warnings: [membersUnknown, ...serverWarnings],
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const group = await read(step.input.path.multicastGroupUid, at);
    if (!group) return [{ device, outcome: 'pending', why: 'not there when read back' }];
    const moved = (group.occContext?.version ?? 0) > step.input.body.occContext.version;
    const isAccepted = moved && step.answered;
    const settled = settleMembers(device, requestedMembers(step.input.body, group), { isAccepted, cause: 'the provider ignored it' });
    return [
      settled.outcome === 'applied' && !moved
        ? { ...settled, outcome: 'pending', why: 'its version is as before when read back' }
        : settled,
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

export const deleteGroup = planner({
  operation: multicastGroups.delete,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => ({ input, group: await read(input.path.multicastGroupUid, at) }));
    return {
      targets: inspected.map(({ input, group }) => {
        const device = group?.EUI ?? deviceNameFromUid(input.path.multicastGroupUid);
        if (!group) return { device, label: device, before: {}, verdict: 'refuse' as const, why: 'there is no such group' };
        const before = {
          name: group.name ?? '',
          nwAddress: group.nwAddress ?? '',
          class: group.class ?? '',
          plan: planFactOf(group),
          version: String(group.occContext?.version ?? ''),
        };
        return { device, label: device, identifiers: [device, input.path.multicastGroupUid], before, verdict: 'change' as const };
      }),
      steps: inspected.flatMap(({ input, group }) => (group ? [{ input, targets: [group.EUI] }] : [])),
      effect: phrase`DELETE for good with its history; its keys cannot be read back`,
      dependents: unknownDevices,
      warnings: [membersUnknown],
      noun: 'multicast group',
      effects: multicastGroups.delete.effects,
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const found = await read(step.input.path.multicastGroupUid, at);
    return [settleDeletion(found, device)];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

export const sendMulticastDownlink = planner({
  operation: multicastGroups.downlink,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => ({ input, group: await read(input.path.multicastGroupUid, at) }));
    const first = inputs[0]?.query;
    const payload = first?.payload ?? '';
    const kind = inspected[0]?.group?.class ?? 'unknown';
    return {
      targets: inspected.map(({ input, group }) => {
        const device = group?.EUI ?? deviceNameFromUid(input.path.multicastGroupUid);
        if (!group) return { device, label: device, before: {}, verdict: 'refuse' as const, why: 'there is no such group' };
        return {
          device,
          label: device,
          identifiers: [device, input.path.multicastGroupUid],
          before: { class: group.class ?? '', 'last frame counter': String(group.lastFCntDn ?? '') },
          verdict: 'change' as const,
        };
      }),
      steps: inspected.flatMap(({ input, group }) => (group ? [{ input, targets: [group.EUI] }] : [])),
      effect: phrase`${first?.flushDownlinkQueue ? stated('query.flushDownlinkQueue', true, phrase`EMPTY its downlink queue, then `) : nothing}send ${field('query.payload', 80)} (${payload.length / 2} bytes) on port ${field('query.fPort')} to EVERY device of the group; class ${kind === 'A' || kind === 'B' || kind === 'C' ? fixed(kind) : quoted(kind)}, none confirms it`,
      dependents: unknownDevices,
      warnings: [membersUnknown],
      noun: 'multicast group',
      effects: multicastGroups.downlink.effects,
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const group = await read(step.input.path.multicastGroupUid, at);
    const last = group?.lastDwTimestamp;
    if (!step.answered || typeof last !== 'number' || last < step.sentAt - 5000) return [{ device, outcome: 'pending' }];
    return [
      {
        device,
        outcome: 'applied',
        after: { 'last frame counter': String(group?.lastFCntDn ?? '') },
        why: 'sent; which devices received it is not known',
      },
    ];
  },
  settleTimeout: { ms: hour, onTimeout: 'unknown' },
});
