/** OSS alarms of devices: list of the fleet and of one device, history, acknowledgement. An acknowledgement cannot be undone. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField, refField } from '../http/identifier-marks.ts';
import { AlarmType, Amount, Code, Flag, Instant, PageIndex, Rows, Severity, Text } from './fields.ts';

const base = '/thingpark/wireless/rest/subscriptions/mine/devices';

/** `state` is the severity, `ID` the alarm type; timestamps are epoch ms. */
export const AlarmBrief = () =>
  z.looseObject({
    ID: Code(),
    alarmUid: Text(),
    state: Amount(),
    level: Amount(),
    occurrence: Amount(),
    acked: Flag(),
    ackedInfo: Text(),
    ackedTimestamp: Instant(),
    addInfo: Text(),
    addInfo2: Text(),
    addInfo3: Text(),
    addInfo4: Text(),
    addInfo5: Text(),
    index: Text(),
    creationTimestamp: Instant(),
    updateTimestamp: Instant(),
    device: z.looseObject({ EUI: Text(), name: Text() }).nullish(),
    href: Text(),
  });

const AlarmPage = () =>
  z.looseObject({
    briefs: Rows(AlarmBrief()),
    more: Flag(),
    count: Amount(),
    cursors: z.looseObject({ last: Text() }).nullish(),
  });

/** ISO 8601; `from` filters on the creation, `to` on the last update. */
const Window = () => ({ from: z.string().optional(), to: z.string().optional() });

const list = endpoint({
  id: 'thingpark.alarms.list',
  api: 'oss',
  route: `GET ${base}/alarms`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3, cursor from the tutorial 8.x',
  doubts: ['sort=alarmUid and pageAfter exist since 8.1'],
  help: 'Lists alarms of the fleet; `state` is the minimum severity unless stateFiltering=EQUAL; sort=alarmUid,asc pages by cursor.',
  query: () =>
    z.strictObject({
      pageAfter: z.string().optional(),
      pageIndex: PageIndex(),
      pageSize: z.number().int().min(1).optional(),
      ...Window(),
      ID: AlarmType(),
      alarmUid: refField('target').optional(),
      devEUI: z.array(idField('target', 'devEui', z.string())).optional(),
      state: Severity().optional(),
      stateFiltering: z.enum(['EQUAL_OR_UPPER', 'EQUAL']).optional(),
      acked: z.boolean().optional(),
      domain: z.array(refField('reference')).optional(),
      sort: z.string().optional(),
      limit: z.number().int().min(1).optional(),
    }),
  reply: () => AlarmPage(),
  example: { query: { sort: 'alarmUid,asc', state: 5, acked: false } },
});

const ack = endpoint({
  id: 'thingpark.alarms.ack',
  api: 'oss',
  route: `POST ${base}/alarms/ack`,
  effects: ['write'],
  sure: 'documented',
  source: 'Devices API 7.3, tutorial 8.x',
  doubts: ['the response when one of several alarms is unknown'],
  help: 'Acknowledges alarms by UID; they no longer count in the alarm level of their devices, the faults remain.',
  body: () => z.strictObject({ alarmUids: z.array(refField('target')).min(1) }),
  example: { body: { alarmUids: ['65a1f0c2a1ae4234a0370001'] } },
});

const histories = endpoint({
  id: 'thingpark.alarms.histories',
  api: 'oss',
  route: `GET ${base}/alarms/histories`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Lists cleared occurrences of alarms of the fleet, last cleared first.',
  query: () =>
    z.strictObject({
      pageIndex: PageIndex(),
      ...Window(),
      ID: AlarmType(),
      alarmUid: refField('target').optional(),
      index: z.string().optional(),
      state: z.number().int().min(3).max(6).optional(),
      acked: z.boolean().optional(),
      devEUI: z.array(idField('target', 'devEui', z.string())).optional(),
    }),
  reply: () => AlarmPage(),
  example: { query: { state: 5 } },
});

const stateDistributions = endpoint({
  id: 'thingpark.alarms.stateDistributions',
  api: 'oss',
  route: `GET ${base}/alarms/stateDistributions`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  cost: 'medium',
  help: 'Counts alarms of the fleet by severity.',
  query: () => z.strictObject({ ...Window(), state: Severity().optional(), acked: z.boolean().optional() }),
  reply: () => z.looseObject({ briefs: Rows(z.looseObject({ state: Amount(), count: Amount() })), totalCount: Amount() }),
  example: { query: { acked: false } },
});

const ofDevice = endpoint({
  id: 'thingpark.alarms.ofDevice',
  api: 'oss',
  route: `GET ${base}/{deviceUid}/alarms`,
  path: { deviceUid: ['target', 'uid'] },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Lists the alarms of one device; `state` is the minimum severity, 1 only cleared ones.',
  query: () =>
    z.strictObject({
      pageIndex: PageIndex(),
      ...Window(),
      ID: AlarmType(),
      state: Severity().optional(),
      acked: z.boolean().optional(),
    }),
  reply: () => AlarmPage(),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { state: 3 } },
});

const ackDevice = endpoint({
  id: 'thingpark.alarms.ackDevice',
  api: 'oss',
  route: `POST ${base}/{deviceUid}/alarms/ack`,
  path: { deviceUid: ['reference', 'uid'] },
  effects: ['write'],
  sure: 'documented',
  source: 'Devices API 7.3',
  cost: 'medium',
  help: 'Acknowledges all alarms of one device that match the filters; without filters, all of them.',
  query: () => z.strictObject({ ...Window(), ID: AlarmType(), state: Severity().optional() }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { ID: 4 } },
});

const ackOne = endpoint({
  id: 'thingpark.alarms.ackOne',
  api: 'oss',
  route: `POST ${base}/{deviceUid}/alarms/{alarmUid}/ack`,
  path: { deviceUid: ['reference', 'uid'], alarmUid: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Acknowledges one alarm of one device.',
  example: { path: { deviceUid: 'eA81758FFFE0A0001', alarmUid: '65a1f0c2a1ae4234a0370001' } },
});

export const alarms = { list, ack, histories, stateDistributions, ofDevice, ackDevice, ackOne };
