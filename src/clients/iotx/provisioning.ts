/** Provisioning: a stock SIM taken onto a tariff, one at a time. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Text } from './fields.ts';

/** The answer spells the number `productSetID`, the request `productSetId`; read in either spelling, given as the request wants it. */
const Tariff = () =>
  z
    .looseObject({ productSetID: Amount(), name: Text() })
    .transform((tariff) => ({ ...tariff, productSetId: productSetIdOf(tariff) }))
    .pipe(z.looseObject({ productSetId: z.number().int().nullable(), name: Text() }));

const tariffs = endpoint({
  id: 'iotx.provisioning.tariffs',
  api: 'iotx',
  route: 'GET /provisioning/{physicalId}/tariffs',
  effects: [],
  sure: 'guessed',
  source: 'that it exists: manual; the answer: a customer integration of about 2020; the path is a guess',
  doubts: ['the members of a tariff beyond productSetID'],
  help: 'Lists the tariffs that a stock SIM may be activated on, by group.',
  reply: () => z.record(z.string(), z.array(Tariff())),
  example: { path: { physicalId: '89449900000020000109' } },
});

const activate = endpoint({
  id: 'iotx.provisioning.activate',
  api: 'iotx',
  route: 'POST /provisioning/{physicalId}',
  effects: ['billing', 'destructive'],
  sure: 'documented',
  source: 'manual 4.0; the body from a customer integration of about 2020',
  doubts: ['the members of the answer', 'what a SIM looks like while its activation is pending', 'the name of the permission'],
  help: 'Activates a stock SIM on a tariff and so starts a contract; takes up to 24 to 48 hours and has no undo here.',
  body: () => z.strictObject({ productSetId: z.number().int(), subscriberNickname: z.string().min(1).optional() }),
  reply: () => z.looseObject({ physicalId: Text(), status: Text() }),
  example: { path: { physicalId: '89449900000020000109' }, body: { productSetId: 4711, subscriberNickname: 'pump-20' } },
});

function productSetIdOf(tariff: Record<string, unknown>): number | null {
  const value = Object.entries(tariff).find(([name]) => name.toLowerCase() === 'productsetid')?.[1];
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : null;
}

export const provisioning = { activate, tariffs };
