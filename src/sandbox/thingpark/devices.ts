import type { devices as contracts } from '../../clients/thingpark/devices.ts';
import type { Handlers } from '../handler.ts';
import { seededHex } from '../random.ts';
import type { World } from '../world.ts';
import { acknowledgementOf, alarmsOf } from './alarm-data.ts';
import { deleteDevice, resetDevice, sendDeviceDownlink, updateDevice } from './device-change.ts';
import { create } from './device-create.ts';
import { importFile, readOnboardingTag } from './device-import.ts';
import { findDevice, sortedEuis } from './device-lookup.ts';
import { batteryLevel, type DeviceHealth, deviceHealth, lastUplink, radioQuality } from './history.ts';
import { dateTimeParam, ossRefusal, positiveParam } from './oss-request.ts';
import { decodeCursor, encodeCursor, pageSize } from './pages.ts';
import { serializeDevice, serializeDeviceBrief } from './serialize-device.ts';
import type { TpDevice } from './state.ts';
import { aggregatedFrames } from './traffic.ts';

const sortKeys: Record<string, (world: World, device: TpDevice) => string | number> = {
  EUI: (_, device) => device.EUI,
  name: (_, device) => device.name.toLowerCase(),
  creationDate: (_, device) => device.created,
  // Where devices without any uplink sort is undocumented; the sandbox puts them first in ascending order.
  lastUpTimestamp: (world, device) => lastUplink(device, world.clock.now()) ?? 0,
};

function matcher(world: World, query: URLSearchParams): (device: TpDevice) => boolean {
  const starts = (value: string, prefix: string): boolean => value.toLowerCase().startsWith(prefix.toLowerCase());
  const search = query.get('query');
  const name = query.get('name');
  const euiPrefixes = query.getAll('devEUI');
  const health = query.getAll('healthState') as DeviceHealth[];
  const connectivity = query.get('connectivity');
  const plan = query.get('networkSubscriptionID');
  const servers = query.getAll('appServerID');
  const now = world.clock.now();
  const numberParam = (name: string): number | undefined => (query.get(name) === null ? undefined : Number(query.get(name)));
  const [battery, infRSSI, infSNR, supSNR, alarm] = ['batteryLevel', 'infRSSI', 'infSNR', 'supSNR', 'alarmLevel'].map(numberParam);
  const [from, to] = [dateTimeParam(query, 'from'), dateTimeParam(query, 'to')];
  const tags = query.getAll('tag');
  const domains = query.getAll('domain');
  const lastRadio = (device: TpDevice) => (lastUplink(device, now) === undefined ? undefined : radioQuality(world, device, 0));
  const within = rectangleFilter(query);
  return (device) =>
    (battery === undefined || (lastRadio(device) !== undefined && batteryLevel(world, device) <= battery)) &&
    (infRSSI === undefined || (lastRadio(device)?.rssi ?? 0) <= infRSSI) &&
    (infSNR === undefined || (lastRadio(device)?.snr ?? Number.POSITIVE_INFINITY) <= infSNR) &&
    (supSNR === undefined || (lastRadio(device)?.snr ?? Number.NEGATIVE_INFINITY) >= supSNR) &&
    (alarm === undefined || alarmsOf(world, device).some((one) => one.state >= alarm && !acknowledgementOf(world, one))) &&
    (from === undefined || device.created >= from) &&
    (to === undefined || device.created <= to) &&
    (tags.length === 0 || tags.some((tag) => device.tags?.includes(tag))) &&
    (domains.length === 0 || domains.some((text) => device.domains?.some(({ name, group }) => `${group.name}:${name}` === text))) &&
    within(device) &&
    (search === null || starts(device.EUI, search) || starts(device.name, search)) &&
    (name === null || starts(device.name, name)) &&
    (euiPrefixes.length === 0 || euiPrefixes.some((prefix) => starts(device.EUI, prefix))) &&
    (health.length === 0 || health.includes(deviceHealth(device, now))) &&
    (connectivity === null || device.connectivity === connectivity) &&
    (plan === null ||
      (plan === '_unset' ? device.plan === undefined : plan === '_any' ? device.plan !== undefined : device.plan === plan)) &&
    servers.every((server) => device.appServers.includes(server));
}

/** Filter by the rectangle minLat, minLon, maxLat, maxLon; applies only when all four are given. */
function rectangleFilter(query: URLSearchParams): (device: TpDevice) => boolean {
  const sides = ['minLat', 'minLon', 'maxLat', 'maxLon'].map((name) => query.get(name));
  if (sides.some((side) => side === null)) return () => true;
  const [minLat = 0, minLon = 0, maxLat = 0, maxLon = 0] = sides.map(Number);
  return ({ notes }) => {
    const [lat, lon] = [Number(notes?.['adminLat'] ?? Number.NaN), Number(notes?.['adminLon'] ?? Number.NaN)];
    return lat >= minLat && lat <= maxLat && lon >= minLon && lon <= maxLon;
  };
}

export const devices: Handlers<typeof contracts> = {
  list({ world, query }) {
    const tp = world.thingpark;
    const [attribute = 'creationDate', direction = 'asc'] = (query.get('sort') ?? 'creationDate,asc').split(',');
    const by = sortKeys[attribute];
    if (!by) throw ossRefusal(400, 400, `sort: ${attribute} is not sortable`);
    const size = pageSize(world, query);
    const after = query.get('pageAfter');
    if (after !== null && attribute !== 'EUI') throw ossRefusal(400, 400, 'pageAfter needs sort=EUI');
    const matches = matcher(world, query);
    const now = world.clock.now();
    if (attribute === 'EUI' && direction !== 'desc') {
      const order = sortedEuis(tp);
      const start = after === null ? 0 : upperBound(order, decodeCursor('EUI', after));
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
          briefs: rows.map((d) => serializeDeviceBrief(world, d)),
          more,
          now,
          count,
          ...(more && last ? { cursors: { last: encodeCursor('EUI', last.EUI) } } : {}),
        },
      };
    }
    const page = positiveParam(query, 'pageIndex') ?? 1;
    const sign = direction === 'desc' ? -1 : 1;
    const all = [...tp.devices.values()].filter(matches);
    const keyed = all
      .map((device) => ({ device, key: by(world, device) }))
      .sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.device.EUI < b.device.EUI ? -1 : 1));
    const rows = keyed.slice((page - 1) * size, page * size).map(({ device }) => device);
    return {
      status: 200,
      body: {
        briefs: rows.map((d) => serializeDeviceBrief(world, d)),
        more: page * size < keyed.length,
        now,
        count: page === 1 ? keyed.length : null,
      },
    };
  },

  counters({ world }) {
    const now = world.clock.now();
    const counts = new Map<string, number>();
    for (const device of world.thingpark.devices.values())
      counts.set(deviceHealth(device, now), (counts.get(deviceHealth(device, now)) ?? 0) + 1);
    return {
      status: 200,
      body: { briefs: [...counts].map(([healthState, count]) => ({ healthState, count })), totalCount: world.thingpark.devices.size },
    };
  },

  read: ({ world, path }) => ({ status: 200, body: serializeDevice(world, findDevice(world, path.deviceUid)) }),

  create,
  update: updateDevice,
  delete: deleteDevice,
  reset: resetDevice,
  downlink: sendDeviceDownlink,
  aggregatedFrames,
  import: importFile,
  readOnboardingTag,
};

/** Index of the first DevEUI greater than `eui`. */
function upperBound(order: readonly string[], eui: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] as string) <= eui) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Simulates an uplink now. The first uplink of an OTAA device implies its join. No effect on a suspended device. */
export function simulateUplink(world: World, eui: string): TpDevice {
  const device = findDevice(world, `e${eui}`);
  if (device.suspended) return device;
  device.nwAddress ??= `04${seededHex(6, world.seed, 'addr', device.EUI)}`;
  device.uplinks.push(world.clock.now());
  return device;
}
