/** OSS application servers: the destinations of uplinks. IoT Flow connections appear here as type KAFKA and are changed only through `dxConnections`. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { uidInHref } from './borne-uid.ts';
import { Amount, Domain, Flag, Hex, Id, OccContext, OccVersion, Rows, Text } from './fields.ts';

const base = '/thingpark/wireless/rest/subscriptions/mine/appServers';

/** An application server as read individually; `downlinkAsKey` is never returned. */
const AppServer = () =>
  z.looseObject({
    ID: Id(),
    name: Text(),
    type: Text(),
    contentType: Text(),
    state: Text(),
    healthState: Text(),
    validationState: Text(),
    deviceCount: Amount(),
    destinations: Rows(z.looseObject({ addresses: Rows(z.string()).nullish(), ports: Text(), strategy: Text() })).nullish(),
    downlinkSecurity: z.looseObject({ status: Text(), asID: Text(), maxTimestampDeviation: Amount() }).nullish(),
    tpxIotFlow: z.looseObject({ connectionId: Text(), connectorId: Text(), flowId: Text(), state: Text() }).nullish(),
    occContext: OccContext(),
  });

/** ThingPark Enterprise supports one destination with one address. */
const Destination = () =>
  z.strictObject({ addresses: z.array(z.url()).min(1), ports: z.string(), strategy: z.enum(['SEQUENTIAL', 'BLAST']) });

const reservedHeaders = new Set(['accept', 'host', 'user-agent', 'content-length', 'content-type']);

/** At most five headers with unique names; headers that the platform sets are not allowed. */
const CustomHeaders = () =>
  z
    .array(
      z.strictObject({
        name: z.string().refine((name) => !reservedHeaders.has(name.toLowerCase()), { error: 'is set by the platform' }),
        value: z.string(),
      }),
    )
    .max(5)
    .refine((all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length, { error: 'contains a duplicate name' });

/** NONE has no other fields. DOWNLINK_AS_KEY has the key and the maximum clock difference in seconds (0: unlimited). */
const DownlinkSecurity = () =>
  z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('NONE') }),
    z.strictObject({
      status: z.literal('DOWNLINK_AS_KEY'),
      downlinkAsKey: Hex(32),
      asID: refField('reference').optional(),
      maxTimestampDeviation: z.number().int().min(0).optional(),
    }),
  ]);

const Settings = () => ({
  contentType: z.enum(['xml', 'json', 'jsontyped']).optional(),
  destinations: z.array(Destination()).min(1).optional(),
  customHttpHeaders: CustomHeaders().optional(),
  description: z.string().optional(),
  domains: z.array(Domain()).optional(),
});

const list = endpoint({
  id: 'thingpark.appServers.list',
  api: 'oss',
  route: `GET ${base}`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3, tutorial 8.x',
  help: 'Lists application servers (connections) that devices can send to.',
  query: () =>
    z.strictObject({
      pageIndex: z.number().int().min(1).optional(),
      query: z.string().optional(),
      name: z.string().optional(),
      ID: refField('target').optional(),
      type: z.array(z.enum(['HTTP', 'HTTP_CELLULAR', 'KAFKA'])).optional(),
      tpxIotFlowConnectionId: refField('reference').optional(),
      sort: z.string().optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: Rows(
        z.looseObject({
          ID: Id(),
          name: Text(),
          type: Text(),
          state: Text(),
          healthState: Text(),
          validationState: Text(),
          deviceCount: Amount(),
          href: Text(),
        }),
      ),
      more: Flag(),
    }),
  example: { query: { pageIndex: 1 } },
});

const create = endpoint({
  id: 'thingpark.appServers.create',
  api: 'oss',
  route: `POST ${base}`,
  effects: ['write'],
  sure: 'documented',
  source: 'Devices API 7.3, tutorial 8.x',
  help: 'Creates an application server that devices can then send to; its type cannot change later.',
  body: () =>
    z.strictObject({
      name: refField('new', z.string().min(1)),
      type: z.enum(['HTTP', 'HTTP_CELLULAR', 'KAFKA']).optional(),
      ...Settings(),
      downlinkSecurity: DownlinkSecurity().optional(),
    }),
  reply: () => AppServer(),
  example: {
    body: {
      name: 'Historian',
      type: 'HTTP',
      contentType: 'json',
      destinations: [{ addresses: ['https://historian.example/uplinks'], ports: '*', strategy: 'SEQUENTIAL' }],
      downlinkSecurity: { status: 'NONE' },
    },
  },
});

const read = endpoint({
  id: 'thingpark.appServers.read',
  api: 'oss',
  route: `GET ${base}/{appServerUid}`,
  path: { appServerUid: 'target' },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Reads one application server by UID, the last segment of its href.',
  reply: () => AppServer(),
  bears: ({ ID, href }) => [ID, uidInHref(href) ?? ID.split('.')[1]],
  example: { path: { appServerUid: '77' } },
});

const update = endpoint({
  id: 'thingpark.appServers.update',
  api: 'oss',
  route: `PUT ${base}/{appServerUid}`,
  path: { appServerUid: 'target' },
  effects: ['write', 'disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['whether omitted fields keep their value'],
  help: 'Changes an application server; a wrong destination or DEACTIVATED loses the uplinks of its devices.',
  query: () => z.strictObject({ force: z.boolean().optional() }),
  body: () =>
    z.strictObject({
      occContext: OccVersion().optional(),
      name: z.string().min(1).optional(),
      ...Settings(),
      state: z.enum(['ACTIVE', 'DEACTIVATED']).optional(),
    }),
  reply: () => AppServer(),
  example: { path: { appServerUid: '77' }, body: { occContext: { version: 1 }, description: 'Plant history' } },
});

const remove = endpoint({
  id: 'thingpark.appServers.delete',
  api: 'oss',
  route: `DELETE ${base}/{appServerUid}`,
  path: { appServerUid: 'target' },
  effects: ['destructive', 'disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['whether one that devices still use can be deleted'],
  help: 'Deletes an application server.',
  example: { path: { appServerUid: '77' } },
});

const Security = () =>
  z.looseObject({
    downlinkSecurity: z.looseObject({ status: Text(), asID: Text(), maxTimestampDeviation: Amount() }).nullish(),
    occContext: OccContext(),
  });

const readSecurity = endpoint({
  id: 'thingpark.appServers.readSecurity',
  api: 'oss',
  route: `GET ${base}/{appServerUid}/security`,
  path: { appServerUid: 'target' },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Reads whether downlinks of an application server must be signed; never the key.',
  reply: () => Security(),
  example: { path: { appServerUid: '77' } },
});

const updateSecurity = endpoint({
  id: 'thingpark.appServers.updateSecurity',
  api: 'oss',
  route: `PUT ${base}/{appServerUid}/security`,
  path: { appServerUid: 'target' },
  effects: ['destructive', 'disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Sets or removes the key that downlinks of an application server are signed with.',
  query: () => z.strictObject({ force: z.boolean().optional() }),
  body: () => z.strictObject({ occContext: OccVersion(), downlinkSecurity: DownlinkSecurity() }),
  reply: () => Security(),
  example: {
    path: { appServerUid: '77' },
    body: {
      occContext: { version: 1 },
      downlinkSecurity: { status: 'DOWNLINK_AS_KEY', downlinkAsKey: '00112233445566778899AABBCCDDEEFF', maxTimestampDeviation: 60 },
    },
  },
});

export const appServers = { list, create, read, update, delete: remove, readSecurity, updateSecurity };
