/** Tags and domains of devices. Every device is named; filters are not used. */
import { domains } from '../../clients/thingpark/domains.ts';
import { tags } from '../../clients/thingpark/tags.ts';
import type { Target } from '../../store/change.ts';
import { identifierFormats } from '../../vocabulary.ts';
import { field, joined, type Phrase, phrase, quotedList, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type Inverse, type PlannerContext, planner } from '../planner.ts';
import { type Domain, domainNamesIn, domainText, policyAttributesOf } from './policy-attributes.ts';
import { deviceNameFromUid, readDeviceByUid } from './read-device.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

/** A device with its tags; undefined when there is no such device. */
async function readTagged(deviceUid: string, at: ReadContext) {
  const read = await readDeviceByUid(deviceUid, at);
  if (!read) return undefined;
  const present = (await at.connection.call(tags.list, { path: { deviceUid } }, { signal: at.signal })).briefs.map(({ name }) => name);
  const traits = policyAttributesOf(read);
  return { present, traits: { ...traits, groups: [...new Set([...present, ...traits.groups])] } };
}

/** The tags of a device; undefined when there is no such device. */
const tagsOf = async (deviceUid: string, at: ReadContext): Promise<string[] | undefined> => (await readTagged(deviceUid, at))?.present;

async function inspect(deviceUid: string, name: string, on: boolean, at: ReadContext) {
  const { present, traits } = (await readTagged(deviceUid, at)) ?? {};
  const device = deviceNameFromUid(deviceUid);
  const target = { device, label: device, before: { tags: present?.join(', ') || 'none' } };
  if (!present) return { ...target, before: {}, verdict: 'refuse' as const, why: 'there is no such device' };
  return { ...target, verdict: present.includes(name) === on ? ('unchanged' as const) : ('change' as const), ...traits };
}

async function settleTag(device: string, name: string, on: boolean, at: ReadContext) {
  const present = (await tagsOf(/^\d+$/.test(device) && device.length < 16 ? device : `e${device}`, at)) ?? [];
  const after = { tags: present.join(', ') || 'none' };
  return { device, outcome: present.includes(name) === on ? ('applied' as const) : ('pending' as const), after };
}

/** The bulk request that adds or removes a tag; undefined when a device is not named by its DevEUI, which the request requires. */
function bulkInverse(action: 'TAG' | 'UNTAG', name: string, done: readonly Target[]): Inverse | undefined {
  const devEUIs = done.map(({ device }) => device);
  if (!devEUIs.every((eui) => identifierFormats.devEui.pattern.test(eui))) return undefined;
  return { operation: tags.bulk, inputs: [{ query: { action }, body: { name, devEUIs } }] };
}

export const addTag = planner({
  operation: tags.add,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, ({ path, body }) => inspect(path.deviceUid, body.name, true, at));
    return {
      targets,
      steps: inputs.flatMap((input, i) => (targets[i]?.verdict === 'change' ? [{ input, targets: [targets[i].device] }] : [])),
      effect: phrase`add tag ${field('body.name')}`,
      noun: 'device',
      effects: tags.add.effects,
      undo: phrase`removing the tag`,
    };
  },
  settle: (step, at) => mapWithConcurrency(step.targets, (device) => settleTag(device, step.input.body.name, true, at)),
  inverse: ({ input }, done) => bulkInverse('UNTAG', input.body.name, done),
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** The name of a tag by its UID, which is the last segment of the tag's href. */
async function tagByUid({ deviceUid, tagUid }: { deviceUid: string; tagUid: string }, at: ReadContext): Promise<string | undefined> {
  const { briefs } = await at.connection.call(tags.list, { path: { deviceUid } }, { signal: at.signal });
  return briefs.find(({ href }) => href?.endsWith(`/${tagUid}`))?.name;
}

export const removeTag = planner({
  operation: tags.remove,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async ({ path }) => {
      const { present, traits } = (await readTagged(path.deviceUid, at)) ?? {};
      const name = present && (await tagByUid(path, at));
      const device = deviceNameFromUid(path.deviceUid);
      const identifiers = [device, path.deviceUid, path.tagUid];
      const target = { device, label: device, identifiers, before: { tags: present?.join(', ') || 'none' } };
      const why = present ? (name === undefined ? 'it has no tag of this UID' : undefined) : 'there is no such device';
      return { name, target: why ? { ...target, verdict: 'refuse' as const, why } : { ...target, verdict: 'change' as const, ...traits } };
    });
    return {
      targets: inspected.map(({ target }) => target),
      steps: inputs.flatMap((input, i) =>
        inspected[i]?.target.verdict === 'change' ? [{ input, targets: [inspected[i].target.device] }] : [],
      ),
      effect: phrase`remove tag ${quotedList([...new Set(inspected.flatMap(({ name }) => name ?? []))])}`,
      noun: 'device',
      effects: tags.remove.effects,
      undo: phrase`adding the tag again`,
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const found = await tagByUid(step.input.path, at);
    return [
      found === undefined
        ? { device, outcome: 'applied', after: { tags: (await tagsOf(step.input.path.deviceUid, at))?.join(', ') || 'none' } }
        : { device, outcome: 'pending', why: 'still on when read back' },
    ];
  },
  inverse(_step, done) {
    const [target] = done;
    const remaining = (target?.after?.['tags'] ?? '').split(', ');
    const removed = (target?.before['tags'] ?? '').split(', ').filter((name) => !remaining.includes(name));
    return removed.length === 1 && removed[0] ? bulkInverse('TAG', removed[0], done) : undefined;
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

export const tagDevices = planner({
  operation: tags.bulk,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const on = input.query?.action === 'TAG';
      return { input, targets: await mapWithConcurrency(input.body.devEUIs, (eui) => inspect(`e${eui}`, input.body.name, on, at)) };
    });
    const first = inputs[0];
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.flatMap(({ input, targets }) => {
        const devEUIs = targets.filter(({ verdict }) => verdict === 'change').map(({ device }) => device);
        return devEUIs.length > 0 ? [{ input: { ...input, body: { ...input.body, devEUIs } }, targets: devEUIs }] : [];
      }),
      effect: phrase`${stated('query.action', first?.query?.action, first?.query?.action === 'TAG' ? phrase`add` : phrase`remove`)} tag ${field('body.name')}`,
      noun: 'device',
      effects: tags.bulk.effects,
      undo: phrase`the opposite action`,
    };
  },
  settle: (step, at) =>
    mapWithConcurrency(step.targets, (device) => settleTag(device, step.input.body.name, step.input.query?.action === 'TAG', at)),
  inverse: ({ input }, done) => bulkInverse(input.query?.action === 'TAG' ? 'UNTAG' : 'TAG', input.body.name, done),
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** The domains of a device as `Group:Name`; undefined when there is no such device. */
const domainsOf = async (eui: string, at: ReadContext): Promise<string[] | undefined> => {
  const device = await readDeviceByUid(`e${eui}`, at);
  return device && domainNamesIn(device['domains']);
};

export const changeDomains = planner({
  operation: domains.bulk,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const { devEUIs, addedDomains = [], removedDomains = [] } = input.body;
      const targets = await mapWithConcurrency(devEUIs, async (eui) => {
        const device = eui.toUpperCase();
        const read = await readDeviceByUid(`e${device}`, at);
        const present = read && domainNamesIn(read['domains']);
        const target = { device, label: device, before: { domains: present?.join(', ') || 'none' } };
        if (!read || !present) return { ...target, before: {}, verdict: 'refuse' as const, why: 'there is no such device' };
        const verdict = fits(present, addedDomains, removedDomains) ? ('unchanged' as const) : ('change' as const);
        return { ...target, verdict, ...policyAttributesOf(read) };
      });
      return { input, targets };
    });
    const { addedDomains = [], removedDomains = [] } = inputs[0]?.body ?? {};
    const named = (path: string): Phrase => phrase`${field(`${path}.group.name`)}:${field(`${path}.name`)}`;
    const parts = [
      ...(addedDomains.length > 0 ? [phrase`add ${named('body.addedDomains')}, replacing the domain of the same group`] : []),
      ...(removedDomains.length > 0 ? [phrase`remove ${named('body.removedDomains')}`] : []),
    ];
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.flatMap(({ input, targets }) => {
        const devEUIs = targets.filter(({ verdict }) => verdict === 'change').map(({ device }) => device);
        return devEUIs.length > 0 ? [{ input: { body: { ...input.body, devEUIs } }, targets: devEUIs }] : [];
      }),
      effect: phrase`domains: ${joined(parts, phrase`; `)}; restricted users may see more or fewer devices`,
      noun: 'device',
      effects: domains.bulk.effects,
      undo: phrase`setting the previous domains`,
    };
  },
  settle: (step, at) =>
    mapWithConcurrency(step.targets, async (device) => {
      const { addedDomains = [], removedDomains = [] } = step.input.body;
      const present = (await domainsOf(device, at)) ?? [];
      const after = { domains: present.join(', ') || 'none' };
      return { device, outcome: fits(present, addedDomains, removedDomains) ? ('applied' as const) : ('pending' as const), after };
    }),
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

const fits = (present: readonly string[], added: readonly Domain[], removed: readonly Domain[]): boolean =>
  added.every((one) => present.includes(domainText(one))) && !removed.some((one) => present.includes(domainText(one)));
