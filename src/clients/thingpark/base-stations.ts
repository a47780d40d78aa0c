/** OSS base stations (network manager): list, status, and commands that interrupt all devices served by the base station. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { uidInHref } from './borne-uid.ts';
import {
  Altitude,
  Amount,
  Degrees,
  Flag,
  Instant,
  Latitude,
  Longitude,
  OccContext,
  OccVersion,
  PageIndex,
  Rows,
  Text,
  Words,
} from './fields.ts';

const base = '/thingpark/wireless/rest/partners/mine/bss';

/** Live responses can have an empty or missing frame `history`. */
const BaseStation = () =>
  z.looseObject({
    name: Text(),
    lrrID: Text(),
    lrrUUID: Text(),
    model: z.looseObject({ ID: Text(), commercialName: Text() }).nullish(),
    state: Text(),
    cnxState: Text(),
    cnxStateSince: Instant(),
    healthState: Text(),
    version: Text(),
    lastReboot: Instant(),
    lat: Degrees(90),
    lon: Degrees(180),
    locationType: Amount(),
    rfRegionID: Text(),
    alarmLevel: Amount(),
    alarmCount: Amount(),
    occContext: OccContext(),
    href: Text(),
  });

const list = endpoint({
  id: 'thingpark.baseStations.list',
  api: 'oss',
  route: `GET ${base}`,
  effects: [],
  sure: 'documented',
  source: 'Network API 7.3, working clients',
  doubts: ['an operator account returned at most 100 rows, whatever the page'],
  cost: 'medium',
  help: 'Lists base stations, paged by index only; `query`, `name`, `LRRID` are prefixes.',
  query: () =>
    z.strictObject({
      pageIndex: PageIndex(),
      pageSize: z.number().int().min(1).optional(),
      query: z.string().optional(),
      name: z.string().optional(),
      LRRID: z.array(refField('target')).optional(),
      LRRUUID: refField('target').optional(),
      version: z.string().optional(),
      healthState: z.array(z.enum(['INIT', 'ACTIVE', 'BACKHAUL_CNX_ERROR', 'RF_ERROR', 'SUSPENDED'])).optional(),
      rfRegionID: z.array(refField('reference')).optional(),
      alarmLevel: z.number().int().min(1).max(6).optional(),
      tag: z.array(refField('reference')).optional(),
      sort: z.string().optional(),
    }),
  reply: () => z.looseObject({ briefs: Rows(BaseStation()), more: Flag(), count: Amount(), now: Instant() }),
  example: { query: { healthState: ['BACKHAUL_CNX_ERROR'] } },
});

const read = endpoint({
  id: 'thingpark.baseStations.read',
  api: 'oss',
  route: `GET ${base}/{bsUid}`,
  path: { bsUid: 'target' },
  effects: [],
  sure: 'documented',
  source: 'Network API 7.3',
  help: 'Reads one base station by UID, i<LRR ID> or u<LRR UUID>.',
  reply: () => BaseStation(),
  bears: ({ lrrID, lrrUUID, href }, { bsUid = '' }) => {
    if (/^i/i.test(bsUid)) return lrrID && `i${lrrID}`;
    return /^u/i.test(bsUid) ? lrrUUID && `u${lrrUUID}` : uidInHref(href);
  },
  example: { path: { bsUid: 'i10001234' } },
});

const counters = endpoint({
  id: 'thingpark.baseStations.counters',
  api: 'oss',
  route: `GET ${base}/counters`,
  effects: [],
  sure: 'documented',
  source: 'Network API 7.3',
  cost: 'medium',
  help: 'Counts base stations by health state.',
  reply: () => z.looseObject({ briefs: Rows(z.looseObject({ healthState: Words(), count: Amount() })), totalCount: Amount() }),
  example: {},
});

const check = endpoint({
  id: 'thingpark.baseStations.check',
  api: 'oss',
  route: `GET ${base}/{bsUid}/check`,
  path: { bsUid: 'target' },
  effects: [],
  sure: 'documented',
  source: 'Network API 7.3',
  help: 'Reads whether a base station is active and connected, and since when.',
  reply: () => z.looseObject({ state: Text(), stateSince: Instant(), cnxState: Text(), cnxStateSince: Instant() }),
  example: { path: { bsUid: 'i10001234' } },
});

const lastCmdStatus = endpoint({
  id: 'thingpark.baseStations.lastCmdStatus',
  api: 'oss',
  route: `GET ${base}/{bsUid}/admins/lastCmdStatus`,
  path: { bsUid: 'target' },
  effects: [],
  sure: 'documented',
  source: 'Network API 7.3',
  cost: 'medium',
  help: 'Reads the status of the last command: PENDING, PROCESSING, COMPLETED or an error; ERR_NOEND after ten minutes without an end.',
  reply: () => z.looseObject({ lastCmdType: Text(), lastCmdCompletionStatus: Text() }),
  mayBeEmpty: true,
  example: { path: { bsUid: 'i10001234' } },
});

const reboot = endpoint({
  id: 'thingpark.baseStations.reboot',
  api: 'oss',
  route: `POST ${base}/{bsUid}/admins/reboot`,
  path: { bsUid: 'target' },
  effects: ['disruptive'],
  sure: 'documented',
  source: 'Network API 7.3',
  cost: 'medium',
  help: 'Reboots a base station; devices that only it receives are offline meanwhile.',
  query: () => z.strictObject({ force: z.boolean().optional() }),
  body: () => z.strictObject({ occContext: OccVersion().optional() }),
  example: { path: { bsUid: 'i10001234' }, body: { occContext: { version: 1 } } },
});

const restart = endpoint({
  id: 'thingpark.baseStations.restart',
  api: 'oss',
  route: `POST ${base}/{bsUid}/admins/restart`,
  path: { bsUid: 'target' },
  effects: ['disruptive'],
  sure: 'documented',
  source: 'Network API 7.3',
  cost: 'medium',
  help: 'Restarts the packet forwarder of a base station; devices that only it receives are offline meanwhile.',
  query: () => z.strictObject({ force: z.boolean().optional() }),
  body: () => z.strictObject({ occContext: OccVersion().optional() }),
  example: { path: { bsUid: 'i10001234' }, body: { occContext: { version: 1 } } },
});

const updateRfRegion = endpoint({
  id: 'thingpark.baseStations.updateRfRegion',
  api: 'oss',
  route: `POST ${base}/{bsUid}/admins/updateRfRegion`,
  path: { bsUid: 'target' },
  effects: ['disruptive'],
  sure: 'documented',
  source: 'Network API 7.3',
  cost: 'medium',
  help: 'Assigns another RF region to a base station; devices on other channels are no longer received.',
  query: () => z.strictObject({ force: z.boolean().optional() }),
  body: () => z.strictObject({ rfRegionID: refField('reference'), occContext: OccVersion().optional() }),
  example: { path: { bsUid: 'i10001234' }, body: { rfRegionID: 'EU868_8channels', occContext: { version: 1 } } },
});

const updateLocation = endpoint({
  id: 'thingpark.baseStations.updateLocation',
  api: 'oss',
  route: `POST ${base}/{bsUid}/admins/updateLocation`,
  path: { bsUid: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'Network API 7.3',
  cost: 'medium',
  help: 'Sets the location of a base station (1), or uses its GPS (2).',
  query: () => z.strictObject({ force: z.boolean().optional() }),
  body: () =>
    z.strictObject({
      locationType: z.union([z.literal(1), z.literal(2)]),
      adminLat: Latitude(),
      adminLon: Longitude(),
      adminAlt: Altitude(),
      occContext: OccVersion().optional(),
    }),
  example: { path: { bsUid: 'i10001234' }, body: { locationType: 1, adminLat: 48.85, adminLon: 2.35, occContext: { version: 1 } } },
});

const regenerateCertificate = endpoint({
  id: 'thingpark.baseStations.regenerateCertificate',
  api: 'oss',
  route: `POST ${base}/{bsUid}/regenerateCertificate`,
  path: { bsUid: 'target' },
  effects: ['destructive', 'disruptive', 'session'],
  sure: 'documented',
  source: 'Network API 7.3',
  help: 'Revokes the certificate of a base station and issues another; it stays disconnected until it fetches the new one.',
  example: { path: { bsUid: 'i10001234' } },
});

export const baseStations = {
  list,
  read,
  counters,
  check,
  lastCmdStatus,
  reboot,
  restart,
  updateRfRegion,
  updateLocation,
  regenerateCertificate,
};
