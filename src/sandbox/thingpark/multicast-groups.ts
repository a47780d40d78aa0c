import type { multicastGroups as contracts } from '../../clients/thingpark/multicast-groups.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { findFreePlan } from './device-fields.ts';
import { checkVersion, incrementVersion, occContext, ossRefusal } from './oss-request.ts';
import { ossPage } from './pages.ts';
import type { MulticastGroup } from './state.ts';

const subscriptionPath = '/thingpark/wireless/rest/subscriptions/32';
const pingSlotPeriods = [1, 2, 4, 8, 16, 32, 64, 128];
const settingNames = ['downlinkDataRate', 'downlinkFrequency', 'pingSlotPeriod', 'appServers', 'domains', 'customerAdminData', 'bss'];

const pickFields = (sent: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => sent[name] !== undefined).map((name) => [name, sent[name]]));

function serializeGroup(world: World, group: MulticastGroup) {
  const plan = world.thingpark.plans.find(({ ID }) => ID === group.plan);
  return {
    EUI: group.EUI,
    name: group.name,
    nwAddress: group.nwAddress,
    class: group.class,
    bss: { tags: [] },
    ...group.settings,
    networkSubscription: plan ? { ID: plan.ID, commercialName: plan.commercialName } : null,
    creationDate: group.created,
    lastDwTimestamp: group.downlinkSentAt ?? null,
    lastFCntDn: group.fCnt,
    alarmLevel: 0,
    alarmCount: 0,
    occContext: occContext(group, group.created),
    href: `${subscriptionPath}/multicastGroups/${group.uid}`,
  };
}

function findGroup(world: World, uid: string): MulticastGroup {
  const { groups } = world.thingpark;
  const eui = uid.slice(1).toUpperCase();
  const group = /^e/i.test(uid) ? [...groups.values()].find(({ EUI }) => EUI === eui) : groups.get(uid);
  if (!group) throw ossRefusal(404, 404, 'Multicast group not found');
  return group;
}

function hexField(sent: Record<string, unknown>, name: string, length: number): string {
  const value = asText(sent[name]);
  if (value?.length !== length || !/^[0-9A-Fa-f]+$/.test(value))
    throw ossRefusal(400, 400, `${name}: ${length} hexadecimal characters are expected`);
  return value.toUpperCase();
}

/** Adds a group. `resource` is the collection it was posted to; the Location header repeats it. */
export function addMulticastGroup(world: World, sent: Record<string, unknown>, resource: 'multicastGroups' | 'devices') {
  const tp = world.thingpark;
  const EUI = hexField(sent, 'EUI', 16);
  const nwAddress = hexField(sent, 'nwAddress', 8);
  hexField(sent, 'nwKey', 32);
  const kind = sent['class'];
  if (kind !== 'B' && kind !== 'C') throw ossRefusal(400, 400, 'class: B or C is expected');
  const period = sent['pingSlotPeriod'];
  if (kind === 'B' && !pingSlotPeriods.includes(Number(period)))
    throw ossRefusal(400, 400, 'pingSlotPeriod: a power of two up to 128 is expected');
  if (kind === 'C' && period !== undefined) throw ossRefusal(400, 400, 'pingSlotPeriod is not allowed with class C');
  if (tp.devices.has(EUI) || [...tp.groups.values()].some((one) => one.EUI === EUI))
    throw ossRefusal(409, 111, `EUI ${EUI} already exists`);
  const plan = findFreePlan(tp, asText(asObject(sent['networkSubscription'])['ID']), 'LORAWAN');
  const uid = String(tp.nextUid++);
  const name = asText(sent['name']) ?? `Group ${uid}`;
  const settings = pickFields(sent, settingNames);
  const group: MulticastGroup = {
    uid,
    EUI,
    name,
    nwAddress,
    class: kind,
    plan: plan?.ID,
    settings,
    created: world.clock.now(),
    version: 0,
    fCnt: 0,
  };
  tp.groups.set(uid, group);
  return { status: 201, body: serializeGroup(world, group), headers: { location: `${subscriptionPath}/${resource}/${uid}` } };
}

export const multicastGroups: Handlers<typeof contracts> = {
  list({ world, query }) {
    const starts = (value: string, name: string): boolean => value.toLowerCase().startsWith((query.get(name) ?? '').toLowerCase());
    const found = [...world.thingpark.groups.values()].filter(
      (group) =>
        (starts(group.EUI, 'query') || starts(group.name, 'query')) &&
        starts(group.EUI, 'devEUI') &&
        starts(group.nwAddress, 'devAddr') &&
        starts(group.name, 'name'),
    );
    const { rows, more, count } = ossPage(world, query, found);
    return { status: 200, body: { briefs: rows.map((group) => serializeGroup(world, group)), more, count, now: world.clock.now() } };
  },
  create: ({ world, body }) => addMulticastGroup(world, asObject(body), 'multicastGroups'),
  read: ({ world, path }) => ({ status: 200, body: serializeGroup(world, findGroup(world, path.multicastGroupUid)) }),
  update({ world, path, query, body }) {
    const group = findGroup(world, path.multicastGroupUid);
    const sent = asObject(body);
    checkVersion(query, body, group);
    for (const name of ['EUI', 'nwAddress', 'bss', 'class'])
      if (sent[name] !== undefined) throw ossRefusal(400, 400, `${name} cannot be changed`);
    const requestedPlan = asObject(sent['networkSubscription']);
    if ('ID' in requestedPlan) group.plan = findFreePlan(world.thingpark, asText(requestedPlan['ID']), 'LORAWAN')?.ID;
    group.name = asText(sent['name']) ?? group.name;
    group.settings = { ...group.settings, ...pickFields(sent, settingNames) };
    incrementVersion(group, world.clock.now());
    return { status: 200, body: serializeGroup(world, group) };
  },
  delete({ world, path }) {
    world.thingpark.groups.delete(findGroup(world, path.multicastGroupUid).uid);
    return { status: 204 };
  },
  downlink({ world, path, query }) {
    const group = findGroup(world, path.multicastGroupUid);
    const port = Number(query.get('fPort'));
    if (!/^([0-9A-Fa-f]{2})+$/.test(query.get('payload') ?? '')) throw ossRefusal(409, 113, 'the payload is not a whole number of bytes');
    if (!Number.isInteger(port) || port < 1 || port > 224) throw ossRefusal(409, 104, 'FPort: 1 to 224 is expected');
    if (!world.thingpark.baseStations.some(({ connected }) => connected)) throw ossRefusal(409, 115, 'no base station is available');
    group.fCnt += 1;
    group.downlinkSentAt = world.clock.now();
    return { status: 201 };
  },
};
