/** Data usage over time, by remote address and for the whole company; all byte counts. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Text } from './fields.ts';

/** Both ends with an offset; single days are known to work. */
const Range = () => z.strictObject({ startDate: z.iso.datetime({ offset: true }), endDate: z.iso.datetime({ offset: true }) });
const Buckets = () => z.record(z.string(), Amount()).nullish();
const rangeDoubt = 'the longest range and the width of a bucket';

const dataUsage = endpoint({
  id: 'iotx.analytics.dataUsage',
  api: 'iotx',
  route: 'GET /analytics/data-usage/{physicalId}',
  effects: [],
  sure: 'observed',
  source: 'a customer integration of about 2020',
  doubts: [rangeDoubt],
  help: 'Reads the bytes of one subscriber per time bucket, both directions; a bucket missing on one side counts as zero.',
  query: Range,
  reply: () => z.looseObject({ mobileOriginated: Buckets(), mobileTerminated: Buckets() }),
  example: {
    path: { physicalId: '8944990000001000010' },
    query: { startDate: '2025-11-03T00:00:00+00:00', endDate: '2025-11-04T00:00:00+00:00' },
  },
});

const dataUsageByIp = endpoint({
  id: 'iotx.analytics.dataUsageByIp',
  api: 'iotx',
  route: 'GET /analytics/data-usage-ip-address/{physicalId}',
  effects: [],
  sure: 'observed',
  source: 'a customer integration of about 2020; schema from the manual',
  doubts: [rangeDoubt],
  help: 'Reads the bytes of one subscriber per remote address.',
  query: Range,
  reply: () =>
    z.looseObject({
      dataUsageByIp: z.record(z.string(), z.looseObject({ bytes: Amount(), lastSeen: Text() })).nullish(),
      totalData: Amount(),
    }),
  example: {
    path: { physicalId: '8944990000001000010' },
    query: { startDate: '2025-11-03T00:00:00+00:00', endDate: '2025-11-04T00:00:00+00:00' },
  },
});

const companyUsage = endpoint({
  id: 'iotx.analytics.companyUsage',
  api: 'iotx',
  route: 'GET /analytics/data-usage',
  effects: [],
  sure: 'guessed',
  source: 'the answer: manual; the path is a guess',
  doubts: ['the total is called totalDataUsage in one place and totalData in another', 'whether the range is needed'],
  help: 'Reads the bytes of every subscriber of the company; keys are subscriberIds with the last connection time.',
  query: () => Range().partial(),
  reply: () =>
    z.looseObject({ subscriberDataUsage: z.record(z.string(), Buckets()).nullish(), totalDataUsage: Amount(), totalData: Amount() }),
  example: { query: { startDate: '2025-11-03T00:00:00+00:00', endDate: '2025-11-04T00:00:00+00:00' } },
});

export const analytics = { dataUsage, dataUsageByIp, companyUsage };
