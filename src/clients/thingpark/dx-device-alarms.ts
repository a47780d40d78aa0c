/** DX Core alarms of devices. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField } from '../http/identifier-marks.ts';
import { listOf } from './dx-devices.ts';
import { Amount, Code, Flag, Id, PageIndex, Text } from './fields.ts';

/** `alarmState`: CLEARED, UNCLEARED, WARNING, MINOR, MAJOR, CRITICAL. */
const DeviceAlarm = () =>
  z.looseObject({
    ref: Id(),
    deviceRef: Text(),
    deviceAlarmTypeId: Code(),
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
  id: 'thingpark.dxDeviceAlarms.list',
  api: 'dx-core',
  route: 'GET /deviceAlarms',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Lists alarms of devices; pages work only together with deviceEUI.',
  query: () => z.strictObject({ deviceEUI: idField('target', 'devEui', z.string()).optional(), pageIndex: PageIndex() }),
  reply: () => listOf(DeviceAlarm()),
  example: { query: { deviceEUI: 'A81758FFFE0A0001', pageIndex: 1 } },
});

const read = endpoint({
  id: 'thingpark.dxDeviceAlarms.read',
  api: 'dx-core',
  route: 'GET /deviceAlarms/{deviceAlarmRef}',
  path: { deviceAlarmRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Reads one alarm by its ref of 24 hex digits.',
  reply: () => DeviceAlarm(),
  bears: ({ ref }) => ref,
  example: { path: { deviceAlarmRef: '65a1f0c2a1ae4234a0370001' } },
});

const ack = endpoint({
  id: 'thingpark.dxDeviceAlarms.ack',
  api: 'dx-core',
  route: 'POST /deviceAlarms/{deviceAlarmRef}/acks',
  path: { deviceAlarmRef: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Acknowledges one alarm; the fault remains.',
  example: { path: { deviceAlarmRef: '65a1f0c2a1ae4234a0370001' } },
});

export const dxDeviceAlarms = { list, read, ack };
