/** DX Core alarms of base stations. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { listOf } from './dx-devices.ts';
import { Amount, Code, Flag, Id, PageIndex, Text } from './fields.ts';

const doubts = ['the fields: those of a device alarm are assumed, with baseStationRef and baseStationAlarmTypeId'];

/** `alarmState`: CLEARED, UNCLEARED, WARNING, MINOR, MAJOR, CRITICAL. */
const BaseStationAlarm = () =>
  z.looseObject({
    ref: Id(),
    baseStationRef: Text(),
    baseStationAlarmTypeId: Code(),
    alarmState: Text(),
    occurrence: Amount(),
    acked: Flag(),
    creationTime: Text(),
    lastUpdateTime: Text(),
    lastAckTime: Text(),
    ackAuthor: Text(),
    additionalInfo1: Text(),
  });

const list = endpoint({
  id: 'thingpark.dxBaseStationAlarms.list',
  api: 'dx-core',
  route: 'GET /baseStationAlarms',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [...doubts, 'whether baseStationId is the LRR ID, and whether pages need it, as they need deviceEUI for device alarms'],
  help: 'Lists alarms of base stations, of one by its LRR ID.',
  query: () => z.strictObject({ baseStationId: refField('target').optional(), pageIndex: PageIndex() }),
  reply: () => listOf(BaseStationAlarm()),
  example: { query: { baseStationId: '10001236', pageIndex: 1 } },
});

const read = endpoint({
  id: 'thingpark.dxBaseStationAlarms.read',
  api: 'dx-core',
  route: 'GET /baseStationAlarms/{baseStationAlarmRef}',
  path: { baseStationAlarmRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts,
  help: 'Reads one alarm of a base station by its ref of 24 hex digits.',
  reply: () => BaseStationAlarm(),
  bears: ({ ref }) => ref,
  example: { path: { baseStationAlarmRef: '65a1f0c2b5b54266000004c8' } },
});

const ack = endpoint({
  id: 'thingpark.dxBaseStationAlarms.ack',
  api: 'dx-core',
  route: 'POST /baseStationAlarms/{baseStationAlarmRef}/acks',
  path: { baseStationAlarmRef: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Acknowledges one alarm of a base station; the fault remains.',
  example: { path: { baseStationAlarmRef: '65a1f0c2b5b54266000004c8' } },
});

export const dxBaseStationAlarms = { list, read, ack };
