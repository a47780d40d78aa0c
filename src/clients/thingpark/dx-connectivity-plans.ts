/** DX Core connectivity plans with their licences. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { listOf } from './dx-devices.ts';
import { Amount, Id, Text } from './fields.ts';

const list = endpoint({
  id: 'thingpark.dxConnectivityPlans.list',
  api: 'dx-core',
  route: 'GET /connectivityPlans',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Lists connectivity plans with granted and used connections.',
  reply: () =>
    listOf(
      z.looseObject({
        id: Id(),
        ref: Text(),
        name: Text(),
        grantedConnections: Amount(),
        usedConnections: Amount(),
        communicationType: Text(),
      }),
    ),
  example: {},
});

export const dxConnectivityPlans = { list };
