import { z } from 'zod';

import { baseStations } from '../../clients/thingpark/base-stations.ts';
import { severityName } from '../../clients/thingpark/severities.ts';
import { stationBeginningOf, stationIdOf } from '../../clients/thingpark/station-ids.ts';
import { instant } from '../../clock.ts';
import { sanitize } from '../../text/sanitize.ts';
import { shownName } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { pagedList } from '../paged-list.ts';

export const listGateways = readTool({
  name: 'list_gateways',
  toolset: 'thingpark',
  title: 'List gateways',
  description:
    'Lists ThingPark base stations (gateways) with health, backhaul and open alarms. query is the start of a name or LRR ID, or an LRR UUID. For devices use list_devices.',
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
    const filter = { ...(health ? { healthState: [health] } : {}), pageSize: 100 };
    const searches = searchesFor(query);
    return pagedList({
      what: 'gateways',
      query: { query, filter, connection: at.name },
      limit,
      cursor,
      at,
      async page(token) {
        const [index = '1', before, form = '0'] = (token ?? '').split(' ');
        const pageIndex = Number(index || 1);
        const { page, chosen } = await firstFound(searches, Number(form), (search) =>
          at.call(baseStations.list, { query: { ...search, ...filter, pageIndex } }, { signal }),
        );
        const { briefs, more, count } = page;
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
          next: more ? `${pageIndex + 1} ${first ?? ''} ${chosen}` : undefined,
          total: count ?? undefined,
        };
      },
    });
  },
});

type Search = { query?: string; LRRUUID?: string };

/** What a query can mean, in the order in which it is tried: an identifier, the start of a name, the start of an LRR ID. */
function searchesFor(query: string | undefined): readonly Search[] {
  if (query === undefined) return [{}];
  const id = stationIdOf(query);
  const name = shownName(query);
  const whole: Search[] = id === undefined ? [] : [id.kind === 'LRR ID' ? { query: id.value } : { LRRUUID: id.value }];
  const beginning = stationBeginningOf(query);
  const all = [...whole, ...(name === '' ? [] : [{ query: name }]), ...(beginning === undefined ? [] : [{ query: beginning }])];
  return all.filter((one, i) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === i);
}

/** The page of the first search, from number `from` on, that finds something; the first page where none does. */
async function firstFound<P extends { briefs: readonly unknown[] }>(
  searches: readonly Search[],
  from: number,
  read: (search: Search) => Promise<P>,
): Promise<{ page: P; chosen: number }> {
  const page = await read(searches[from] ?? {});
  for (let next = from + 1; page.briefs.length === 0 && next < searches.length; next++) {
    const other = await read(searches[next] ?? {});
    if (other.briefs.length > 0) return { page: other, chosen: next };
  }
  return { page, chosen: from };
}

const idOf = ({ lrrID, lrrUUID }: { lrrID?: string | null | undefined; lrrUUID?: string | null | undefined }): string =>
  lrrID ?? lrrUUID ?? '';
