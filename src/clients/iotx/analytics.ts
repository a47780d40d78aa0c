/** Data usage in bytes: over time, by remote address, and for the whole company. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, MapOf, Text } from './fields.ts';

/** ISO 8601 date-times with offset; a range of one day is known to work. */
const Range = () => z.strictObject({ startDate: z.iso.datetime({ offset: true }), endDate: z.iso.datetime({ offset: true }) });
const Buckets = () => MapOf(Amount()).nullish();
const rangeDoubt = 'the maximum range and the bucket width';

const dataUsage = endpoint({
  id: 'iotx.analytics.dataUsage',
  api: 'iotx',
  route: 'GET /analytics/data-usage/{physicalId}',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'observed',
  source: 'a customer integration of about 2020',
  doubts: [rangeDoubt],
  help: 'Reads the bytes of one subscriber per time bucket and direction; a bucket missing in one direction is zero.',
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
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'observed',
  source: 'a customer integration of about 2020; schema from the manual',
  doubts: [rangeDoubt],
  help: 'Reads the bytes of one subscriber per remote address.',
  query: Range,
  reply: () => z.looseObject({ dataUsageByIp: MapOf(z.looseObject({ bytes: Amount(), lastSeen: Text() })).nullish(), totalData: Amount() }),
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
  source: 'response: manual; the path is guessed',
  doubts: ['the total is named totalDataUsage in one place and totalData in another', 'whether the range is required'],
  help: 'Reads the bytes of every subscriber of the company, by subscriberId and last connection time.',
  query: () => Range().partial(),
  reply: () => z.looseObject({ subscriberDataUsage: MapOf(Buckets()).nullish(), totalDataUsage: Amount(), totalData: Amount() }),
  example: { query: { startDate: '2025-11-03T00:00:00+00:00', endDate: '2025-11-04T00:00:00+00:00' } },
});

export const analytics = { dataUsage, dataUsageByIp, companyUsage };
