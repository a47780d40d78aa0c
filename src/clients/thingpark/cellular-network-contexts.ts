/** OSS cellular network contexts (8.x): routing of packets from cellular devices to servers. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Flag, Id, PageIndex, Rows, Text } from './fields.ts';

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
      briefs: Rows(
        z.looseObject({
          ID: Id(),
          name: Text(),
          mode: Text(),
          gtpTunnel: z.looseObject({ subnet: Text(), dhcpPool: Text(), dns1: Text(), dns2: Text() }).nullish(),
          greTunnels: Rows(z.looseObject({ peerAddress: Text() })).nullish(),
        }),
      ),
      more: Flag(),
    }),
  example: {},
});

export const cellularNetworkContexts = { list };
