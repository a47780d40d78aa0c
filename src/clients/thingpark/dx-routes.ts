/** DX Core routes (ThingPark Enterprise): the DX representation of application servers. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { listOf } from './dx-devices.ts';
import { PageIndex, Text } from './fields.ts';

const DxRoute = () =>
  z.looseObject({
    ref: Text(),
    name: Text(),
    asId: Text(),
    connectorClass: Text(),
    contentType: Text(),
    connectorProperties: z.looseObject({ applicationServerURL: Text(), downlinkAsId: Text() }).nullish(),
  });

const list = endpoint({
  id: 'thingpark.dxRoutes.list',
  api: 'dx-core',
  route: 'GET /routes',
  effects: [],
  sure: 'observed',
  source: 'working clients of ThingPark Enterprise',
  help: 'Lists routes: the destinations for devices created through DX.',
  query: () => z.strictObject({ pageIndex: PageIndex() }),
  reply: () => listOf(DxRoute()),
  example: { query: { pageIndex: 1 } },
});

const read = endpoint({
  id: 'thingpark.dxRoutes.read',
  api: 'dx-core',
  route: 'GET /routes/{routeRef}',
  path: { routeRef: 'target' },
  effects: [],
  sure: 'observed',
  source: 'working clients of ThingPark Enterprise',
  help: 'Reads one route by its ref.',
  reply: () => DxRoute(),
  bears: ({ ref }) => ref,
  example: { path: { routeRef: '77' } },
});

export const dxRoutes = { list, read };
