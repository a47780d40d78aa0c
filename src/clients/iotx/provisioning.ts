/** Provisioning: activates a stock SIM on a tariff, one SIM per call. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { Amount, MapOf, Rows, Text } from './fields.ts';

/** Responses spell the number `productSetID`, requests `productSetId`. Both are read; the result uses the spelling of requests. */
const Tariff = () =>
  z
    .looseObject({ productSetID: Amount(), name: Text() })
    .transform((tariff) => ({ ...tariff, productSetId: productSetIdOf(tariff) }))
    .pipe(z.looseObject({ productSetId: refField('reference', z.number().int()).nullable(), name: z.string().nullish() }));

const tariffs = endpoint({
  id: 'iotx.provisioning.tariffs',
  api: 'iotx',
  route: 'GET /provisioning/{physicalId}/tariffs',
  path: { physicalId: ['target', 'subscriber'] },
  effects: [],
  sure: 'guessed',
  source: 'mentioned in the manual; response: a customer integration of about 2020; the path is guessed',
  doubts: ['the fields of a tariff beyond productSetID'],
  help: 'Lists by group the tariffs that a stock SIM can be activated on.',
  /** A group that is null or undefined could not be read. */
  reply: () => MapOf(Rows(Tariff()).nullish()),
  example: { path: { physicalId: '89449900000020000109' } },
});

const activate = endpoint({
  id: 'iotx.provisioning.activate',
  api: 'iotx',
  route: 'POST /provisioning/{physicalId}',
  path: { physicalId: ['target', 'subscriber'] },
  effects: ['billing', 'destructive'],
  sure: 'documented',
  source: 'manual 4.0; the body from a customer integration of about 2020',
  doubts: ['the fields of the response', 'the state of a SIM while its activation is pending', 'the name of the permission'],
  help: 'Activates a stock SIM on a tariff, which starts a contract; takes up to 24 to 48 hours and cannot be undone.',
  body: () => z.strictObject({ productSetId: refField('reference', z.number().int()), subscriberNickname: z.string().min(1).optional() }),
  reply: () => z.looseObject({ physicalId: Text(), status: Text() }),
  example: { path: { physicalId: '89449900000020000109' }, body: { productSetId: 4711, subscriberNickname: 'pump-20' } },
});

function productSetIdOf(tariff: Record<string, unknown>): number | null {
  const value = Object.entries(tariff).find(([name]) => name.toLowerCase() === 'productsetid')?.[1];
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : null;
}

export const provisioning = { activate, tariffs };
