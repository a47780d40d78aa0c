/** OSS subscription of the caller: identity and options. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Instant, OccContext, Rows, Text } from './fields.ts';

const read = endpoint({
  id: 'thingpark.subscription.read',
  api: 'oss',
  route: 'GET /thingpark/wireless/rest/subscriptions/mine',
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: "Reads the caller's own subscription: subscriber, state, plan selection mode (BASIC or ADVANCED).",
  reply: () =>
    z.looseObject({
      subscriber: z.looseObject({ ID: Text(), name: Text(), organization: Text(), extID: Text() }).nullish(),
      state: z.looseObject({ value: Text(), timestamp: Amount() }).nullish(),
      creationTimestamp: Instant(),
      networkSubscriptionsHandling: z
        .looseObject({ mode: Text(), supportedNetworkSubscriptions: z.array(z.unknown()).nullish() })
        .nullish(),
      defaultIsmBands: Rows(z.looseObject({ ID: Text(), name: Text() })).nullish(),
      options: z.looseObject({ cellularSupport: Text(), license: Text() }).nullish(),
      occContext: OccContext(),
    }),
  example: {},
});

export const subscription = { read };
