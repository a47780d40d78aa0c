/** DX Admin access codes: short-lived codes that are appended to a portal URL. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Rows, Text } from './fields.ts';
import { bodyDoubt } from './party.ts';

const AccessCode = () =>
  z.looseObject({ type: Text(), value: Text(), userId: Text(), applicationId: Text(), applicationRef: Text(), scope: Text() });

const create = endpoint({
  id: 'thingpark.accessCodes.create',
  api: 'dx-admin',
  route: 'POST /accessCodes',
  effects: ['session'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [bodyDoubt],
  help: 'Issues an access code; type userAccessCode logs its bearer in as that user.',
  body: () =>
    z.strictObject({
      type: z.string(),
      userId: refField('reference').optional(),
      applicationId: refField('reference').optional(),
      applicationRef: refField('reference').optional(),
    }),
  reply: () => AccessCode(),
  example: { body: { type: 'userAccessCode', userId: 'jane', applicationId: 'wireless' } },
});

const validate = endpoint({
  id: 'thingpark.accessCodes.validate',
  api: 'dx-admin',
  route: 'GET /accessCodes',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the fields of the response', 'whether a code can be validated twice'],
  help: 'Checks whether an access code is valid and whose it is.',
  query: () =>
    z.strictObject({
      type: z.string(),
      value: z.string(),
      applicationId: refField('reference').optional(),
      applicationRef: refField('reference').optional(),
    }),
  reply: () => z.union([AccessCode(), Rows(AccessCode())]),
  example: { query: { type: 'userAccessCode', value: 'code', applicationId: 'wireless' } },
});

export const accessCodes = { create, validate };
