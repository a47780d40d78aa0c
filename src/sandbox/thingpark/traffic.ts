/** OSS traffic: aggregated frames, single frames, battery levels and locations. All of it is computed, none is stored. */
import type { batLevels as batLevelsContracts } from '../../clients/thingpark/bat-levels.ts';
import type { devices as devicesContracts } from '../../clients/thingpark/devices.ts';
import type { frames as framesContracts } from '../../clients/thingpark/frames.ts';
import type { locations as locationsContracts } from '../../clients/thingpark/locations.ts';
import { day } from '../../durations.ts';
import { slotStarts } from '../../time-slots.ts';
import { durationMs } from '../../vocabulary.ts';
import type { Handler, Handlers } from '../handler.ts';
import { seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import { findDevice } from './device-lookup.ts';
import { batteryLevel, lastUplink, radioQuality, uplinksBetween, uplinkTimes } from './history.ts';
import { dateTimeParam, ossRefusal } from './oss-request.ts';
import { ossPage } from './pages.ts';
import type { TpDevice } from './state.ts';

/** Requested time window, ms since 1970: `duration` from `begin`, or the last `duration`. */
function windowOf(world: World, query: URLSearchParams, defaultDuration: string): { begin: number; end: number } {
  const now = world.clock.now();
  const requested = query.get('duration') ?? defaultDuration;
  const duration = requested === 'P1Y' ? 365 * day : durationMs(requested);
  if (duration === undefined) throw ossRefusal(400, 400, 'duration: ISO 8601 is expected');
  const begin = dateTimeParam(query, 'begin') ?? now - duration;
  return { begin, end: Math.min(begin + duration, now + 1) };
}

/** Time slots of the window; [from, to) is the part of the slot inside the window. */
function slotsOf(world: World, query: URLSearchParams): { timestamp: number; from: number; to: number }[] {
  const step = query.get('step') ?? 'PT1H';
  if (step !== 'P1D' && !/^PT([1-9]|1\d|2[0-4])H$/.test(step)) throw ossRefusal(400, 400, 'step: PT1H to PT24H or P1D is expected');
  const { begin, end } = windowOf(world, query, 'P7D');
  const starts = slotStarts(begin, end, step, query.get('timezone') ?? 'UTC');
  return starts.map((timestamp, i) => ({
    timestamp,
    from: Math.max(timestamp, begin),
    to: Math.min(starts[i + 1] ?? timestamp + (durationMs(step) ?? 0), end),
  }));
}

const microflows = { count: 0, size: 0, sizeUp: 0, sizeDown: 0, duration: 0 };

/** Frame counts of a slot: uplinks of 12 bytes, and one downlink of 4 bytes per 12 uplinks. `lost` uplinks come on top of `count`. */
function frameCounts(count: number, lost: number, failed: number) {
  const down = Math.floor(count / 12);
  const failedCount = Math.min(down, failed);
  return {
    up: { count, size: count * 12, countOnTime: count, sizeOnTime: count * 12, countLate: 0, sizeLate: 0, countLost: lost, subTypes: [] },
    dw: {
      count: down,
      size: down * 4,
      countSent: down - failedCount,
      sizeSent: (down - failedCount) * 4,
      countFailed: failedCount,
      sizeFailed: failedCount * 4,
      subTypes: [],
    },
    mf: microflows,
  };
}

const radioMeans = (quality: ReturnType<typeof radioQuality>) => ({
  rssiMean: quality.rssi,
  snrMean: quality.snr,
  espMean: Math.round((quality.rssi - 1.4) * 10) / 10,
  instantPerMean: quality.loss,
  meanPerMean: quality.loss,
});

export const aggregatedFrames: Handler<typeof devicesContracts.aggregatedFrames> = ({ world, path, query }) => {
  const device = findDevice(world, path.deviceUid);
  const now = world.clock.now();
  const briefs = slotsOf(world, query).map(({ timestamp, from, to }) => {
    const count = uplinksBetween(device, from, to, now);
    const quality = radioQuality(world, device, timestamp);
    const lost = count > 0 ? Math.floor(count * quality.loss + seededRandom(world.seed, 'lost', device.EUI, timestamp)) : 0;
    const failed = seededRandom(world.seed, 'failed', device.EUI, timestamp) < 0.1 ? 1 : 0;
    return { timestamp, ...(count > 0 ? radioMeans(quality) : {}), ...frameCounts(count, lost, failed) };
  });
  return { status: 200, body: { briefs, now } };
};

// The provider does not paginate frames and returns the whole window; this limit is a sandbox choice.
const maxFrames = 10_000;

function uplinkFrame(world: World, device: TpDevice, timestamp: number) {
  const quality = radioQuality(world, device, timestamp);
  const { rssi, snr, sf, loss } = quality;
  const radioPart = device.connectivity === 'LORAWAN' ? { rssi, snr, esp: radioMeans(quality).espMean, sf } : {};
  return { type: 0, timestamp, ...radioPart, size: 12, instantPER: loss, meanPER: loss, late: false, overflow: false };
}

function downlinkFrames(device: TpDevice, uplinks: readonly number[], sf: number) {
  const periodic = uplinks.filter((_, i) => i % 12 === 11).map((at) => ({ at: at + 1000, bytes: 4 }));
  const requested = device.downlinkSentAt === undefined ? [] : [{ at: device.downlinkSentAt, bytes: 4 }];
  return [...periodic, ...requested].map(({ at, bytes }) => ({
    type: 1,
    timestamp: at,
    sf,
    size: bytes,
    deliveryStatus: 1,
    overflow: false,
  }));
}

export const frames: Handlers<typeof framesContracts> = {
  list({ world, path, query }) {
    const device = findDevice(world, path.deviceUid);
    const now = world.clock.now();
    const { begin, end } = windowOf(world, query, 'P7D');
    const types = query.getAll('type').map(Number);
    const times = uplinkTimes(device, begin, end, now, maxFrames);
    const all = [
      ...times.map((at) => uplinkFrame(world, device, at)),
      ...downlinkFrames(device, times, radioQuality(world, device, 0).sf).filter(({ timestamp }) => timestamp >= begin && timestamp < end),
    ];
    const briefs = all.filter(({ type }) => types.length === 0 || types.includes(type)).sort((a, b) => a.timestamp - b.timestamp);
    return { status: 200, body: { briefs, lrrs: [{ ID: '10001234', lat: 48.85, lon: 2.35 }], now } };
  },
  fleet({ world, query }) {
    const now = world.clock.now();
    const server = query.get('appServerID');
    const devices = [...world.thingpark.devices.values()].filter((device) => server === null || device.appServers.includes(server));
    const briefs = slotsOf(world, query).map(({ timestamp, from, to }) => {
      const count = devices.reduce((sum, device) => sum + uplinksBetween(device, from, to, now), 0);
      return { timestamp, ...frameCounts(count, Math.floor(count * 0.02), Math.floor(count / 120)) };
    });
    return { status: 200, body: { briefs, now } };
  },
};

export const batLevels: Handlers<typeof batLevelsContracts> = {
  list({ world, path, query }) {
    const device = findDevice(world, path.deviceUid);
    const now = world.clock.now();
    const { begin, end } = windowOf(world, query, 'P1Y');
    const last = lastUplink(device, now);
    const briefs: { timestamp: number; level: number }[] = [];
    // One value per week; each earlier week is two steps higher.
    for (let at = last ?? 0; last !== undefined && at >= Math.max(begin, device.created); at -= 7 * day)
      if (at < end) briefs.unshift({ timestamp: at, level: Math.min(254, batteryLevel(world, device) + (2 * (last - at)) / (7 * day)) });
    return { status: 200, body: { briefs } };
  },
};

export const locations: Handlers<typeof locationsContracts> = {
  list({ world, path, query }) {
    const device = findDevice(world, path.deviceUid);
    const { begin, end } = windowOf(world, query, 'P7D');
    const offset = (at: number, axis: string): number => Math.round((seededRandom(world.seed, axis, device.EUI, at) - 0.5) * 20) / 1e4;
    const days = uplinkTimes(device, begin, end, world.clock.now(), maxFrames).filter((_, i) => i % 24 === 0);
    const all = days.map((timestamp) => ({
      timestamp,
      lat: 48.85 + offset(timestamp, 'lat'),
      lon: 2.35 + offset(timestamp, 'lon'),
      alt: 35,
      hRadius: 120,
      vRadius: 40,
    }));
    const { rows, more } = ossPage(world, query, all);
    return { status: 200, body: { briefs: [...rows], more } };
  },
};
