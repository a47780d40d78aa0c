/** OSS cellular network contexts (8.x): routing of packets from cellular devices to servers. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { PageIndex, Text } from './fields.ts';

const list = endpoint({
  id: 'thingpark.cellularNetworkContexts.list',
  api: 'oss',
  route: 'GET /thingpark/wireless/rest/subscriptions/mine/cellularNetworkContexts',
  effects: [],
  sure: 'documented',
  source: 'tutorial 8.x',
  help: 'Lists the network contexts that a cellular device can be created with.',
  query: () => z.strictObject({ pageIndex: PageIndex() }),
  reply: () =>
    z.looseObject({
      briefs: z.array(
        z.looseObject({
          ID: z.string(),
          name: Text(),
          mode: Text(),
          gtpTunnel: z.looseObject({ subnet: Text(), dhcpPool: Text(), dns1: Text(), dns2: Text() }).nullish(),
          greTunnels: z.array(z.looseObject({ peerAddress: Text() })).nullish(),
        }),
      ),
      more: z.boolean().nullish(),
    }),
  example: {},
});

export const cellularNetworkContexts = { list };
