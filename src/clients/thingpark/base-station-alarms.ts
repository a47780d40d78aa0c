/** OSS alarms of base stations. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { AlarmBrief } from './alarms.ts';
import { AlarmType, Amount, Flag, PageIndex, Rows, Severity, Text } from './fields.ts';

const base = '/thingpark/wireless/rest/partners/mine/bss/alarms';

const list = endpoint({
  id: 'thingpark.baseStationAlarms.list',
  api: 'oss',
  route: `GET ${base}`,
  effects: [],
  sure: 'documented',
  source: 'Network API 7.3',
  help: 'Lists alarms of base stations; `state` is the minimum severity unless stateFiltering=EQUAL.',
  query: () =>
    z.strictObject({
      pageIndex: PageIndex(),
      pageSize: z.number().int().min(1).optional(),
      from: z.string().optional(),
      to: z.string().optional(),
      ID: AlarmType(),
      lrrID: z.array(refField('target')).optional(),
      state: Severity().optional(),
      stateFiltering: z.enum(['EQUAL_OR_UPPER', 'EQUAL']).optional(),
      acked: z.boolean().optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: Rows(AlarmBrief().extend({ bs: z.looseObject({ lrrID: Text(), name: Text() }).nullish() })),
      more: Flag(),
      count: Amount(),
    }),
  example: { query: { state: 5 } },
});

const ack = endpoint({
  id: 'thingpark.baseStationAlarms.ack',
  api: 'oss',
  route: `POST ${base}/ack`,
  effects: ['write'],
  sure: 'documented',
  source: 'Network API 7.3',
  help: 'Acknowledges alarms of base stations by UID; the faults remain.',
  body: () => z.strictObject({ alarmUids: z.array(refField('target')).min(1) }),
  example: { body: { alarmUids: ['65a1f0c2b5b54266a0370001'] } },
});

export const baseStationAlarms = { list, ack };
