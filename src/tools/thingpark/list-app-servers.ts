import { z } from 'zod';

import { allPages } from '../../clients/thingpark/all-pages.ts';
import { appServers } from '../../clients/thingpark/app-servers.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';

export const listAppServers = readTool({
  name: 'list_app_servers',
  toolset: 'thingpark',
  title: 'List application servers',
  description:
    'Lists the destinations of ThingPark uplinks: application servers and IoT Flow connections (type KAFKA), with ID, state and how many devices use each. To add one: add_app_server.',
  provider: 'thingpark',
  input: z.strictObject({ limit: fields.limit(500, 50), connection: fields.connection }),
  output: z.looseObject({ servers: z.array(z.looseObject({ server: z.string() })), total: z.number() }),
  example: {},
  async run({ limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const all = await allPages((pageIndex) => at.call(appServers.list, { query: { pageIndex } }, { signal }));
    const rows = all.map((one) => ({
      server: one.ID,
      name: one.name,
      type: one.type,
      state: one.state,
      health: one.healthState,
      devices: one.deviceCount,
    }));
    return shortList('servers', rows, limit, at);
  },
});
