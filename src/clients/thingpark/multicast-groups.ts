/** OSS multicast groups: send one downlink to many class B or C devices. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField, refField } from '../http/identifier-marks.ts';
import { borneUid } from './borne-uid.ts';
import {
  Amount,
  ById,
  Counter,
  Domain,
  Eui,
  Flag,
  Hex,
  Instant,
  OccContext,
  OccVersion,
  PageIndex,
  PayloadHex,
  Rows,
  Text,
} from './fields.ts';

const base = '/thingpark/wireless/rest/subscriptions/mine/multicastGroups';

const Group = () =>
  z.looseObject({
    EUI: Eui(),
    name: Text(),
    nwAddress: Text(),
    class: Text(),
    bss: z.looseObject({ tags: Rows(z.looseObject({ name: Text(), namespace: Text() })).nullish() }).nullish(),
    networkSubscription: z.looseObject({ ID: Text() }).nullish(),
    creationDate: Instant(),
    lastDwTimestamp: Instant(),
    lastFCntDn: Amount(),
    alarmLevel: Amount(),
    alarmCount: Amount(),
    occContext: OccContext(),
    href: Text(),
  });

const Settings = () => ({
  name: z.string().optional(),
  /** XML with one key for the ports. */
  appKeys: z.string().optional(),
  downlinkDataRate: z.number().int().min(0).max(15).optional(),
  /** In MHz. */
  downlinkFrequency: z.number().min(433).max(928).optional(),
  pingSlotPeriod: z.union([1, 2, 4, 8, 16, 32, 64, 128].map((period) => z.literal(period))).optional(),
  appServers: z.array(ById()).optional(),
  networkSubscription: z.strictObject({ ID: refField('reference').nullable() }).optional(),
  domains: z.array(Domain()).optional(),
  customerAdminData: z.string().optional(),
});

const list = endpoint({
  id: 'thingpark.multicastGroups.list',
  api: 'oss',
  route: `GET ${base}`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Lists multicast groups.',
  query: () =>
    z.strictObject({
      pageIndex: PageIndex(),
      query: z.string().optional(),
      devEUI: idField('target', 'devEui', z.string()).optional(),
      devAddr: idField('target', 'devAddr', z.string()).optional(),
      name: z.string().optional(),
      networkSubscriptionID: refField('reference').optional(),
      appServerID: z.array(refField('reference')).optional(),
      sort: z.string().optional(),
    }),
  reply: () => z.looseObject({ briefs: Rows(Group()), more: Flag(), count: Amount(), now: Instant() }),
  example: { query: { sort: 'name,asc' } },
});

const create = endpoint({
  id: 'thingpark.multicastGroups.create',
  api: 'oss',
  route: `POST ${base}`,
  effects: ['billing'],
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['the 8.x tutorial posts the group to /devices, probably an error', 'whether a group uses a plan licence'],
  help: 'Creates a multicast group with its network key; class B needs pingSlotPeriod, class C must not have it.',
  query: () => z.strictObject({ networkSubscriptionsHandlingMode: z.enum(['BASIC', 'ADVANCED']).optional() }),
  body: () =>
    z
      .strictObject({
        EUI: idField('new', 'devEui', Hex(16)),
        nwAddress: idField('new', 'devAddr', Hex(8)),
        class: z.enum(['B', 'C']),
        nwKey: Hex(32),
        sNwkSIntKey: Hex(32).optional(),
        nwkSEncKey: Hex(32).optional(),
        bss: z
          .strictObject({
            tags: z.array(z.strictObject({ name: refField('reference'), namespace: z.enum(['OPERATOR', 'SUBSCRIBER']).optional() })),
          })
          .optional(),
        ...Settings(),
      })
      .refine((group) => (group.class === 'B') === (group.pingSlotPeriod !== undefined), {
        error: 'pingSlotPeriod is required for class B and not allowed for class C',
      }),
  reply: () => Group(),
  example: {
    body: {
      EUI: 'A81758FFFE0B0001',
      name: 'Street lights',
      class: 'C',
      nwAddress: '04AB0001',
      nwKey: '000102030405060708090A0B0C0D0E0F',
      bss: { tags: [{ name: 'north', namespace: 'OPERATOR' }] },
    },
  },
});

const read = endpoint({
  id: 'thingpark.multicastGroups.read',
  api: 'oss',
  route: `GET ${base}/{multicastGroupUid}`,
  path: { multicastGroupUid: ['target', 'uid'] },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Reads one multicast group by UID or by e<EUI>.',
  reply: () => Group(),
  bears: (group, { multicastGroupUid = '' }) => borneUid(group, multicastGroupUid),
  example: { path: { multicastGroupUid: 'eA81758FFFE0B0001' } },
});

const update = endpoint({
  id: 'thingpark.multicastGroups.update',
  api: 'oss',
  route: `PUT ${base}/{multicastGroupUid}`,
  path: { multicastGroupUid: ['target', 'uid'] },
  effects: ['write', 'billing', 'disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['whether omitted fields keep their value'],
  help: 'Changes a multicast group; EUI, address and base stations cannot change.',
  query: () => z.strictObject({ force: z.boolean().optional() }),
  body: () => z.strictObject({ occContext: OccVersion(), ...Settings() }),
  reply: () => Group(),
  example: { path: { multicastGroupUid: 'eA81758FFFE0B0001' }, body: { occContext: { version: 0 }, name: 'Street lights north' } },
});

const remove = endpoint({
  id: 'thingpark.multicastGroups.delete',
  api: 'oss',
  route: `DELETE ${base}/{multicastGroupUid}`,
  path: { multicastGroupUid: ['target', 'uid'] },
  effects: ['destructive', 'disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Deletes a multicast group with its history.',
  query: () => z.strictObject({ async: z.boolean().optional() }),
  example: { path: { multicastGroupUid: 'eA81758FFFE0B0001' } },
});

const downlink = endpoint({
  id: 'thingpark.multicastGroups.downlink',
  api: 'oss',
  route: `POST ${base}/{multicastGroupUid}/admins/downlink`,
  path: { multicastGroupUid: ['target', 'uid'] },
  effects: ['disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['how a data plane error is reported'],
  help: 'Sends a downlink to every device of a group, without confirmation.',
  query: () =>
    z.strictObject({
      payload: PayloadHex(),
      fPort: z.number().int().min(1).max(225),
      fCntDn: Counter(),
      aFCntDn: Counter(),
      flushDownlinkQueue: z.boolean().optional(),
      validityTime: z.string().optional(),
      retryIneligibleGateways: z.boolean().optional(),
    }),
  example: { path: { multicastGroupUid: 'eA81758FFFE0B0001' }, query: { payload: '01', fPort: 10 } },
});

export const multicastGroups = { list, create, read, update, delete: remove, downlink };
