/** DX Core base stations. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { listOf } from './dx-devices.ts';
import { Amount, PageIndex, Text } from './fields.ts';

const BaseStation = () =>
  z.looseObject({
    ref: Text(),
    id: Text(),
    uuid: Text(),
    name: Text(),
    baseStationProfileId: Text(),
    administrationState: Text(),
    geoLatitude: Amount(),
    geoLongitude: Amount(),
    rfRegionId: Text(),
    statistics: z.looseObject({ healthState: Text(), connectionState: Text() }).nullish(),
  });

const list = endpoint({
  id: 'thingpark.dxBaseStations.list',
  api: 'dx-core',
  route: 'GET /baseStations',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['the fields of statistics'],
  help: 'Lists base stations in pages of exactly 100.',
  query: () =>
    z.strictObject({
      baseStationId: refField('target').optional(),
      connectionState: z.string().optional(),
      healthState: z.string().optional(),
      statistics: z.boolean().optional(),
      commercialDetails: z.boolean().optional(),
      pageIndex: PageIndex(),
    }),
  reply: () => listOf(BaseStation()),
  example: { query: { statistics: true, pageIndex: 1 } },
});

const read = endpoint({
  id: 'thingpark.dxBaseStations.read',
  api: 'dx-core',
  route: 'GET /baseStations/{baseStationRef}',
  path: { baseStationRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Reads one base station by its ref.',
  reply: () => BaseStation(),
  example: { path: { baseStationRef: '1222' } },
});

export const dxBaseStations = { list, read };
