import type { dxStatistics as contracts } from '../../clients/thingpark/dx-statistics.ts';
import { day, hour } from '../../durations.ts';
import type { Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { stationHealth } from './base-stations.ts';
import { dxRefusal, dxTime } from './dx-records.ts';
import { radioHealth, radioQuality, uplinksBetween } from './history.ts';
import { dateTimeParam, positiveParam } from './oss-request.ts';
import type { TpDevice } from './state.ts';

/** Counts of uplinks and downlinks of the devices per time slot of the query. */
function frameCounts(world: World, query: URLSearchParams, devices: readonly TpDevice[]) {
  const now = world.clock.now();
  const days = positiveParam(query, 'duration') ?? 7;
  // Without aggregationStep the provider does not aggregate; the sandbox uses one hour.
  const step = positiveParam(query, 'aggregationStep') ?? 1;
  if (step > 24) throw dxRefusal(400, 'aggregationStep: 1 to 24 is expected');
  const begin = dateTimeParam(query, 'startDate') ?? now - days * day;
  const end = Math.min(now, begin + days * day);
  const body = [];
  for (let at = begin; at < end; at += step * hour) {
    const count = devices.reduce((sum, device) => sum + uplinksBetween(device, at, Math.min(end, at + step * hour), now), 0);
    const [first] = devices;
    const quality = first && radioQuality(world, first, at);
    const means = quality ? { baseStationRSSI: quality.rssi, baseStationSNR: quality.snr, averagePER: quality.loss } : {};
    const date = dxTime(at);
    const size = count * 12;
    const up = { payloadSize: size, payloadReceivedOnTime: count, payloadReceivedLate: 0, payloadReceivedOnTimeSize: size };
    if (count > 0) body.push({ type: 'UPLINK', date, frameCount: count, ...up, ...means });
    const down = Math.floor(count / 12);
    const sent = { payloadSize: down * 4, payloadSentWithSuccess: down, payloadSentWithFailure: 0, payloadSentWithSuccessSize: down * 4 };
    if (down > 0) body.push({ type: 'DOWNLINK', date, frameCount: down, ...sent });
  }
  return body;
}

/** The devices that one base station receives, by its LRR ID; all without one. */
function devicesReceivedBy({ thingpark }: World, id: string | null): TpDevice[] {
  const first = thingpark.baseStations[0]?.lrrID;
  const station = id?.toUpperCase();
  return [...thingpark.devices.values()].filter(
    (device) => station === undefined || (device.connectivity === 'LORAWAN' && (device.gateway ?? first) === station),
  );
}

export const dxStatistics: Handlers<typeof contracts> = {
  frames({ world, query }) {
    const euis = (query.get('deviceEUIList') ?? '').toUpperCase().split(',').filter(Boolean);
    const devices = devicesReceivedBy(world, query.get('baseStationId')).filter(({ EUI }) => euis.length === 0 || euis.includes(EUI));
    return { status: 200, body: frameCounts(world, query, devices) };
  },
  baseStationFrames({ world, query }) {
    const lorawan = devicesReceivedBy(world, query.get('baseStationId')).filter(({ connectivity }) => connectivity === 'LORAWAN');
    return { status: 200, body: frameCounts(world, query, lorawan) };
  },
  baseStationHealth({ world }) {
    const states = world.thingpark.baseStations.map(stationHealth);
    const count = (state: string): number => states.filter((one) => one === state).length;
    const body = { initCount: count('INIT'), activeCount: count('ACTIVE'), connectionErrorCount: count('BACKHAUL_CNX_ERROR') };
    return { status: 200, body: { ...body, totalCount: states.length } };
  },
  health({ world }) {
    const now = world.clock.now();
    const states = [...world.thingpark.devices.values()]
      .filter(({ connectivity }) => connectivity === 'LORAWAN')
      .map((device) => radioHealth(device, now));
    const count = (state: string): number => states.filter((one) => one === state).length;
    return {
      status: 200,
      body: {
        initCount: count('INIT'),
        activeCount: count('ACTIVE'),
        rfConnectionErrorCount: count('RF_CNX_ERROR'),
        totalCount: states.length,
      },
    };
  },
};
