/** DX Core routing profiles (operator platforms): map ports to addresses. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { listOf } from './dx-devices.ts';
import { Flag, Rows, Text } from './fields.ts';

/** A route can contain the secret `asKey`. */
const RoutingProfile = () =>
  z.looseObject({
    ref: Text(),
    id: Text(),
    name: Text(),
    default: Flag(),
    routes: z
      .array(
        z.looseObject({
          sourcePorts: Text(),
          strategy: Text(),
          contentType: Text(),
          addresses: Rows(z.string()).nullish(),
          asId: Text(),
        }),
      )
      .nullish(),
  });

const list = endpoint({
  id: 'thingpark.dxRoutingProfiles.list',
  api: 'dx-core',
  route: 'GET /routingProfiles',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Lists routing profiles.',
  query: () => z.strictObject({ routingProfileId: refField('target').optional() }),
  reply: () => listOf(RoutingProfile()),
  example: { query: { routingProfileId: 'TWA_199900001.1' } },
});

const read = endpoint({
  id: 'thingpark.dxRoutingProfiles.read',
  api: 'dx-core',
  route: 'GET /routingProfiles/{routingProfileRef}',
  path: { routingProfileRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Reads one routing profile by its ref.',
  reply: () => RoutingProfile(),
  example: { path: { routingProfileRef: '1' } },
});

export const dxRoutingProfiles = { list, read };
