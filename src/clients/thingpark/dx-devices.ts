/** DX Core devices: the older API for the same devices; `ref` is a string of digits. There is no version check: the last write wins. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField, noIdentifier, refField } from '../http/identifier-marks.ts';
import { deviceUpdateEffects } from './device-effects.ts';
import { Degrees, DevAddr, Domain, Eui, Hex, Id, Latitude, Longitude, PageIndex, PayloadHex, Rows, Text } from './fields.ts';

/** Lists guarantee only ref, name and EUI; an OTAA device that never joined has no networkAddress. */
export const DxDevice = () =>
  z.looseObject({
    ref: Text(),
    name: Text(),
    EUI: Eui(),
    networkAddress: DevAddr(),
    activationType: Text(),
    deviceProfileId: Text(),
    deviceClass: Text(),
    connectivityPlanId: Text(),
    processingStrategyId: Text(),
    routingProfileId: Text(),
    routeRefs: Rows(Id()).nullish(),
    applicationEUI: Text(),
    motionIndicator: Text(),
    geoLatitude: Degrees(90),
    geoLongitude: Degrees(180),
    statistics: z.looseObject({ healthState: Text(), creationTime: Text(), lastUplinkTime: Text(), lastDownlinkTime: Text() }).nullish(),
  });

/** A list response: an array, or an object that contains it as `list`, as one client observed. */
export const listOf = <T extends z.ZodType>(row: T) =>
  z.union([Rows(row), z.looseObject({ list: Rows(row) }).transform(({ list }) => list)]);

const Strategy = () => z.enum(['DATAFLOW', 'IOT_FLOW', 'NOAS', 'DEFAULTRP', 'ROUTE']);

const list = endpoint({
  id: 'thingpark.dxDevices.list',
  api: 'dx-core',
  route: 'GET /devices',
  effects: [],
  sure: 'documented',
  source: 'DX API v141, working clients',
  help: 'Lists devices: ref, name, EUI and address unless extendedInfo; pages of exactly 100, without pageIndex all.',
  query: () =>
    z.strictObject({
      /** Exact match. */
      deviceEUI: idField('target', 'devEui', z.string()).optional(),
      healthState: z.enum(['INIT', 'ACTIVE', 'RF_CNX_ERROR']).optional(),
      /** A plan id, `_NOCP` for devices without a plan, `_CP` for devices with any. */
      connectivityPlanId: refField('reference').optional(),
      statistics: z.boolean().optional(),
      commercialDetails: z.boolean().optional(),
      extendedInfo: z.boolean().optional(),
      pageIndex: PageIndex(),
      deviceToken: z.string().optional(),
    }),
  reply: () => listOf(DxDevice()),
  example: { query: { extendedInfo: true, statistics: true, pageIndex: 1 } },
});

const create = endpoint({
  id: 'thingpark.dxDevices.create',
  api: 'dx-core',
  route: 'POST /devices',
  effects: ['billing'],
  sure: 'documented',
  source: 'DX API v141; body from an operator and working clients',
  doubts: ['the new device may use up a plan licence', 'this body has no fields for LoRaWAN 1.1 keys'],
  help: 'Creates a LoRaWAN device; without a plan it gets the first with a free licence.',
  query: () => z.strictObject({ deviceToken: z.string().optional() }),
  body: () =>
    z.strictObject({
      name: z.string().optional(),
      EUI: idField('new', 'devEui', Hex(16)),
      activationType: z.enum(['OTAA', 'ABP']),
      deviceProfileId: refField('reference'),
      connectivityPlanId: refField('reference').optional(),
      processingStrategyId: noIdentifier('one of a fixed list', Strategy()).optional(),
      routingProfileId: refField('reference').optional(),
      routeRefs: z.array(refField('reference')).optional(),
      applicationEUI: idField('reference', 'joinEui', Hex(16)).optional(),
      applicationKey: Hex(32).optional(),
      networkAddress: idField('new', 'devAddr', Hex(8)).optional(),
      networkSessionKey: Hex(32).optional(),
      applicationSessionKeyRules: z.array(z.strictObject({ applicationSessionKey: Hex(32), sourcePorts: z.string() })).optional(),
      motionIndicator: z.enum(['NEAR_STATIC', 'WALKING_SPEED', 'BIKE_SPEED', 'VEHICLE_SPEED', 'RANDOM']).optional(),
      geoLatitude: Latitude(),
      geoLongitude: Longitude(),
      administrativeInfo: z.string().optional(),
    }),
  reply: () => DxDevice(),
  example: {
    body: {
      name: 'Fridge 1',
      EUI: 'A81758FFFE0A0001',
      activationType: 'OTAA',
      deviceProfileId: 'ACME/TempA.1.0.3_ETSI',
      connectivityPlanId: 'acme-cs/standard',
      processingStrategyId: 'ROUTE',
      routeRefs: ['77'],
      applicationEUI: 'A81758FFFE000000',
      applicationKey: '000102030405060708090A0B0C0D0E0F',
    },
  },
});

const read = endpoint({
  id: 'thingpark.dxDevices.read',
  api: 'dx-core',
  route: 'GET /devices/{deviceRef}',
  path: { deviceRef: 'target' },
  effects: [],
  sure: 'documented',
  source: 'DX API v141',
  doubts: ['e<EUI> instead of the ref works on ThingPark Enterprise only'],
  help: 'Reads one device by its ref.',
  reply: () => DxDevice(),
  bears: ({ ref, EUI }, { deviceRef = '' }) => (/^e[\da-f]{16}$/i.test(deviceRef) ? `e${EUI}` : ref),
  example: { path: { deviceRef: '4101' } },
});

const update = endpoint({
  id: 'thingpark.dxDevices.update',
  api: 'dx-core',
  route: 'PUT /devices/{deviceRef}',
  path: { deviceRef: 'target' },
  effects: ['write', 'billing', 'disruptive'],
  effectsOf: ({ body }) => deviceUpdateEffects(body),
  sure: 'documented',
  source: 'DX API v141, working clients',
  doubts: ['fields that cannot change are silently ignored with status 200: read the device back'],
  help: 'Changes a device; "reset" as plan or routing profile removes it, and without a plan its traffic stops.',
  query: () => z.strictObject({ deviceToken: z.string().optional() }),
  body: () =>
    z.strictObject({
      name: z.string().optional(),
      connectivityPlanId: refField('reference').optional(),
      routingProfileId: refField('reference').optional(),
      processingStrategyId: noIdentifier('one of a fixed list', Strategy()).optional(),
      deviceProfileId: refField('reference').optional(),
      applicationEUI: idField('reference', 'joinEui', Hex(16)).optional(),
      routeRefs: z.array(refField('reference')).optional(),
      geoLatitude: Latitude(),
      geoLongitude: Longitude(),
      domains: z.array(Domain()).optional(),
    }),
  reply: () => DxDevice(),
  example: { path: { deviceRef: '4101' }, body: { name: 'Fridge 2' } },
});

const remove = endpoint({
  id: 'thingpark.dxDevices.delete',
  api: 'dx-core',
  route: 'DELETE /devices/{deviceRef}',
  path: { deviceRef: 'target' },
  effects: ['destructive', 'disruptive'],
  sure: 'documented',
  source: 'DX API v141',
  help: 'Deletes a device with its history and alarms; it cannot be restored.',
  example: { path: { deviceRef: '4101' } },
});

const targetPortRule = 'must be a port from 1 to 223 as text. Example: "10"';

const downlink = endpoint({
  id: 'thingpark.dxDevices.downlink',
  api: 'dx-core',
  route: 'POST /devices/{device}/downlinkMessages',
  path: { device: ['target', 'device'] },
  effects: ['disruptive'],
  sure: 'documented',
  source: 'DX API v141; body from working clients',
  doubts: ['securityParams is required if the application server signs its downlinks'],
  help: 'Queues a downlink for a device, by ref or DevEUI; queued is not delivered; the port is a string.',
  query: () => z.strictObject({ confirmDownlink: z.boolean().optional(), flushDownlinkQueue: z.boolean().optional() }),
  body: () =>
    z.strictObject({
      payloadHex: PayloadHex(),
      /** 1 to 223: 0 is for MAC commands, 224 for the compliance test, the rest is reserved (LoRaWAN L2 1.0.4, FPort). */
      targetPorts: z
        .string({ error: targetPortRule })
        .refine((text) => /^[1-9]\d{0,2}$/.test(text) && Number(text) <= 223, { error: targetPortRule }),
      securityParams: z.strictObject({ asId: refField('reference'), asKey: Hex(32), creationTime: z.string().optional() }).optional(),
      correlationID: noIdentifier('a number of the caller for one message', Hex(16)).optional(),
    }),
  reply: () => z.looseObject({ payloadHex: Text(), targetPorts: Text(), correlationID: Text() }),
  example: {
    path: { device: '4101' },
    query: { confirmDownlink: false },
    body: { payloadHex: '0102FF', targetPorts: '10', correlationID: '00000000000000A1' },
  },
});

const downlinks = endpoint({
  id: 'thingpark.dxDevices.downlinks',
  api: 'dx-core',
  route: 'GET /devices/{device}/downlinkMessages',
  path: { device: ['target', 'device'] },
  effects: [],
  sure: 'guessed',
  source: 'one client; not in the DX API v141',
  doubts: [
    'whether any platform serves it',
    'whether it lists queued messages, sent ones or both',
    'the fields: those of the request are assumed',
  ],
  help: 'Lists the downlink messages of a device, by ref or DevEUI; no document describes it.',
  reply: () => listOf(z.looseObject({ payloadHex: Text(), targetPorts: Text(), creationTime: Text(), correlationID: Text() })),
  example: { path: { device: '4101' } },
});

export const dxDevices = { list, create, read, update, delete: remove, downlink, downlinks };
