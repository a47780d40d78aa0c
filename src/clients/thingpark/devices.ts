/** OSS devices: list, read, create, update, delete, reset, downlink, traffic. Reference: Devices API 7.3 and the 8.x tutorial. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField, noIdentifier, refField } from '../http/identifier-marks.ts';
import { borneUid } from './borne-uid.ts';
import { deviceUpdateEffects } from './device-effects.ts';
import { importDevices, readOnboardingTag } from './device-import.ts';
import {
  Amount,
  ById,
  Counter,
  Degrees,
  DevAddr,
  Domain,
  Eui,
  Flag,
  Hex,
  Instant,
  Latitude,
  Longitude,
  OccContext,
  OccVersion,
  PayloadHex,
  Rows,
  Text,
  Words,
} from './fields.ts';

const base = '/thingpark/wireless/rest/subscriptions/mine/devices';

/** A row of the device list. Declares only the fields that are read, because tens of thousands of rows are validated. Radio fields are null before the first uplink. */
export const DeviceBrief = () =>
  z.looseObject({
    name: Text(),
    EUI: Eui(),
    nwAddress: DevAddr(),
    connectivity: Text(),
    appEUI: Text(),
    model: z.looseObject({ ID: Text(), connectivity: Text() }).nullish(),
    networkSubscription: z.looseObject({ ID: Text() }).nullish(),
    healthState: Text(),
    lastUpTimestamp: Instant(),
    sim: z.looseObject({ ID: Text() }).nullish(),
    enforcedIMEI: Text(),
    imsi: Text(),
  });

/** A device as read individually: adds version, suspension and location. Keys are never returned. */
export const Device = () =>
  DeviceBrief().extend({
    activation: Text(),
    lastDwTimestamp: Instant(),
    alarmLevel: Amount(),
    alarmCount: Amount(),
    lastBatLevel: Amount(),
    /** The base station that heard the device best, at its last uplinks. */
    bestLRR: z.looseObject({ ID: Words() }).nullish(),
    appServers: Rows(z.looseObject({ ID: Text(), name: Text() })).nullish(),
    suspension: Text(),
    occContext: OccContext(),
    adminLat: Degrees(90),
    adminLon: Degrees(180),
    joinServer: Text(),
    currentClass: Text(),
  });

const list = endpoint({
  id: 'thingpark.devices.list',
  api: 'oss',
  route: `GET ${base}`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3, tutorial 8.x',
  cost: 'medium',
  help: 'Lists devices; sort=EUI,asc pages by cursor, other sorts by index.',
  query: () =>
    z.strictObject({
      sort: z.string().optional(),
      pageAfter: z.string().optional(),
      pageIndex: z.number().int().min(1).optional(),
      pageSize: z.number().int().min(1).optional(),
      query: z.string().optional(),
      devEUI: idField('target', 'devEui', z.string()).optional(),
      name: z.string().optional(),
      healthState: z.array(z.enum(['INIT', 'ACTIVE', 'RF_CNX_ERROR', 'SUSPENDED'])).optional(),
      connectivity: z.enum(['LORAWAN', 'CELLULAR']).optional(),
      networkSubscriptionID: refField('reference').optional(),
      /** Matches devices with all of them. */
      appServerID: z.array(refField('reference')).optional(),
      /** Maximum of the last known level; excludes devices on external power (0). */
      batteryLevel: z.number().int().optional(),
      infRSSI: z.number().optional(),
      infSNR: z.number().optional(),
      supSNR: z.number().optional(),
      /** Matches devices with an unacknowledged alarm of at least this severity. */
      alarmLevel: z.number().int().min(1).max(6).optional(),
      minLat: z.number().optional(),
      minLon: z.number().optional(),
      maxLat: z.number().optional(),
      maxLon: z.number().optional(),
      /** Creation date, ISO 8601. */
      from: z.string().optional(),
      to: z.string().optional(),
      tag: z.array(refField('reference')).optional(),
      /** Format `Group:Name`. */
      domain: z.array(refField('reference')).optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: Rows(DeviceBrief()),
      more: Flag(),
      count: Amount(),
      now: Instant(),
      cursors: z.looseObject({ last: Text() }).nullish(),
    }),
  example: { query: { sort: 'EUI,asc', pageSize: 100 } },
});

const counters = endpoint({
  id: 'thingpark.devices.counters',
  api: 'oss',
  route: `GET ${base}/counters`,
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  cost: 'medium',
  help: 'Counts devices by health state.',
  reply: () => z.looseObject({ briefs: Rows(z.looseObject({ healthState: Words(), count: Amount() })), totalCount: Amount() }),
  example: {},
});

const read = endpoint({
  id: 'thingpark.devices.read',
  api: 'oss',
  route: `GET ${base}/{deviceUid}`,
  path: { deviceUid: ['target', 'uid'] },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Reads one device by UID or by e<DevEUI>.',
  reply: () => Device(),
  bears: (device, { deviceUid = '' }) => borneUid(device, deviceUid),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' } },
});

const create = endpoint({
  id: 'thingpark.devices.create',
  api: 'oss',
  route: `POST ${base}`,
  effects: ['billing'],
  sure: 'documented',
  source: 'Devices API 7.3, tutorial 8.x',
  doubts: ['the new device may use up a plan licence', 'the status of a duplicate DevEUI is not documented'],
  cost: 'medium',
  help: 'Creates a LoRaWAN or cellular device; without a plan in ADVANCED mode it starts suspended.',
  query: () => z.strictObject({ networkSubscriptionsHandlingMode: z.enum(['BASIC', 'ADVANCED']).optional() }),
  body: () =>
    z.strictObject({
      EUI: idField('new', 'devEui', z.string()),
      name: z.string().optional(),
      connectivity: z.enum(['LORAWAN', 'CELLULAR']).optional(),
      activation: z.enum(['OTAA', 'ABP']).optional(),
      model: ById(),
      appEUI: idField('reference', 'joinEui', z.string()).optional(),
      appKey: z.string().optional(),
      nwkKey: z.string().optional(),
      nwAddress: idField('new', 'devAddr', z.string()).optional(),
      nwKey: z.string().optional(),
      sNwkSIntKey: z.string().optional(),
      nwkSEncKey: z.string().optional(),
      appKeys: z.string().optional(),
      networkSubscription: z
        .strictObject({
          ID: refField('reference').optional(),
          nwGeolocalization: z.boolean().optional(),
          prAllowed: z.boolean().optional(),
        })
        .optional(),
      appServers: z.array(ById()).optional(),
    }),
  reply: () => Device(),
  example: {
    query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
    body: {
      EUI: 'A81758FFFE0A0001',
      name: 'Fridge 1',
      connectivity: 'LORAWAN',
      activation: 'OTAA',
      model: { ID: 'SMTC/LoRaMoteA.1_EU' },
      appEUI: 'A81758FFFE000000',
      appKey: '000102030405060708090A0B0C0D0E0F',
      networkSubscription: { ID: 'acme-cs/standard' },
      appServers: [{ ID: 'TWA_199982747.1972.AS' }],
    },
  },
});

const update = endpoint({
  id: 'thingpark.devices.update',
  api: 'oss',
  route: `PUT ${base}/{deviceUid}`,
  path: { deviceUid: ['target', 'uid'] },
  effects: ['write', 'billing', 'disruptive'],
  effectsOf: ({ body }) => deviceUpdateEffects(body),
  sure: 'documented',
  source: 'Devices API 7.3, working clients',
  doubts: [
    'whether omitted fields keep their value',
    'the status of a version conflict (409 is assumed), and whether a missing occContext is rejected',
  ],
  help: 'Changes, suspends or resumes a device, or removes its plan; requires the version that was read, unless force is set.',
  query: () =>
    z.strictObject({ force: z.boolean().optional(), networkSubscriptionsHandlingMode: z.enum(['BASIC', 'ADVANCED']).optional() }),
  body: () =>
    z.strictObject({
      /** Omitted in a plan: the gate inserts the version that the plan was based on. */
      occContext: OccVersion().optional(),
      name: z.string().optional(),
      suspension: z.enum(['NONE', 'SUBSCRIBER_SUSPENDED']).optional(),
      /** `ID: null` removes the service plan and suspends the device; assigning one to a suspended device resumes it. */
      networkSubscription: z
        .strictObject({
          ID: refField('reference').nullable().optional(),
          nwGeolocalization: z.boolean().optional(),
          prAllowed: z.boolean().optional(),
        })
        .optional(),
      appServers: z.array(ById()).optional(),
      model: ById().optional(),
      appEUI: idField('reference', 'joinEui', Hex(16)).optional(),
      adminLat: Latitude(),
      adminLon: Longitude(),
      customerAdminData: z.string().optional(),
      motionIndicator: z.enum(['NEAR_STATIC', 'WALKING_SPEED', 'BIKE_SPEED', 'VEHICLE_SPEED', 'RANDOM']).optional(),
      markerID: noIdentifier('a symbol on the map', z.number().int()).optional(),
      /** XML with one or two thresholds: severity 2 to 6, duration PT1H to P30D. */
      alarm004: z.string().optional(),
      domains: z.array(Domain()).optional(),
      enforcedIMEI: idField('new', 'imei', z.string()).optional(),
      networkContext: ById().optional(),
    }),
  reply: () => Device(),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, body: { occContext: { version: 3 }, suspension: 'SUBSCRIBER_SUSPENDED' } },
});

const remove = endpoint({
  id: 'thingpark.devices.delete',
  api: 'oss',
  route: `DELETE ${base}/{deviceUid}`,
  path: { deviceUid: ['target', 'uid'] },
  effects: ['destructive', 'disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3',
  doubts: ['the status of a second delete'],
  cost: 'medium',
  help: 'Deletes a device with its history and alarms; it cannot be restored, its keys cannot be read.',
  query: () => z.strictObject({ async: z.boolean().optional() }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' } },
});

const reset = endpoint({
  id: 'thingpark.devices.reset',
  api: 'oss',
  route: `POST ${base}/{deviceUid}/admins/reset`,
  path: { deviceUid: ['target', 'uid'] },
  effects: ['disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Resets session and counters of a LoRaWAN device on the network side; an OTAA device must rejoin.',
  example: { path: { deviceUid: 'eA81758FFFE0A0001' } },
});

const downlink = endpoint({
  id: 'thingpark.devices.downlink',
  api: 'oss',
  route: `POST ${base}/{deviceUid}/admins/downlink`,
  path: { deviceUid: ['target', 'uid'] },
  effects: ['disruptive'],
  sure: 'documented',
  source: 'Devices API 7.3, a working client',
  doubts: ['how a data plane error is reported', 'whether port 225 is accepted'],
  help: 'Queues a downlink: class A devices receive it after their next uplink, class C at once; queued is not delivered.',
  query: () =>
    z.strictObject({
      payload: PayloadHex(),
      fPort: z.number().int().min(1).max(225),
      confirmed: z.boolean().optional(),
      flushDownlinkQueue: z.boolean().optional(),
      /** ISO 8601 date-time or seconds; a downlink not sent by then is dropped. */
      validityTime: z.string().optional(),
      fCntDn: Counter(),
      aFCntDn: Counter(),
    }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { payload: '0102FF', fPort: 10 } },
});

const Slot = () =>
  z
    .looseObject({ count: Amount(), size: Amount(), countLost: Amount(), countLate: Amount(), countFailed: Amount(), countSent: Amount() })
    .nullish();

const aggregatedFrames = endpoint({
  id: 'thingpark.devices.aggregatedFrames',
  api: 'oss',
  route: `GET ${base}/{deviceUid}/frames/aggregated`,
  path: { deviceUid: ['target', 'uid'] },
  effects: [],
  sure: 'documented',
  source: 'Devices API 7.3',
  help: 'Counts uplinks and downlinks of one device per time slot, with mean radio quality.',
  query: () =>
    z.strictObject({
      begin: z.string().optional(),
      duration: z.string().optional(),
      step: z.string().optional(),
      timezone: z.string().optional(),
    }),
  reply: () =>
    z.looseObject({
      briefs: Rows(
        z.looseObject({
          timestamp: Instant(),
          instantPerMean: Amount(),
          meanPerMean: Amount(),
          rssiMean: Amount(),
          snrMean: Amount(),
          espMean: Amount(),
          up: Slot(),
          dw: Slot(),
          mf: z.looseObject({ count: Amount(), size: Amount(), sizeUp: Amount(), sizeDown: Amount() }).nullish(),
        }),
      ),
      now: Instant(),
    }),
  example: { path: { deviceUid: 'eA81758FFFE0A0001' }, query: { duration: 'P7D', step: 'P1D', timezone: 'Europe/Paris' } },
});

export const devices = {
  list,
  counters,
  read,
  create,
  aggregatedFrames,
  update,
  delete: remove,
  reset,
  downlink,
  import: importDevices,
  readOnboardingTag,
};
