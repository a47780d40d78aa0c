/** DX Admin applications: those that a supplier provides through the portal. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Rows, Text } from './fields.ts';

const list = endpoint({
  id: 'thingpark.applications.list',
  api: 'dx-admin',
  route: 'GET /applications',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the response fields'],
  help: 'Lists applications: a supplier sees its own, operators and vendors see all.',
  query: () => z.strictObject({ applicationId: refField('target').optional() }),
  reply: () => Rows(z.looseObject({ ref: Text(), id: Text(), name: Text(), url: Text() })),
  example: { query: { applicationId: 'wireless' } },
});

export const applications = { list };
