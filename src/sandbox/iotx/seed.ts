/** Initial state of the iot-x sandbox: a fictional company, then a generated fleet of SIMs, LoRaWAN devices and satellite terminals. */
import { sandboxIotx } from '../../clients/iotx/sandbox-account.ts';
import { day } from '../../durations.ts';
import { luhnCheckDigit } from '../../vocabulary.ts';
import { seededPick, seededRandom } from '../random.ts';
import type { SeedContext } from '../world.ts';
import type { AccessKey, IotxSubscriber, IotxWorld, Tariff, TariffProduct } from './state.ts';

/** Permission names, as in the manual. */
export const permission = {
  view: 'View Subscriber Products',
  add: 'Add a Product to a Subscriber',
  remove: 'Remove a Product From a Subscriber',
  troubleshoot: 'Perform Troubleshooting Actions on a Subscriber',
  orders: 'View Stock Order History',
  buy: 'Order New Stock',
} as const;

const megabyte = 1_048_576;
const { view, add, remove, troubleshoot, orders, buy } = permission;

const data: TariffProduct = {
  product: 'Data Access',
  description: 'Mobile data on the demo APN',
  enabledByDefault: true,
  networkAccess: true,
};
const sms: TariffProduct = { product: 'SMS MO/MT', description: 'Text messages both ways', enabledByDefault: true, networkAccess: false };
const voice: TariffProduct = { product: 'Voice', description: 'Circuit voice', enabledByDefault: false, networkAccess: false };
const roaming: TariffProduct = {
  product: 'Data Roaming',
  description: 'Mobile data in partner networks',
  enabledByDefault: false,
  networkAccess: false,
};
const fixedIp: TariffProduct = {
  product: 'Fixed Private IP',
  description: 'The same private address in every session',
  enabledByDefault: false,
  networkAccess: false,
};
const uplink: TariffProduct = {
  product: 'Network Access',
  description: 'Uplink and downlink',
  enabledByDefault: true,
  networkAccess: true,
};
const satellite: TariffProduct = {
  product: 'Network Access',
  description: 'Satellite messaging',
  enabledByDefault: true,
  networkAccess: true,
};

const demo = { kind: 'cellular', operatorCode: 'DEMO1', operatorName: 'Demo Operator', contractLength: 12 } as const;
const small: Tariff = {
  ...demo,
  productSetId: 4711,
  name: 'Demo 50MB',
  lineRental: 150,
  allowance: 50 * megabyte,
  products: [data, sms, voice],
};
const large: Tariff = {
  ...demo,
  productSetId: 4712,
  name: 'Demo 500MB',
  lineRental: 450,
  allowance: 500 * megabyte,
  products: [data, sms, roaming, fixedIp],
};
const lora: Tariff = {
  productSetId: 4720,
  name: 'Demo LoRa',
  kind: 'non-ip',
  operatorCode: 'DEMOLPWA',
  operatorName: 'Demo LPWA',
  lineRental: 150,
  contractLength: 12,
  allowance: 20_000,
  products: [uplink],
};
const sat: Tariff = {
  productSetId: 4730,
  name: 'Demo Sat',
  kind: 'satellite',
  operatorCode: 'DEMOSAT',
  operatorName: 'Demo Satellite',
  lineRental: 150,
  contractLength: 12,
  allowance: 30_000,
  products: [satellite],
};

/** Products that a contract on the tariff starts with. The same array is shared by all subscribers of the tariff. */
export function defaultProducts(tariff: Tariff): readonly string[] {
  const known =
    defaultProductsCache.get(tariff) ?? tariff.products.filter((product) => product.enabledByDefault).map(({ product }) => product);
  defaultProductsCache.set(tariff, known);
  return known;
}
const defaultProductsCache = new Map<Tariff, readonly string[]>();

const empty: readonly never[] = [];
const subscriberDefaults = {
  state: 'active',
  imsi: null,
  eid: null,
  groupId: null,
  bytesPerDay: 0,
  gaps: empty,
  disabled: empty,
  reconnects: empty,
} as const satisfies Partial<IotxSubscriber>;
const nicknamePrefixes = ['pump', 'meter', 'lift', 'kiosk', 'tracker', 'gateway', 'boiler', 'charger'] as const;

/** A new stock SIM, without contract and traffic. */
export function stockSim(physicalId: string): IotxSubscriber {
  return {
    ...subscriberDefaults,
    state: 'stock',
    physicalId,
    subscriberId: '',
    nickname: null,
    tariff: small,
    connectedAt: 0,
    enabled: empty,
  };
}

/** The `n`th ICCID of the stock, 19 digits including the Luhn check digit. */
export function stockIccid(n: number): string {
  const body = `8944990002${String(n).padStart(8, '0')}`;
  return `${body}${luhnCheckDigit(body)}`;
}

/** Common fields of the initial stock orders. */
const sampleOrder = { recipientName: 'Robin Example', address: '1 Example Street, London', operator: 'DEMO1', stockType: 'SIM' } as const;

/** Creates the initial account as of `began`; its history lies before. */
export function seedIotx(base: SeedContext): IotxWorld {
  const { startedAt, fleet } = base;
  const subscribers = new Map<string, IotxSubscriber>();
  const put = (subscriber: IotxSubscriber): void => void subscribers.set(subscriber.physicalId, subscriber);
  for (const subscriber of fixedSubscribers(startedAt)) put(subscriber);
  for (let n = subscribers.size + 1; n <= fleet; n++) put(generateSubscriber(base, n));
  const stock = ['89449900000020000109', stockIccid(1), stockIccid(2), stockIccid(3)];
  for (const physicalId of stock) put(stockSim(physicalId));
  return {
    keys: new Map<string, AccessKey>([
      [
        sandboxIotx.accessKey,
        { permissions: [view, add, remove, troubleshoot, orders], disabled: false, expiresAt: Number.POSITIVE_INFINITY },
      ],
      [sandboxIotx.readKey, { permissions: [view], disabled: false, expiresAt: Number.POSITIVE_INFINITY }],
      [sandboxIotx.halfWriteKey, { permissions: [view, add], disabled: false, expiresAt: Number.POSITIVE_INFINITY }],
      [sandboxIotx.disabledKey, { permissions: [], disabled: true, expiresAt: Number.POSITIVE_INFINITY }],
      [sandboxIotx.buyerKey, { permissions: [orders, buy], disabled: false, expiresAt: Number.POSITIVE_INFINITY }],
    ]),
    rejectNextRequest: false,
    tariffs: [small, large, lora, sat],
    subscribers,
    visibleSubscribers: undefined,
    tags: new Map([
      ['north', new Set(['8944990000001000010', '8944990000001000028'])],
      ['lab', new Set(['020000FFFE000001'])],
      ['cold-chain', new Set(['A81758FFFE0A0001'])],
    ]),
    alerts: new Map([
      [
        '24',
        {
          id: 24,
          ruleType: 'sim',
          target: '447700900101',
          lowerThreshold: 5_242_880,
          upperThreshold: 10_485_760,
          created: startedAt - 216 * day,
        },
      ],
    ]),
    orders: new Map([
      ['9001', { ...sampleOrder, orderId: '9001', created: startedAt - 14 * day, subscribers: stock.slice(0, 1), amount: 1 }],
      ['9002', { ...sampleOrder, orderId: '9002', created: startedAt - 7 * day, subscribers: stock.slice(1), amount: 3 }],
    ]),
    changes: [],
    patchMode: 'lenient',
    extraKeys: 'ignore',
    repeatedChange: 'refuse',
    settleMs: 5000,
    page: { defaultLimit: 50, maxLimit: 200 },
  };
}

/** Days of the 30-day billing period that have passed when the sandbox starts, so that the first read returns 15 days of usage. */
export const elapsedDays = 15;

/**
 * Fixed subscribers: active, barred and terminated SIMs, LoRaWAN probes and a satellite buoy.
 * One probe has the same DevEUI as a device of the ThingPark sandbox.
 */
function fixedSubscribers(began: number): IotxSubscriber[] {
  const connected = startOfDay(began - 247 * day);
  const pump = { ...subscriberDefaults, tariff: small, connectedAt: connected } satisfies Partial<IotxSubscriber>;
  const offline = began - 3 * day;
  return [
    {
      ...pump,
      physicalId: '8944990000001000010',
      subscriberId: '447700900101',
      nickname: 'pump-17',
      imsi: '001019000000101',
      bytesPerDay: (7 * megabyte) / elapsedDays,
      enabled: defaultProducts(small),
    },
    {
      ...pump,
      physicalId: '8944990000001000028',
      subscriberId: '447700900102',
      nickname: 'pump-18',
      imsi: '001019000000102',
      bytesPerDay: (49 * megabyte) / (elapsedDays - 3),
      gaps: [[offline, Number.POSITIVE_INFINITY]],
      enabled: ['Data Access'],
    },
    {
      ...pump,
      physicalId: '8944990000001000036',
      subscriberId: '447700900103',
      nickname: 'pump-19',
      state: 'barred',
      imsi: '001019000000103',
      enabled: defaultProducts(small),
    },
    {
      ...pump,
      physicalId: '8944990000001000044',
      subscriberId: '447700900104',
      nickname: 'old meter',
      state: 'terminated',
      terminatedAt: began - 126 * day,
      imsi: '001019000000104',
      enabled: empty,
    },
    {
      ...subscriberDefaults,
      physicalId: '020000FFFE000001',
      subscriberId: '020000FFFE000001',
      nickname: 'soil probe 1',
      tariff: lora,
      connectedAt: connected,
      enabled: defaultProducts(lora),
    },
    {
      ...subscriberDefaults,
      physicalId: '004999010640000',
      subscriberId: 'SAT-000042',
      nickname: 'buoy 3',
      tariff: sat,
      connectedAt: connected,
      enabled: defaultProducts(sat),
    },
    {
      ...subscriberDefaults,
      physicalId: 'A81758FFFE0A0001',
      subscriberId: 'A81758FFFE0A0001',
      nickname: 'cold chain probe',
      tariff: lora,
      connectedAt: connected,
      bytesPerDay: 288,
      enabled: defaultProducts(lora),
    },
  ];
}

/** Generates subscriber `n`: mostly SIMs, every 12th a LoRaWAN device, one in 50 a satellite terminal. */
function generateSubscriber({ seed, startedAt }: SeedContext, n: number): IotxSubscriber {
  const draw = seededRandom(seed, 'iotx', n);
  const age = Math.round((40 + seededRandom(seed, 'iotx-age', n) * 900) * day);
  const tariff = n % 12 === 0 ? lora : n % 50 === 15 ? sat : seededPick([small, small, small, large], seed, 'iotx-tariff', n);
  const state = draw < 0.04 ? 'barred' : draw < 0.07 ? 'terminated' : 'active';
  const silent = state === 'active' && draw > 0.94;
  const stopped = startedAt - Math.round((2 + draw * 26) * day);
  return {
    ...subscriberDefaults,
    ...identifiersOf(tariff, n),
    nickname: `${nicknamePrefixes[n % nicknamePrefixes.length] ?? nicknamePrefixes[0]}-${n}`,
    state,
    tariff,
    groupId: n % 3 === 0 ? 12 + (n % 2) : null,
    connectedAt: startOfDay(startedAt - age),
    ...(state === 'terminated' ? { terminatedAt: stopped } : {}),
    bytesPerDay: Math.round((tariff.allowance / 30) * (0.05 + seededRandom(seed, 'iotx-use', n))),
    gaps: silent || state !== 'active' ? [[stopped, Number.POSITIVE_INFINITY]] : empty,
    enabled: state === 'terminated' ? empty : defaultProducts(tariff),
  };
}

function identifiersOf({ kind }: Tariff, n: number): Pick<IotxSubscriber, 'physicalId' | 'subscriberId' | 'imsi' | 'eid'> {
  if (kind === 'non-ip') {
    const devEui = `020000FFFE${(0x010000 + n).toString(16).toUpperCase().padStart(6, '0')}`;
    return { physicalId: devEui, subscriberId: devEui, imsi: null, eid: null };
  }
  const digits = String(n).padStart(6, '0');
  if (kind === 'satellite') {
    const body = `00499902${digits}`;
    return { physicalId: `${body}${luhnCheckDigit(body)}`, subscriberId: `SAT-1${digits}`, imsi: null, eid: null };
  }
  const body = `894499000100${digits}`;
  return {
    physicalId: `${body}${luhnCheckDigit(body)}`,
    subscriberId: `447701${digits}`,
    imsi: `001019001${digits}`,
    eid: n % 20 === 9 ? `89049032000000000000000000${digits}` : null,
  };
}

function startOfDay(at: number): number {
  return at - (at % day);
}
