/**
 * Device alarms. They are computed from the device's traffic, because a fleet of 60,000 devices has tens of thousands of them.
 * Only acknowledgements are stored.
 */
import { day, hour } from '../../durations.ts';
import { seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import { deviceByUid } from './device-lookup.ts';
import { batteryPercent, deviceHealth, lastUplink, radioQuality } from './history.ts';
import type { Acknowledgement, Alarm, TpDevice } from './state.ts';

/** Alarm types beyond battery and lost connection: `share` of the devices that have one, and severity `state`. */
const alarmTypes = [
  { type: 6, share: 0.14, state: 4 },
  { type: 7, share: 0.1, state: 3 },
  { type: 10, share: 0.07, state: 5 },
  { type: 16, share: 0.05, state: 3 },
] as const;

/** Builds the UID of an alarm; `prefix` is `a1ae42` for devices and `b5b542` for base stations. */
export function alarmUid(created: number, prefix: 'a1ae42' | 'b5b542', type: number, uid: string): string {
  const part = (value: number, length: number): string => value.toString(16).padStart(length, '0').slice(-length);
  return `${part(Math.floor(created / 1000), 8)}${prefix}${part(type, 2)}${part(Number(uid), 8)}`;
}

/** Alarms of one device, including cleared ones that are still listed. */
export function alarmsOf(world: World, device: TpDevice): Alarm[] {
  const { seed, startedAt } = world;
  const now = world.clock.now();
  const last = lastUplink(device, now);
  const found: Alarm[] = [];
  const add = (type: number, state: number, created: number, updated: number, occurrence: number, info: string[]): void => {
    const at = Math.max(created, device.created);
    found.push({
      uid: alarmUid(at, 'a1ae42', type, device.uid),
      type,
      device,
      state,
      occurrence,
      created: at,
      updated: Math.max(at, updated),
      info,
    });
  };
  if (last !== undefined && deviceHealth(device, now) === 'RF_CNX_ERROR') {
    const silentMs = now - last;
    const since = last + Math.max(day, 3 * (device.period ?? 0));
    add(4, silentMs > 7 * day ? 6 : 5, since, silentMs > 7 * day ? last + 7 * day : since, 1, [String(Math.floor(silentMs / hour))]);
  }
  if (last === undefined || device.created >= startedAt || device.connectivity !== 'LORAWAN') return found;
  const percent = batteryPercent(world, device);
  if (percent < 30) {
    const created = startedAt - Math.round(seededRandom(seed, 'low', device.EUI) * 20 * day) - hour;
    add(1, percent < 10 ? 6 : 3, created, created + Math.round(seededRandom(seed, 'lower', device.EUI) * hour), 1, [String(percent)]);
  }
  for (const { type, share, state } of alarmTypes) {
    const draw = seededRandom(seed, 'alarm', type, device.EUI);
    if (draw >= share) continue;
    const created = startedAt - Math.round((draw / share) * 40 * day) - hour;
    const occurrence = type === 6 ? 1 : 1 + Math.floor(seededRandom(seed, 'often', type, device.EUI) * 9);
    const cleared = seededRandom(seed, 'cleared', type, device.EUI) < 0.4;
    const info = type === 6 ? [`SF${radioQuality(world, device, 0).sf}`, 'SF7'] : [];
    add(type, cleared ? 1 : state, created, created + Math.round(seededRandom(seed, 'again', type, device.EUI) * hour), occurrence, info);
  }
  return found;
}

/** Cleared alarm occurrences of the last 15 days. */
export function clearedAlarmsOf(world: World, device: TpDevice): Alarm[] {
  const { seed, startedAt } = world;
  const draw = seededRandom(seed, 'past', device.EUI);
  if (draw >= 0.2 || device.created >= startedAt - 15 * day) return [];
  const created = startedAt - Math.round(day + (draw / 0.2) * 13 * day);
  const updated = created + Math.round(hour + seededRandom(seed, 'past-for', device.EUI) * 10 * hour);
  return [{ uid: alarmUid(created, 'a1ae42', 4, device.uid), type: 4, device, state: 5, occurrence: 1, created, updated, info: ['24'] }];
}

const cacheMs = 60_000;

/** Alarms of the whole fleet, sorted by UID. Cached for one minute, or until a device is added, changed or removed. */
export function allAlarms(world: World): readonly Alarm[] {
  const tp = world.thingpark;
  const now = world.clock.now();
  if (!tp.alarmCache || now - tp.alarmCache.at >= cacheMs) {
    const rows = [...tp.devices.values()].flatMap((device) => alarmsOf(world, device));
    tp.alarmCache = { at: now, rows: rows.sort((a, b) => (a.uid < b.uid ? -1 : 1)) };
  }
  return tp.alarmCache.rows;
}

/** Finds an alarm by its UID; undefined when the UID is malformed or unknown. */
export function alarmByUid(world: World, uid: string): Alarm | undefined {
  if (!/^[0-9a-f]{24}$/i.test(uid)) return undefined;
  const device = deviceByUid(world.thingpark, String(Number.parseInt(uid.slice(16), 16)));
  return device && alarmsOf(world, device).find((alarm) => alarm.uid === uid.toLowerCase());
}

/** Acknowledges an alarm now, unless it is acknowledged at this severity already. */
export function acknowledge(world: World, alarm: { uid: string; state: number }): void {
  const { acks } = world.thingpark;
  if (!acknowledgementOf(world, alarm)) acks.set(alarm.uid, { author: 'TWA_199900001.ADMIN', at: world.clock.now(), state: alarm.state });
}

/** The acknowledgement that covers the alarm's current severity, if any. */
export function acknowledgementOf(world: World, alarm: { uid: string; state: number }): Acknowledgement | undefined {
  const ack = world.thingpark.acks.get(alarm.uid);
  return ack && ack.state >= alarm.state ? ack : undefined;
}
