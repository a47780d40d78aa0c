/** Initial state of the ThingPark sandbox: the examples of the documentation, then a generated fleet of sensors. */
import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import { seededHex, seededPick, seededRandom } from '../random.ts';
import type { SeedContext } from '../world.ts';
import type { Acknowledgement, Alarm } from './alarm-data.ts';
import { type BaseStation, seedBaseStations } from './base-station-seed.ts';
import type { QueuedDownlink } from './downlinks.ts';
import type { DxRecord } from './dx-records.ts';
import type { AccessCode } from './portal.ts';
import type { DxUser } from './users.ts';

export interface DeviceModel {
  ID: string;
  commercialName: string;
  connectivity: 'LORAWAN' | 'CELLULAR';
  vendor: { ID: string; name: string };
  /** LoRaWAN only, like the two versions. macMinorVersion 10 stands for LoRaWAN 1.1. */
  typeMAC?: string;
  macMajorVersion?: number;
  macMinorVersion?: number;
}

/** A connectivity plan with its licences. */
export interface ConnectivityPlan {
  uid: string;
  ID: string;
  commercialName: string;
  connectivity: 'LORAWAN' | 'CELLULAR';
  used: number;
  granted: number;
  /** Whether downlinks and confirmed downlinks are allowed. */
  downlink: boolean;
  confirmed: boolean;
}

export interface AppServer {
  uid: string;
  ID: string;
  name: string;
  type: 'HTTP' | 'HTTP_CELLULAR' | 'KAFKA';
  contentType: string;
  destinations: unknown[];
  /** The key is never returned. */
  security: { status: 'NONE' | 'DOWNLINK_AS_KEY'; asID?: string; key?: string; maxTimestampDeviation?: number };
  state: 'ACTIVE' | 'DEACTIVATED';
  extraFields: Record<string, unknown>;
  created: number;
  version: number;
  updated?: number;
}

export interface Domain {
  name: string;
  group: { name: string };
}

/** An IoT Flow connection. `configuration` is stored unmasked; responses mask its secrets. */
export interface FlowConnection {
  id: string;
  uid: string;
  name: string;
  connectorId: string;
  configuration: Record<string, unknown>;
  active: boolean;
  state: 'CLOSED' | 'OPENING' | 'OPENED' | 'DEACTIVATED';
  startupTime: number;
  /** Incremented by every change, so that state transitions scheduled earlier are ignored. */
  generation: number;
}

export interface MulticastGroup {
  uid: string;
  EUI: string;
  name: string;
  nwAddress: string;
  class: 'B' | 'C';
  plan: string | undefined;
  settings: Record<string, unknown>;
  created: number;
  version: number;
  updated?: number;
  downlinkSentAt?: number;
  fCnt: number;
}

export interface TpDevice {
  uid: string;
  EUI: string;
  name: string;
  connectivity: 'LORAWAN' | 'CELLULAR';
  activation?: 'OTAA' | 'ABP';
  appEUI?: string;
  nwAddress?: string;
  model: string;
  plan: string | undefined;
  appServers: string[];
  suspended: boolean;
  created: number;
  version: number;
  /** Periodic uplinks: every `period` ms from `started` until `silentSince`. Absent: only the uplinks in `uplinks`. */
  period?: number;
  started?: number;
  silentSince?: number;
  /** Times of simulated uplinks, ms since 1970. */
  uplinks: number[];
  iccid?: string;
  imei?: string;
  networkContext?: string;
  /** Start of the current suspension, ms since 1970. Uplinks are ignored from then on. */
  suspendedSince?: number;
  /** Past suspensions, ms since 1970. */
  pastSuspensions?: { from: number; to: number }[];
  /** Time of the last resumption or reset, ms since 1970. Health is INIT until the next uplink. */
  initSince?: number;
  updated?: number;
  tags?: string[];
  domains?: Domain[];
  /** Fields stored as sent and returned unchanged, such as location, notes and thresholds. */
  notes?: Record<string, unknown>;
  downlinkQueue?: QueuedDownlink[];
  /** Time the last requested downlink was sent, ms since 1970. */
  downlinkSentAt?: number;
  processingStrategy?: string;
  routingProfile?: string;
  /** LRR ID of the base station that hears it; the first one when absent. */
  gateway?: string;
  /** Who changed it last; the account itself when absent. */
  updatedBy?: string;
  /** Last reported level, 0 to 255; computed when absent. */
  battery?: number;
}

export interface Order {
  ref: string;
  offerId: string;
  subscriberId: string;
  state: string;
  processingStrategyId?: string;
  creationTime: number;
}

export interface Token {
  kind: 'oss' | 'dx';
  value: string;
  expiresAt: number;
  scope: string;
}

export interface ThingparkWorld {
  models: DeviceModel[];
  plans: ConnectivityPlan[];
  appServers: AppServer[];
  /** By DevEUI in upper case. */
  devices: Map<string, TpDevice>;
  /** DevEUIs in ascending order, for the cursor. Rebuilt after a device is added or removed. */
  sortedEuis: string[] | undefined;
  /** Devices by UID. Rebuilt after a device is added or removed. */
  devicesByUid: Map<string, TpDevice> | undefined;
  alarmCache: { at: number; rows: Alarm[] } | undefined;
  acks: Map<string, Acknowledgement>;
  /** UIDs by tag name. */
  tags: Map<string, string>;
  groups: Map<string, MulticastGroup>;
  connections: FlowConnection[];
  /** Fields that a device update through DX ignores without an error, as older platforms do. */
  dxIgnoredFields: string[];
  /** Limit of IoT Flow connections, as on the community platform. */
  maxConnections: number;
  baseStations: BaseStation[];
  suppliers: DxRecord[];
  vendors: DxRecord[];
  users: DxUser[];
  accessCodes: AccessCode[];
  offers: { ref: string; id: string; name: string; state: string }[];
  orders: Map<string, Order>;
  subscribers: DxRecord[];
  tokens: Map<string, Token>;
  nextUid: number;
  /** Token lifetimes in ms. */
  tokenLifetimeMs: { oss: number; dx: number };
  page: { defaultSize: number; maxSize: number };
}

const hour = 3_600_000;
const day = 24 * hour;

const models: DeviceModel[] = [
  {
    ID: 'SMTC/LoRaMoteA.1_EU',
    commercialName: 'LoRaMote class A',
    connectivity: 'LORAWAN',
    vendor: { ID: 'smtc', name: 'Semtech' },
    typeMAC: 'LoRaMAC',
    macMajorVersion: 0,
    macMinorVersion: 3,
  },
  {
    ID: 'ACME/TempA.1.0.3_ETSI',
    commercialName: 'ACME Temp class A',
    connectivity: 'LORAWAN',
    vendor: { ID: 'acme', name: 'ACME' },
    typeMAC: 'LoRaMAC',
    macMajorVersion: 0,
    macMinorVersion: 5,
  },
  {
    ID: 'ACME/ValveC.1.0.3_ETSI',
    commercialName: 'ACME Valve class C',
    connectivity: 'LORAWAN',
    vendor: { ID: 'acme', name: 'ACME' },
    typeMAC: 'LoRaMAC',
    macMajorVersion: 0,
    macMinorVersion: 5,
  },
  {
    ID: 'ACME/MeterA.1.1_ETSI',
    commercialName: 'ACME Meter LoRaWAN 1.1',
    connectivity: 'LORAWAN',
    vendor: { ID: 'acme', name: 'ACME' },
    typeMAC: 'LoRaMAC',
    macMajorVersion: 0,
    macMinorVersion: 10,
  },
  { ID: 'CUSTOM/LTE_Dongle', commercialName: 'LTE dongle', connectivity: 'CELLULAR', vendor: { ID: 'custom', name: 'Custom' } },
];

const siteNames = [
  'Cold store',
  'Water meter',
  'Parking bay',
  'Soil probe',
  'Silo level',
  'Street light',
  'Room climate',
  'Door contact',
] as const;

declare module '../world.ts' {
  interface World {
    thingpark: ThingparkWorld;
  }
}

/**
 * Creates the initial state. Devices 1 to 3 are always LoRaWAN devices that have sent uplinks, and the third has stopped sending. Of the
 * others, every 16th is cellular, 3% have never sent, about 6% have stopped sending, and 2% are suspended.
 */
export function seedThingpark(base: SeedContext): ThingparkWorld {
  const { seed, fleet, startedAt } = base;
  const makeServer = (uid: string, ID: string, name: string, type: AppServer['type'], host: string): AppServer => ({
    uid,
    ID,
    name,
    type,
    contentType: 'json',
    destinations: [{ addresses: [`https://${host}.example/uplinks`], ports: '*', strategy: 'SEQUENTIAL' }],
    security: { status: 'NONE' },
    state: 'ACTIVE',
    extraFields: {},
    created: startedAt - 400 * day,
    version: 1,
  });
  const appServers: AppServer[] = [
    makeServer('1972', 'TWA_199982747.1972.AS', 'Dashboard', 'HTTP', 'dashboard'),
    makeServer('77', 'TWA_199900001.77.AS', 'Historian', 'HTTP', 'historian'),
    makeServer('81', 'TWA_199900001.81.AS', 'Cellular gateway', 'HTTP_CELLULAR', 'cellular'),
  ];
  const devices = new Map<string, TpDevice>();
  const add = (device: TpDevice): void => void devices.set(device.EUI, device);
  let uid = 4101;

  for (let n = 1; n <= fleet; n++) {
    const cellular = n > 3 && n % 16 === 0;
    const EUI = cellular
      ? `F03D29AC7101${n.toString(16).toUpperCase().padStart(4, '0').slice(-4)}`.slice(0, 16)
      : `A81758FFFE${(0x0a0000 + n).toString(16).toUpperCase().padStart(6, '0')}`;
    const eui = cellular && n > 0xffff ? `F03D29AC71${n.toString(16).toUpperCase().padStart(6, '0')}` : EUI;
    const draw = seededRandom(seed, 'tp', n);
    const site = siteNames[n % siteNames.length] ?? siteNames[0];
    const created = startedAt - Math.round((30 + seededRandom(seed, 'age', n) * 900) * day);
    const neverSent = n > 3 && draw < 0.03;
    const silent = n === 3 || (!neverSent && draw < 0.09);
    const suspended = n > 4 && draw > 0.98;
    const period = seededPick([0.25, 0.5, 1, 1, 2, 6, 12], seed, 'period', n) * hour;
    add({
      uid: String(uid++),
      EUI: eui,
      name: `${site} ${Math.ceil(n / siteNames.length)}`,
      connectivity: cellular ? 'CELLULAR' : 'LORAWAN',
      ...(cellular
        ? { iccid: `8988247${String(n).padStart(12, '0')}`, imei: `35900000${String(n).padStart(7, '0')}` }
        : {
            activation: n % 5 === 0 ? ('ABP' as const) : ('OTAA' as const),
            appEUI: 'A81758FFFE000000',
            ...(neverSent ? {} : { nwAddress: `04${seededHex(6, seed, 'addr', n)}` }),
          }),
      model: cellular
        ? 'CUSTOM/LTE_Dongle'
        : n === 1
          ? 'SMTC/LoRaMoteA.1_EU'
          : seededPick(['ACME/TempA.1.0.3_ETSI', 'ACME/ValveC.1.0.3_ETSI', 'SMTC/LoRaMoteA.1_EU'], seed, 'model', n),
      plan: cellular ? 'acme-cs/cellular-cp' : 'acme-cs/standard',
      appServers: cellular ? ['TWA_199900001.81.AS'] : ['TWA_199982747.1972.AS'],
      suspended,
      created,
      version: 3,
      ...(neverSent ? {} : { period, started: created + Math.round(seededRandom(seed, 'phase', n) * period) }),
      ...(silent && !neverSent ? { silentSince: startedAt - Math.round((2 + seededRandom(seed, 'silence', n) * 26) * day) } : {}),
      ...(suspended ? { suspendedSince: startedAt - Math.round((5 + seededRandom(seed, 'held', n) * 60) * day) } : {}),
      uplinks: [],
    });
  }
  const count = (plan: string): number => [...devices.values()].filter((device) => device.plan === plan).length;
  const plans: ConnectivityPlan[] = [
    {
      uid: '98',
      ID: 'acme-cs/standard',
      commercialName: 'Standard',
      connectivity: 'LORAWAN',
      used: count('acme-cs/standard'),
      granted: fleet + 500,
      downlink: true,
      confirmed: true,
    },
    {
      uid: '99',
      ID: 'acme-cs/trial',
      commercialName: 'Trial',
      connectivity: 'LORAWAN',
      used: 5,
      granted: 5,
      downlink: true,
      confirmed: false,
    },
    {
      uid: '100',
      ID: 'acme-cs/cellular-cp',
      commercialName: 'Cellular',
      connectivity: 'CELLULAR',
      used: count('acme-cs/cellular-cp'),
      granted: fleet + 100,
      downlink: false,
      confirmed: false,
    },
  ];
  return {
    models,
    plans,
    appServers,
    devices,
    sortedEuis: undefined,
    devicesByUid: undefined,
    alarmCache: undefined,
    acks: new Map(),
    tags: new Map(),
    groups: new Map(),
    connections: [],
    dxIgnoredFields: [],
    maxConnections: 5,
    baseStations: seedBaseStations(base),
    suppliers: [{ ref: '301', id: 'acme-supplier', name: 'ACME Networks', contactEmail: 'network@example.com' }],
    vendors: [{ ref: '401', id: 'acme-vendor', name: 'ACME Sales', contactEmail: 'sales@example.com' }],
    users: [
      {
        ref: '601',
        id: 'jane',
        firstName: 'Jane',
        lastName: 'Doe',
        email: 'jane@example.com',
        organization: 'ACME',
        scopes: ['SUBSCRIBER:983'],
      },
      {
        ref: '602',
        id: 'joe',
        firstName: 'Joe',
        lastName: 'Doe',
        email: 'joe@example.com',
        organization: 'ACME',
        scopes: ['SUBSCRIBER:983'],
      },
    ],
    accessCodes: [],
    offers: [
      { ref: '501', id: 'acme-vendor/lorawan-100', name: 'LoRaWAN 100 devices', state: 'ACTIVE' },
      { ref: '502', id: 'acme-vendor/lorawan-1000', name: 'LoRaWAN 1000 devices', state: 'ACTIVE' },
      { ref: '503', id: 'acme-vendor/legacy', name: 'Legacy offer', state: 'INACTIVE' },
    ],
    orders: new Map([
      [
        '7001',
        {
          ref: '7001',
          offerId: 'acme-vendor/lorawan-100',
          subscriberId: sandboxThingpark.subscriber,
          state: 'ACTIVE',
          processingStrategyId: 'ROUTE',
          creationTime: startedAt - 90 * day,
        },
      ],
    ]),
    subscribers: [
      { ref: '983', id: sandboxThingpark.subscriber, name: 'Sandbox subscriber', contactEmail: 'jane@example.com' },
      { ref: '984', id: '199900002', name: 'Second subscriber', contactEmail: 'second@example.com' },
    ],
    tokens: new Map(),
    nextUid: uid,
    tokenLifetimeMs: { oss: 300_000, dx: 7 * day },
    page: { defaultSize: 100, maxSize: 1000 },
  };
}
