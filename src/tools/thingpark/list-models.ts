import { z } from 'zod';

import { allPages } from '../../clients/thingpark/all-pages.ts';
import { deviceProfiles } from '../../clients/thingpark/device-profiles.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';

/** LoRaWAN version by ThingPark macMinorVersion. */
const versions: Readonly<Record<number, string>> = { 3: '1.0', 4: '1.0.2', 5: '1.0.3', 6: '1.0.4', 10: '1.1' };

export const listModels = readTool({
  name: 'list_models',
  toolset: 'thingpark',
  title: 'List device models',
  description:
    'Lists the ThingPark device models (profiles) a device can have, with LoRaWAN version; query is a part of ID, name or vendor. Plans: list_plans.',
  provider: 'thingpark',
  extra: true,
  deviceScope: 'none',
  input: z.strictObject({
    query: z.string().min(1).max(80).optional(),
    connectivity: z.enum(['LORAWAN', 'CELLULAR']).optional(),
    limit: fields.limit(500, 50),
    connection: fields.connection,
  }),
  output: z.looseObject({ models: z.array(z.looseObject({ model: z.string() })), total: z.number() }),
  example: { query: 'acme', connectivity: 'LORAWAN' },
  async run({ query, connectivity, limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const only = connectivity ? { connectivity } : {};
    const all = await allPages((pageIndex) => at.call(deviceProfiles.list, { query: { ...only, pageIndex } }, { signal }));
    const needle = query?.toLowerCase() ?? '';
    const rows = all
      .filter((one) => [one.ID, one.commercialName, one.vendor?.name].some((text) => text?.toLowerCase().includes(needle)))
      .map((one) => ({
        model: one.ID,
        name: one.commercialName,
        vendor: one.vendor?.name,
        connectivity: one.connectivity,
        lorawan: typeof one.macMinorVersion === 'number' ? versions[one.macMinorVersion] : undefined,
      }));
    return shortList('models', rows, limit, at);
  },
});
