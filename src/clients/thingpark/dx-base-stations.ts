/** DX Core base stations. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { listOf } from './dx-devices.ts';
import { Amount, Degrees, Hex, Latitude, Longitude, PageIndex, Text } from './fields.ts';
import { dxStationUpdateEffects } from './station-effects.ts';

/** A base station; its location may come from its GPS. */
export const BaseStation = () =>
  z.looseObject({
    ref: Text(),
    id: Text(),
    uuid: Text(),
    name: Text(),
    baseStationProfileId: Text(),
    administrationState: Text(),
    geoLatitude: Degrees(90),
    geoLongitude: Degrees(180),
    geoAltitude: Amount(),
    administrativeInfo: Text(),
    rfRegionId: Text(),
    statistics: z.looseObject({ healthState: Text(), connectionState: Text() }).nullish(),
  });

/** What create and update have in common. The location is administrative: the GPS of a base station overrides it. */
const Members = () => ({
  name: z.string().min(1).optional(),
  administrativeInfo: z.string().optional(),
  geoLatitude: Latitude(),
  geoLongitude: Longitude(),
  /** Metres. */
  geoAltitude: z.number({ error: 'must be metres without a unit. Example: 35' }).optional(),
  rfRegionId: refField('reference', z.string().min(1)).optional(),
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
  bears: ({ ref, id, uuid }) => [ref, id, uuid],
  example: { path: { baseStationRef: '1222' } },
});

const create = endpoint({
  id: 'thingpark.dxBaseStations.create',
  api: 'dx-core',
  route: 'POST /baseStations',
  effects: ['billing'],
  sure: 'documented',
  source: 'DX API v141; body from working clients',
  doubts: [
    'which fields are required: the OSS API allocates the LRR ID where the UUID is given',
    'the new base station may use up one of those granted to the account',
  ],
  help: 'Creates a base station by its LRR ID or LRR UUID and its profile.',
  body: () =>
    z
      .strictObject({
        /** LRR ID: 8 hex digits, not 00000000, and not starting with FFFE or FFFF. */
        id: refField(
          'new',
          Hex(8).refine((id) => !/^(0{8}|fff[ef])/i.test(id), {
            error: 'must not be 00000000 or start with FFFE or FFFF. Example: 10001234',
          }),
        ).optional(),
        /** LRR UUID: an OUI of 6 hex digits, a dash, 2 to 48 hex digits. */
        uuid: refField(
          'new',
          z
            .string()
            .regex(
              /^[0-9A-Fa-f]{6}-[0-9A-Fa-f]{2,48}$/,
              'must be 6 hex digits, a dash and 2 to 48 hex digits. Example: 7076FF-0A0B0C0D0E0F',
            ),
        ).optional(),
        baseStationProfileId: refField('reference', z.string().min(1)),
        ...Members(),
      })
      .refine(({ id, uuid }) => (id === undefined) !== (uuid === undefined), {
        path: ['uuid'],
        error: 'either uuid or id must be given, by which the base station is found again. Example: 7076FF-0A0B0C0D0E0F',
      }),
  reply: () => BaseStation(),
  example: {
    body: { uuid: '7076FF-0A0B0C0D0E0F', baseStationProfileId: 'KERL/WIR2.1', name: 'Roof 9', rfRegionId: 'EU868_8channels' },
  },
});

const update = endpoint({
  id: 'thingpark.dxBaseStations.update',
  api: 'dx-core',
  route: 'PUT /baseStations/{baseStationRef}',
  path: { baseStationRef: 'target' },
  effects: ['write', 'disruptive'],
  effectsOf: ({ body }) => dxStationUpdateEffects(body),
  sure: 'documented',
  source: 'DX API v141; body from working clients',
  doubts: [
    'which fields a PUT can change: those that it cannot are silently ignored',
    'the location can be changed only where it is administrative',
  ],
  help: 'Changes the named fields of a base station; the others stay. Another RF region cuts off devices on other channels.',
  body: () => z.strictObject(Members()),
  reply: () => BaseStation(),
  example: { path: { baseStationRef: '1222' }, body: { name: 'Roof north', geoLatitude: 48.8566, geoLongitude: 2.3522 } },
});

const remove = endpoint({
  id: 'thingpark.dxBaseStations.delete',
  api: 'dx-core',
  route: 'DELETE /baseStations/{baseStationRef}',
  path: { baseStationRef: 'target' },
  effects: ['destructive', 'disruptive'],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Deletes a base station with its history and alarms; devices that only it receives are offline.',
  example: { path: { baseStationRef: '1222' } },
});

const profiles = endpoint({
  id: 'thingpark.dxBaseStations.profiles',
  api: 'dx-core',
  route: 'GET /baseStationProfiles',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Lists base station profiles: the values of baseStationProfileId.',
  reply: () => listOf(z.looseObject({ id: Text(), commercialName: Text() })),
  example: {},
});

export const dxBaseStations = { list, read, create, update, delete: remove, profiles };
