import type { devices as contracts } from '../../clients/thingpark/devices.ts';
import { slotStarts } from '../../time-slots.ts';
import { durationMs } from '../../vocabulary.ts';
import { type Behaviours, members, Refuse, textOf } from '../behaviour.ts';
import { dice, hexOf } from '../chance.ts';
import type { World } from '../world.ts';
import { type Health, healthOf, lastUplink, radio, uplinksBetween } from './history.ts';
import type { ThingparkWorld, TpDevice } from './seed.ts';
import { deviceBrief, deviceFull, deviceHref } from './shapes.ts';

const refuse = (status: number, code: number, message: string): Refuse => new Refuse(status, { code, message });

/** DevEUIs in the order of the cursor. */
function euis(tp: ThingparkWorld): string[] {
  tp.order ??= [...tp.devices.keys()].sort();
  return tp.order;
}

function find(world: World, uid: string): TpDevice {
  const { devices } = world.thingpark;
  const device = uid.startsWith('e') ? devices.get(uid.slice(1).toUpperCase()) : [...devices.values()].find((one) => one.uid === uid);
  if (!device) throw refuse(404, 404, 'Device not found');
  return device;
}

const sorts: Record<string, (world: World, device: TpDevice) => string | number> = {
  EUI: (_, device) => device.EUI,
  name: (_, device) => device.name.toLowerCase(),
  creationDate: (_, device) => device.created,
  // The place of never-seen devices is not documented; here they come first ascending.
  lastUpTimestamp: (world, device) => lastUplink(device, world.clock.now()) ?? 0,
};

const cursorOf = (eui: string): string => Buffer.from(JSON.stringify({ EUI: eui })).toString('base64');

function readCursor(text: string): string {
  try {
    const { EUI } = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as { EUI?: unknown };
    if (typeof EUI === 'string') return EUI;
  } catch {}
  throw refuse(400, 400, 'pageAfter: not a cursor');
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw refuse(400, 400, `${name}: a positive integer is expected`);
  return value;
}

function matcher(world: World, query: URLSearchParams): (device: TpDevice) => boolean {
  const starts = (value: string, prefix: string): boolean => value.toLowerCase().startsWith(prefix.toLowerCase());
  const any = query.get('query');
  const name = query.get('name');
  const euiPrefixes = query.getAll('devEUI');
  const health = query.getAll('healthState') as Health[];
  const connectivity = query.get('connectivity');
  const plan = query.get('networkSubscriptionID');
  const servers = query.getAll('appServerID');
  const now = world.clock.now();
  return (device) =>
    (any === null || starts(device.EUI, any) || starts(device.name, any)) &&
    (name === null || starts(device.name, name)) &&
    (euiPrefixes.length === 0 || euiPrefixes.some((prefix) => starts(device.EUI, prefix))) &&
    (health.length === 0 || health.includes(healthOf(device, now))) &&
    (connectivity === null || device.connectivity === connectivity) &&
    (plan === null ||
      (plan === '_unset' ? device.plan === undefined : plan === '_any' ? device.plan !== undefined : device.plan === plan)) &&
    servers.every((server) => device.appServers.includes(server));
}

const hexField = (body: Record<string, unknown>, name: string, length: number, required: boolean): string | undefined => {
  const value = textOf(body[name]);
  if (value === undefined) {
    if (required) throw refuse(400, 400, `${name} is required`);
    return undefined;
  }
  if (!new RegExp(`^[0-9A-Fa-f]{${length}}$`).test(value)) throw refuse(400, 400, `${name}: ${length} hexadecimal characters are expected`);
  return value.toUpperCase();
};

function forbid(body: Record<string, unknown>, names: string[], why: string): void {
  for (const name of names) if (body[name] !== undefined) throw refuse(400, 400, `${name} is not allowed ${why}`);
}

export const devices: Behaviours<typeof contracts> = {
  list({ world, query }) {
    const tp = world.thingpark;
    const [attribute = 'creationDate', direction = 'asc'] = (query.get('sort') ?? 'creationDate,asc').split(',');
    const by = sorts[attribute];
    if (!by) throw refuse(400, 400, `sort: ${attribute} is not sortable`);
    const size = Math.max(1, Math.min(tp.page.most, number(query, 'pageSize') ?? tp.page.usual));
    const after = query.get('pageAfter');
    if (after !== null && attribute !== 'EUI') throw refuse(400, 400, 'pageAfter needs sort=EUI');
    const matches = matcher(world, query);
    const now = world.clock.now();
    if (attribute === 'EUI' && direction !== 'desc') {
      const order = euis(tp);
      const start = after === null ? 0 : upper(order, readCursor(after));
      const unfiltered = [...query.keys()].every((name) => ['sort', 'pageAfter', 'pageSize', 'language-tag'].includes(name));
      const rows: TpDevice[] = [];
      let more = false;
      for (let i = start; i < order.length; i++) {
        const device = tp.devices.get(order[i] as string) as TpDevice;
        if (!matches(device)) continue;
        if (rows.length === size) {
          more = true;
          break;
        }
        rows.push(device);
      }
      const count =
        after !== null ? null : unfiltered ? order.length : order.filter((eui) => matches(tp.devices.get(eui) as TpDevice)).length;
      const last = rows.at(-1);
      return {
        status: 200,
        body: {
          briefs: rows.map((d) => deviceBrief(world, d)),
          more,
          now,
          count,
          ...(more && last ? { cursors: { last: cursorOf(last.EUI) } } : {}),
        },
      };
    }
    const page = number(query, 'pageIndex') ?? 1;
    const sign = direction === 'desc' ? -1 : 1;
    const all = [...tp.devices.values()].filter(matches);
    const keyed = all
      .map((device) => ({ device, key: by(world, device) }))
      .sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.device.EUI < b.device.EUI ? -1 : 1));
    const rows = keyed.slice((page - 1) * size, page * size).map(({ device }) => device);
    return {
      status: 200,
      body: {
        briefs: rows.map((d) => deviceBrief(world, d)),
        more: page * size < keyed.length,
        now,
        count: page === 1 ? keyed.length : null,
      },
    };
  },

  counters({ world }) {
    const now = world.clock.now();
    const counts = new Map<string, number>();
    for (const device of world.thingpark.devices.values()) counts.set(healthOf(device, now), (counts.get(healthOf(device, now)) ?? 0) + 1);
    return {
      status: 200,
      body: { briefs: [...counts].map(([healthState, count]) => ({ healthState, count })), totalCount: world.thingpark.devices.size },
    };
  },

  read: ({ world, path }) => ({ status: 200, body: deviceFull(world, find(world, path.deviceUid)) }),

  create({ world, query, body }) {
    const tp = world.thingpark;
    const sent = members(body);
    const advanced = (query.get('networkSubscriptionsHandlingMode') ?? 'BASIC') === 'ADVANCED';
    const modelId = textOf(members(sent['model'])['ID']);
    const model = tp.models.find((one) => one.ID === modelId);
    if (!model) throw refuse(400, 222, `unknown device profile ID ${modelId ?? ''}`.trim());
    const connectivity = textOf(sent['connectivity']) ?? 'LORAWAN';
    if (connectivity !== model.connectivity) throw refuse(400, 400, `model ${model.ID} is ${model.connectivity}`);
    if (connectivity !== 'LORAWAN') throw refuse(400, 400, 'only LORAWAN devices are created here');
    const EUI = hexField(sent, 'EUI', 16, true) as string;
    if (tp.devices.has(EUI)) throw refuse(409, 111, `EUI ${EUI} already exists`);
    const activation = textOf(sent['activation']);
    const v11 = model.macMinorVersion === 10;
    if (activation === 'OTAA') {
      const local = hexField(sent, 'appKey', 32, false) !== undefined;
      if (!local) hexField(sent, 'appEUI', 16, true);
      if (v11 && local) hexField(sent, 'nwkKey', 32, true);
      if (!v11) forbid(sent, ['nwkKey'], 'with a LoRaWAN 1.0 model');
      forbid(sent, ['nwKey', 'sNwkSIntKey', 'nwkSEncKey', 'appKeys'], 'with OTAA');
    } else if (activation === 'ABP') {
      hexField(sent, 'nwAddress', 8, true);
      hexField(sent, 'nwKey', 32, true);
      if (v11) for (const name of ['sNwkSIntKey', 'nwkSEncKey']) hexField(sent, name, 32, true);
      forbid(sent, ['appKey', 'nwkKey', 'ownerToken'], 'with ABP');
      const appKeys = textOf(sent['appKeys']);
      if (appKeys !== undefined && !/^<AppSKeys>(<AppSKey Port="[\d,*-]+">[0-9A-Fa-f]{32}<\/AppSKey>)+<\/AppSKeys>$/.test(appKeys))
        throw refuse(400, 400, 'appKeys is malformed');
    } else throw refuse(400, 400, 'activation: OTAA or ABP is expected');
    const planId = advanced ? textOf(members(sent['networkSubscription'])['ID']) : 'acme-cs/standard';
    const plan = tp.plans.find((one) => one.ID === planId);
    if (planId !== undefined && (!plan || plan.connectivity !== connectivity))
      throw refuse(400, 400, `unknown connectivity plan ${planId}`);
    if (plan && plan.used >= plan.granted) throw refuse(409, 409, `no licence left on connectivity plan ${plan.ID}`);
    const servers = (Array.isArray(sent['appServers']) ? sent['appServers'] : []).map((one) => textOf(members(one)['ID']) ?? '');
    for (const ID of servers) if (!tp.appServers.some((one) => one.ID === ID)) throw refuse(400, 400, `unknown application server ${ID}`);
    const uid = String(tp.nextUid++);
    const device: TpDevice = {
      uid,
      EUI,
      name: textOf(sent['name']) ?? `Device ${uid}`,
      connectivity: 'LORAWAN',
      activation,
      ...(textOf(sent['appEUI']) ? { appEUI: hexField(sent, 'appEUI', 16, false) as string } : {}),
      ...(textOf(sent['nwAddress']) ? { nwAddress: hexField(sent, 'nwAddress', 8, false) as string } : {}),
      model: model.ID,
      plan: plan?.ID,
      appServers: servers,
      suspended: plan === undefined,
      created: world.clock.now(),
      version: 0,
      uplinks: [],
    };
    if (plan) plan.used += 1;
    tp.devices.set(EUI, device);
    tp.order = undefined;
    return { status: 201, body: deviceFull(world, device), headers: { location: deviceHref(device) } };
  },

  aggregatedFrames({ world, path, query }) {
    const device = find(world, path.deviceUid);
    const now = world.clock.now();
    const zone = query.get('timezone') ?? 'UTC';
    const step = query.get('step') ?? 'PT1H';
    const duration = durationMs(query.get('duration') ?? 'P7D');
    if (duration === undefined) throw refuse(400, 400, 'duration: ISO 8601 is expected');
    if (step !== 'P1D' && !/^PT([1-9]|1\d|2[0-4])H$/.test(step)) throw refuse(400, 400, 'step: PT1H to PT24H or P1D is expected');
    const asked = query.get('begin');
    const begin = asked === null ? now - duration : Date.parse(asked);
    if (Number.isNaN(begin)) throw refuse(400, 400, 'begin: an ISO 8601 date-time is expected');
    const end = Math.min(begin + duration, now + 1);
    const starts = slotStarts(begin, end, step, zone);
    const briefs = starts.map((timestamp, i) => {
      const to = starts[i + 1] ?? timestamp + (durationMs(step) ?? 0);
      const count = uplinksBetween(device, Math.max(timestamp, begin), Math.min(to, end), now);
      const heard = radio(world, device, timestamp);
      const lost = Math.floor(count * heard.loss + dice(world.seed, 'lost', device.EUI, timestamp));
      const down = Math.floor(count / 12);
      const failed = down > 0 && dice(world.seed, 'failed', device.EUI, timestamp) < 0.1 ? 1 : 0;
      const radioMeans =
        count > 0
          ? {
              rssiMean: heard.rssi,
              snrMean: heard.snr,
              espMean: Math.round((heard.rssi - 1.4) * 10) / 10,
              instantPerMean: heard.loss,
              meanPerMean: heard.loss,
            }
          : {};
      return {
        timestamp,
        ...radioMeans,
        up: {
          count,
          size: count * 12,
          countOnTime: count,
          sizeOnTime: count * 12,
          countLate: 0,
          sizeLate: 0,
          countLost: count > 0 ? lost : 0,
          subTypes: [],
        },
        dw: {
          count: down,
          size: down * 4,
          countSent: down - failed,
          sizeSent: (down - failed) * 4,
          countFailed: failed,
          sizeFailed: failed * 4,
          subTypes: [],
        },
        mf: { count: 0, size: 0, sizeUp: 0, sizeDown: 0, duration: 0 },
      };
    });
    return { status: 200, body: { briefs, now } };
  },
};

/** The first index whose DevEUI is greater than `eui`. */
function upper(order: readonly string[], eui: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] as string) <= eui) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An uplink now; a first one of an OTAA device is its join. */
export function uplink(world: World, eui: string): TpDevice {
  const device = find(world, `e${eui}`);
  device.nwAddress ??= `04${hexOf(6, world.seed, 'addr', device.EUI)}`;
  device.uplinks.push(world.clock.now());
  return device;
}
