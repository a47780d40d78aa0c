import type { analytics as contracts } from '../../clients/iotx/analytics.ts';
import { day } from '../../durations.ts';
import type { Handlers } from '../handler.ts';
import { seededRandom } from '../random.ts';
import { byteCountValue, iotxRefusal, offsetTime } from './envelope.ts';
import { buckets, lastTrafficAt, periodStart, trafficBetween } from './history.ts';
import { findVisible, isVisible } from './serialize-subscriber.ts';

const isoPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
// Sandbox choice: half-hour buckets of a longer range would make the response too large.
const maxRangeMs = 92 * day;

export const analytics: Handlers<typeof contracts> = {
  dataUsage({ world, path, query }) {
    const one = findVisible(world, path.physicalId);
    const { from, to } = parseRange(query);
    const mobileOriginated: Record<string, number | string> = {};
    const mobileTerminated: Record<string, number | string> = {};
    for (const { at, traffic } of buckets(world, one, from, to)) {
      if (traffic.up > 0) mobileOriginated[offsetTime(at)] = byteCountValue(world, traffic.up);
      if (traffic.down > 0) mobileTerminated[offsetTime(at)] = byteCountValue(world, traffic.down);
    }
    return { status: 200, body: { mobileOriginated, mobileTerminated } };
  },

  /** Splits the traffic between two remote addresses; only the first has `lastSeen`. */
  dataUsageByIp({ world, path, query }) {
    const one = findVisible(world, path.physicalId);
    const { from, to } = parseRange(query);
    if (one.tariff.kind !== 'cellular') return { status: 200, body: { dataUsageByIp: {}, totalData: byteCountValue(world, 0) } };
    const { up, down } = trafficBetween(world, one, from, to);
    const total = up + down;
    const main = Math.ceil(total * (0.6 + 0.3 * seededRandom(world.seed, 'iotx-ip', one.physicalId)));
    const last = Math.floor(seededRandom(world.seed, 'iotx-host', one.physicalId) * 200) + 1;
    const dataUsageByIp = {
      ...(main > 0
        ? { [`203.0.113.${last}`]: { bytes: byteCountValue(world, main), lastSeen: offsetTime(lastTrafficAt(world, one, to)) } }
        : {}),
      ...(total > main ? { [`198.51.100.${last}`]: { bytes: byteCountValue(world, total - main) } } : {}),
    };
    return { status: 200, body: { dataUsageByIp, totalData: byteCountValue(world, total) } };
  },

  /** The default range is the current billing period. */
  companyUsage({ world, query }) {
    const hasRange = query.has('startDate') || query.has('endDate');
    const { from, to } = hasRange ? parseRange(query) : { from: periodStart(world), to: world.clock.now() };
    const subscriberDataUsage: Record<string, Record<string, number | string>> = {};
    let sum = 0;
    for (const one of world.iotx.subscribers.values()) {
      if (!isVisible(one)) continue;
      const { up, down } = trafficBetween(world, one, from, to);
      if (up + down === 0) continue;
      sum += up + down;
      subscriberDataUsage[one.subscriberId] = { [offsetTime(lastTrafficAt(world, one, to))]: byteCountValue(world, up + down) };
    }
    return { status: 200, body: { subscriberDataUsage, totalDataUsage: byteCountValue(world, sum) } };
  },
};

function parseRange(query: URLSearchParams): { from: number; to: number } {
  const [from, to] = (['startDate', 'endDate'] as const).map((name) => {
    const text = query.get(name) ?? '';
    const ms = isoPattern.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(ms)) throw iotxRefusal(400, `${name} must be an ISO 8601 date-time with offset.`);
    return ms;
  });
  if (from === undefined || to === undefined || to < from) throw iotxRefusal(400, 'endDate must not be before startDate.');
  if (to - from > maxRangeMs) throw iotxRefusal(400, 'The range must not be longer than 92 days.');
  return { from, to };
}
