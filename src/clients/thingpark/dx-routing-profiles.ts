/** DX Core routing profiles (operator platforms): map ports to addresses. */
import { z } from 'zod';

import { memberOf } from '../../text/is-object.ts';
import { type Effect, endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { listOf } from './dx-devices.ts';
import { Amount, Flag, Hex, Rows, Text } from './fields.ts';

/** A route can contain the secret `asKey`. */
export const RoutingProfile = () =>
  z.looseObject({
    ref: Text(),
    id: Text(),
    name: Text(),
    default: Flag(),
    routes: z
      .array(
        z.looseObject({
          sourcePorts: Text(),
          strategy: Text(),
          contentType: Text(),
          addresses: Rows(z.string()).nullish(),
          asId: Text(),
          /** Seconds that the time of a signed downlink may differ. */
          maxDeviation: Amount(),
        }),
      )
      .nullish(),
  });

/** Routes of a request: together they replace all routes of the profile. asId, asKey and maxDeviation belong to signed downlinks. */
const Routes = () =>
  z
    .array(
      z.strictObject({
        /** `*`, one port, a list `1,2,3` or a range `10-20`. */
        sourcePorts: z.string().regex(/^(\*|\d{1,3}([,-]\d{1,3})*)$/, 'must be ports as text. Example: * or 1,2 or 10-20'),
        strategy: z.enum(['SEQUENTIAL', 'BLAST']),
        contentType: z.enum(['XML', 'JSON']).optional(),
        addresses: z
          .array(z.url({ protocol: /^https?$/, error: 'must be an http or https URL. Example: https://app.example/uplinks' }))
          .min(1),
        asId: refField('new', z.string().min(1)).optional(),
        asKey: Hex(32).optional(),
        maxDeviation: z.number().int().min(0).optional(),
      }),
    )
    .min(1);

/** Effects of an update: other routes, or another default profile, change where uplinks arrive. */
export function routingEffects(body: unknown): Effect[] {
  return memberOf(body, 'routes') === undefined && memberOf(body, 'default') === undefined ? ['write'] : ['write', 'disruptive'];
}

const platforms = 'served by operator platforms; ThingPark Enterprise has routes instead';

const list = endpoint({
  id: 'thingpark.dxRoutingProfiles.list',
  api: 'dx-core',
  route: 'GET /routingProfiles',
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Lists routing profiles.',
  query: () => z.strictObject({ routingProfileId: refField('target').optional() }),
  reply: () => listOf(RoutingProfile()),
  example: { query: { routingProfileId: 'TWA_199900001.1' } },
});

const read = endpoint({
  id: 'thingpark.dxRoutingProfiles.read',
  api: 'dx-core',
  route: 'GET /routingProfiles/{routingProfileRef}',
  path: { routingProfileRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Reads one routing profile by its ref.',
  reply: () => RoutingProfile(),
  bears: ({ ref, id }) => [ref, id],
  example: { path: { routingProfileRef: '1' } },
});

const create = endpoint({
  id: 'thingpark.dxRoutingProfiles.create',
  api: 'dx-core',
  route: 'POST /routingProfiles',
  effects: ['write', 'disruptive'],
  effectsOf: ({ body }) => (memberOf(body, 'default') === true ? ['write', 'disruptive'] : ['write']),
  sure: 'documented',
  source: 'DX API v141; body from an operator',
  doubts: [platforms, 'which fields are required'],
  help: 'Creates a routing profile; devices send to its addresses once it is assigned to them, or at once if it becomes the default.',
  body: () => z.strictObject({ name: z.string().min(1), default: z.boolean().optional(), routes: Routes() }),
  reply: () => RoutingProfile(),
  example: {
    body: {
      name: 'Plant',
      routes: [{ sourcePorts: '*', strategy: 'SEQUENTIAL', contentType: 'JSON', addresses: ['https://plant.example/uplinks'] }],
    },
  },
});

const update = endpoint({
  id: 'thingpark.dxRoutingProfiles.update',
  api: 'dx-core',
  route: 'PUT /routingProfiles/{routingProfileRef}',
  path: { routingProfileRef: 'target' },
  effects: ['write', 'disruptive'],
  effectsOf: ({ body }) => routingEffects(body),
  sure: 'documented',
  source: 'DX API v141; body from an operator',
  doubts: [platforms, 'fields left out stay, as for a device'],
  help: 'Changes a routing profile: `routes` replaces all its routes, `default` can only become true; its devices send to the new addresses.',
  body: () => z.strictObject({ name: z.string().min(1).optional(), default: z.literal(true).optional(), routes: Routes().optional() }),
  reply: () => RoutingProfile(),
  example: { path: { routingProfileRef: '1' }, body: { name: 'Dashboard' } },
});

const remove = endpoint({
  id: 'thingpark.dxRoutingProfiles.delete',
  api: 'dx-core',
  route: 'DELETE /routingProfiles/{routingProfileRef}',
  path: { routingProfileRef: 'target' },
  effects: ['destructive', 'disruptive'],
  sure: 'documented',
  source: 'DX API v141',
  doubts: [platforms, 'whether a profile that devices use, or the default one, can be deleted'],
  help: 'Deletes a routing profile; its keys cannot be read back.',
  example: { path: { routingProfileRef: '2' } },
});

export const dxRoutingProfiles = { list, read, create, update, delete: remove };
