/** DX Core alarms: the same alarms as in OSS, with severity names and with units in the additional info. */
import type { dxDeviceAlarms as contracts } from '../../clients/thingpark/dx-device-alarms.ts';
import type { Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { acknowledge, acknowledgementOf, alarmByUid, alarmsOf, allAlarms } from './alarm-data.ts';
import { dxRefusal, dxTime } from './dx-records.ts';
import { dxPage } from './pages.ts';
import type { Alarm } from './state.ts';

/** `alarmState` by the severity of OSS. */
export const stateNames = ['', 'CLEARED', 'UNCLEARED', 'WARNING', 'MINOR', 'MAJOR', 'CRITICAL'];

function serializeAlarm(world: World, alarm: Alarm) {
  const ack = acknowledgementOf(world, alarm);
  const [first, second] = alarm.info;
  return {
    ref: alarm.uid,
    deviceRef: alarm.device.uid,
    deviceAlarmTypeId: alarm.type,
    alarmState: stateNames[alarm.state] ?? '',
    occurrence: alarm.occurrence,
    creationTime: dxTime(alarm.created),
    lastUpdateTime: dxTime(alarm.updated),
    ...(ack ? { acked: true, lastAckTime: dxTime(ack.at), ackAuthor: ack.author } : {}),
    ...(first === undefined ? {} : { additionalInfo1: alarm.type === 1 ? `${first}%` : first }),
    ...(second === undefined ? {} : { additionalInfo2: second }),
  };
}

function findAlarm(world: World, ref: string): Alarm {
  const alarm = alarmByUid(world, ref);
  if (!alarm) throw dxRefusal(404, `Device alarm ${ref} not found`);
  return alarm;
}

export const dxDeviceAlarms: Handlers<typeof contracts> = {
  list({ world, query }) {
    const eui = query.get('deviceEUI')?.toUpperCase();
    const device = eui === undefined ? undefined : world.thingpark.devices.get(eui);
    const alarms = eui === undefined ? allAlarms(world) : device ? alarmsOf(world, device) : [];
    // DX paginates this list only with deviceEUI; without it the whole list is returned.
    const rows = eui === undefined ? alarms : dxPage(query, alarms);
    return { status: 200, body: rows.map((alarm) => serializeAlarm(world, alarm)) };
  },
  read: ({ world, path }) => ({ status: 200, body: serializeAlarm(world, findAlarm(world, path.deviceAlarmRef)) }),
  ack({ world, path }) {
    acknowledge(world, findAlarm(world, path.deviceAlarmRef));
    return { status: 201 };
  },
};
