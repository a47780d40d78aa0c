/** Initial state of the ThingPark sandbox: the examples of the documentation, then a generated fleet of sensors. */
import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import { day, hour } from '../../durations.ts';
import { seededHex, seededPick, seededRandom } from '../random.ts';
import type { SeedContext } from '../world.ts';
import { seedBaseStations } from './base-station-seed.ts';
import type { AppServer, ConnectivityPlan, DeviceModel, ThingparkWorld, TpDevice } from './state.ts';

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

/**
 * Creates the initial state. Devices 1 to 3 are always LoRaWAN devices that have sent uplinks, and the third has stopped sending. Of the
 * others, every 16th is cellular, 3% have never sent, about 6% have stopped sending, and 2% are suspended.
 */
export function seedThingpark(base: SeedContext): ThingparkWorld {
  const { fleet, startedAt } = base;
  const devices = new Map<string, TpDevice>();
  let uid = 4101;

  for (let n = 1; n <= fleet; n++) {
    const device = generateDevice(base, n, String(uid++));
    devices.set(device.EUI, device);
  }
  return {
    models,
    plans: seedPlans(devices, fleet),
    appServers: seedAppServers(startedAt),
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
    routingProfiles: [
      {
        ref: '1',
        id: `TWA_${sandboxThingpark.subscriber}.1`,
        name: 'Default',
        default: true,
        routes: [
          {
            sourcePorts: '*',
            strategy: 'SEQUENTIAL',
            contentType: 'JSON',
            addresses: ['https://dashboard.example/uplinks'],
            maxDeviation: 60,
          },
        ],
      },
    ],
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

function seedAppServers(startedAt: number): AppServer[] {
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
  return [
    makeServer('1972', 'TWA_199982747.1972.AS', 'Dashboard', 'HTTP', 'dashboard'),
    makeServer('77', 'TWA_199900001.77.AS', 'Historian', 'HTTP', 'historian'),
    makeServer('81', 'TWA_199900001.81.AS', 'Cellular gateway', 'HTTP_CELLULAR', 'cellular'),
  ];
}

/** The `n`th device of the fleet. */
function generateDevice({ seed, startedAt }: SeedContext, n: number, uid: string): TpDevice {
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
  return {
    uid,
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
  };
}

function seedPlans(devices: ReadonlyMap<string, TpDevice>, fleet: number): ConnectivityPlan[] {
  const count = (plan: string): number => [...devices.values()].filter((device) => device.plan === plan).length;
  return [
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
}
