import { z } from 'zod';

import { baseStations } from '../../clients/thingpark/base-stations.ts';
import { severityName } from '../../clients/thingpark/severities.ts';
import { instant } from '../../clock.ts';
import { sanitize } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { pagedList } from '../paged-list.ts';

export const listGateways = readTool({
  name: 'list_gateways',
  toolset: 'thingpark',
  title: 'List gateways',
  description:
    'Lists ThingPark base stations (gateways) with health, backhaul and open alarms. query is the start of a name or LRR ID. For devices use list_devices.',
  provider: 'thingpark',
  input: z.strictObject({
    query: z.string().min(1).max(80).optional(),
    health: z.enum(['INIT', 'ACTIVE', 'BACKHAUL_CNX_ERROR', 'RF_ERROR', 'SUSPENDED']).optional(),
    limit: fields.limit(500, 50),
    cursor: fields.cursor,
    connection: fields.connection,
  }),
  output: z.looseObject({ gateways: z.array(z.looseObject({ gateway: z.string() })), nextCursor: z.string().optional() }),
  example: { health: 'BACKHAUL_CNX_ERROR' },
  async run({ query, health, limit, cursor, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const filter = { ...(query ? { query } : {}), ...(health ? { healthState: [health] } : {}), pageSize: 100 };
    return pagedList({
      what: 'gateways',
      query: { filter, connection: at.name },
      limit,
      cursor,
      at,
      async page(token) {
        const [index = '1', before] = (token ?? '').split(' ');
        const pageIndex = Number(index || 1);
        const { briefs, more, count } = await at.call(baseStations.list, { query: { ...filter, pageIndex } }, { signal });
        const first = briefs[0] && idOf(briefs[0]);
        if (pageIndex > 1 && first !== undefined && first === before)
          return { rows: [], incomplete: 'the platform returned the same page twice; narrow with query or health to see the rest' };
        return {
          rows: briefs.map((one) => ({
            gateway: idOf(one),
            name: one.name ? sanitize(one.name, 60) : undefined,
            health: one.healthState ?? undefined,
            backhaul: one.cnxState ?? undefined,
            since: typeof one.cnxStateSince === 'number' ? instant(one.cnxStateSince - (one.cnxStateSince % 1000)) : undefined,
            region: one.rfRegionID ?? undefined,
            alarms: one.alarmCount ?? undefined,
            worst: one.alarmLevel ? severityName(one.alarmLevel) : undefined,
          })),
          // The token carries the first row of this page, so that a repeated page is detected.
          next: more ? `${pageIndex + 1} ${first ?? ''}` : undefined,
          total: count ?? undefined,
        };
      },
    });
  },
});

const idOf = ({ lrrID, lrrUUID }: { lrrID?: string | null | undefined; lrrUUID?: string | null | undefined }): string =>
  lrrID ?? lrrUUID ?? '';
