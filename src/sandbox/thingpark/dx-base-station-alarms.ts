/** DX Core alarms of base stations: the same alarms as in OSS, with severity names. */
import type { dxBaseStationAlarms as contracts } from '../../clients/thingpark/dx-base-station-alarms.ts';
import type { Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { acknowledge, acknowledgementOf } from './alarm-data.ts';
import { type StationAlarm, stationAlarmsOf } from './base-stations.ts';
import { stateNames } from './dx-alarms.ts';
import { dxRefusal, dxTime } from './dx-records.ts';
import { dxPage } from './pages.ts';

function serializeAlarm(world: World, alarm: StationAlarm) {
  const ack = acknowledgementOf(world, alarm);
  return {
    ref: alarm.uid,
    baseStationRef: alarm.station.uid,
    baseStationAlarmTypeId: alarm.type,
    alarmState: stateNames[alarm.state] ?? '',
    occurrence: 1,
    creationTime: dxTime(alarm.created),
    lastUpdateTime: dxTime(alarm.created),
    ...(ack ? { acked: true, lastAckTime: dxTime(ack.at), ackAuthor: ack.author } : {}),
  };
}

const alarmsOfAll = (world: World): StationAlarm[] => world.thingpark.baseStations.flatMap((station) => stationAlarmsOf(world, station));

function findAlarm(world: World, ref: string): StationAlarm {
  const alarm = alarmsOfAll(world).find(({ uid }) => uid === ref.toLowerCase());
  if (!alarm) throw dxRefusal(404, `Base station alarm ${ref} not found`);
  return alarm;
}

export const dxBaseStationAlarms: Handlers<typeof contracts> = {
  list({ world, query }) {
    const id = query.get('baseStationId')?.toUpperCase();
    const alarms = alarmsOfAll(world).filter(({ station }) => id === undefined || station.lrrID === id);
    return { status: 200, body: dxPage(query, alarms).map((alarm) => serializeAlarm(world, alarm)) };
  },
  read: ({ world, path }) => ({ status: 200, body: serializeAlarm(world, findAlarm(world, path.baseStationAlarmRef)) }),
  ack({ world, path }) {
    acknowledge(world, findAlarm(world, path.baseStationAlarmRef));
    return { status: 201 };
  },
};
