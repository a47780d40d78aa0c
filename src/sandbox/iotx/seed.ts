/** A believable iot-x account: a small invented company first, then a fleet of SIMs with some LoRaWAN devices and satellite terminals. */

import { sandboxIotx } from '../../clients/iotx/sandbox-account.ts';
import { luhnDigit } from '../../vocabulary.ts';
import { dice, pick } from '../chance.ts';
import type { Base } from '../world.ts';

export interface Tariff {
  productSetId: number;
  name: string;
  kind: 'cellular' | 'non-ip' | 'satellite';
  operatorCode: string;
  operatorName: string;
  /** Smallest currency unit, recurring. */
  lineRental: number;
  /** Months. */
  contractLength: number;
  /** Bytes in a billing period. */
  allowance: number;
  products: readonly TariffProduct[];
}

export interface TariffProduct {
  product: string;
  description: string;
  /** Enabled when a contract starts. */
  usual: boolean;
  /** Without it the device is offline. */
  access: boolean;
}

/** From ms to ms since 1970; an open one ends at Infinity. */
export type Gap = readonly [from: number, to: number];

export interface IotxSubscriber {
  physicalId: string;
  subscriberId: string;
  nickname: string | null;
  state: 'stock' | 'pending' | 'active' | 'barred' | 'terminated';
  tariff: Tariff;
  imsi: string | null;
  eid: string | null;
  groupId: number | null;
  /** Contract start, ms since 1970. */
  connected: number;
  terminated?: number;
  /** Mean bytes a day, both ways. */
  perDay: number;
  /** When there was no traffic. */
  gaps: readonly Gap[];
  /** The enabled products. */
  on: readonly string[];
  /** Products that were enabled once and are not now. */
  off: readonly string[];
  /** What readers still see until a change has come through. */
  before?: { on: readonly string[]; off: readonly string[]; until: number };
  /** Reconnections on demand, ms since 1970. */
  resets: readonly number[];
}

export interface Key {
  permissions: readonly string[];
  disabled: boolean;
  /** ms since 1970; access keys never end. */
  until: number;
}

export interface Alert {
  id: number;
  ruleType: string;
  target: string | null;
  lowerThreshold: number;
  upperThreshold: number;
  /** ms since 1970 */
  created: number;
}

export interface StockOrder {
  orderId: string;
  /** ms since 1970 */
  created: number;
  subscribers: string[];
  recipientName: string;
  address: string;
  operator: string;
  stockType: string;
  amount: number;
}

/** An accepted change; `fee` when it may cost money, so that a test can prove that nothing was charged. */
export interface AcceptedChange {
  at: number;
  operation: string;
  target: string;
  what: string;
  fee: boolean;
}

export interface IotxWorld {
  /** By their secret. */
  keys: Map<string, Key>;
  /** The next request finds its key refused. */
  refuseNext: boolean;
  tariffs: readonly Tariff[];
  /** By physicalId, stock included. */
  subscribers: Map<string, IotxSubscriber>;
  /** Those that lists show; made anew when one comes. */
  visible: IotxSubscriber[] | undefined;
  /** Names to the physicalIds that carry them. */
  tags: Map<string, Set<string>>;
  alerts: Map<string, Alert>;
  orders: Map<string, StockOrder>;
  changes: AcceptedChange[];
  /** Which key of a product change counts: the manual names both. */
  patchMode: 'lenient' | 'product-only' | 'service-only';
  /** Members of a product change that are not known: passed over, or a 400. */
  extraKeys: 'ignore' | 'refuse';
  /** Enabling what is enabled: a 400, or a 204 that does nothing. */
  alreadySo: 'refuse' | 'accept';
  /** ms from an accepted activation, or an order of stock, to its being done. */
  settleMs: number;
  page: { usual: number; most: number };
}

/** Permissions under the names that the manual prints. */
export const permission = {
  view: 'View Subscriber Products',
  add: 'Add a Product to a Subscriber',
  remove: 'Remove a Product From a Subscriber',
  act: 'Perform Troubleshooting Actions on a Subscriber',
  orders: 'View Stock Order History',
  buy: 'Order New Stock',
} as const;

export const day = 86_400_000;
const megabyte = 1_048_576;
const { view, add, remove, act, orders, buy } = permission;

const data: TariffProduct = { product: 'Data Access', description: 'Mobile data on the demo APN', usual: true, access: true };
const sms: TariffProduct = { product: 'SMS MO/MT', description: 'Text messages both ways', usual: true, access: false };
const voice: TariffProduct = { product: 'Voice', description: 'Circuit voice', usual: false, access: false };
const roaming: TariffProduct = { product: 'Data Roaming', description: 'Mobile data in partner networks', usual: false, access: false };
const fixedIp: TariffProduct = {
  product: 'Fixed Private IP',
  description: 'The same private address in every session',
  usual: false,
  access: false,
};
const uplink: TariffProduct = { product: 'Network Access', description: 'Uplink and downlink', usual: true, access: true };
const satellite: TariffProduct = { product: 'Network Access', description: 'Satellite messaging', usual: true, access: true };

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

/** What a contract on a tariff begins with; one list for all of them. */
export function usualProducts(tariff: Tariff): readonly string[] {
  const known = usual.get(tariff) ?? tariff.products.filter((product) => product.usual).map(({ product }) => product);
  usual.set(tariff, known);
  return known;
}
const usual = new Map<Tariff, readonly string[]>();

const none: readonly never[] = [];
const blank = { state: 'active', imsi: null, eid: null, groupId: null, perDay: 0, gaps: none, off: none, resets: none } as const;
const sites = ['pump', 'meter', 'lift', 'kiosk', 'tracker', 'gateway', 'boiler', 'charger'] as const;

/** A stock SIM as it arrives: no contract, no traffic. */
export function stockSim(physicalId: string): IotxSubscriber {
  return { ...blank, state: 'stock', physicalId, subscriberId: '', nickname: null, tariff: small, connected: 0, on: none };
}

/** ICCID number `n` of the stock: 19 digits. */
export function stockIccid(n: number): string {
  const body = `8944990002${String(n).padStart(8, '0')}`;
  return `${body}${luhnDigit(body)}`;
}

/** Where the stock of this account went. */
const lab = { recipientName: 'Robin Example', address: '1 Example Street, London', operator: 'DEMO1', stockType: 'SIM' } as const;

/** The account as of `began`; history lies before it. */
declare module '../world.ts' {
  interface World {
    iotx: IotxWorld;
  }
}

export function seedIotx(base: Base): IotxWorld {
  const { began, fleet } = base;
  const subscribers = new Map<string, IotxSubscriber>();
  const put = (subscriber: IotxSubscriber): void => void subscribers.set(subscriber.physicalId, subscriber);
  for (const subscriber of company(began)) put(subscriber);
  for (let n = subscribers.size + 1; n <= fleet; n++) put(generated(base, n));
  const stock = ['89449900000020000109', stockIccid(1), stockIccid(2), stockIccid(3)];
  for (const physicalId of stock) put(stockSim(physicalId));
  return {
    keys: new Map<string, Key>([
      [sandboxIotx.accessKey, { permissions: [view, add, remove, act, orders], disabled: false, until: Number.POSITIVE_INFINITY }],
      [sandboxIotx.readKey, { permissions: [view], disabled: false, until: Number.POSITIVE_INFINITY }],
      [sandboxIotx.halfWriteKey, { permissions: [view, add], disabled: false, until: Number.POSITIVE_INFINITY }],
      [sandboxIotx.disabledKey, { permissions: [], disabled: true, until: Number.POSITIVE_INFINITY }],
      [sandboxIotx.buyerKey, { permissions: [orders, buy], disabled: false, until: Number.POSITIVE_INFINITY }],
    ]),
    refuseNext: false,
    tariffs: [small, large, lora, sat],
    subscribers,
    visible: undefined,
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
          created: began - 216 * day,
        },
      ],
    ]),
    orders: new Map([
      ['9001', { ...lab, orderId: '9001', created: began - 14 * day, subscribers: stock.slice(0, 1), amount: 1 }],
      ['9002', { ...lab, orderId: '9002', created: began - 7 * day, subscribers: stock.slice(1), amount: 3 }],
    ]),
    changes: [],
    patchMode: 'lenient',
    extraKeys: 'ignore',
    alreadySo: 'refuse',
    settleMs: 5000,
    page: { usual: 50, most: 200 },
  };
}

/** Half of the 30-day billing period has passed when a world begins, so the usage of 15 days is what a first reader sees. */
export const elapsedDays = 15;

/** Pumps in every state, a soil probe, a buoy, and the probe that the ThingPark sandbox knows under the same DevEUI. */
function company(began: number): IotxSubscriber[] {
  const connected = midnight(began - 247 * day);
  const pump = { ...blank, tariff: small, connected };
  const offline = began - 3 * day;
  return [
    {
      ...pump,
      physicalId: '8944990000001000010',
      subscriberId: '447700900101',
      nickname: 'pump-17',
      imsi: '001019000000101',
      perDay: (7 * megabyte) / elapsedDays,
      on: usualProducts(small),
    },
    {
      ...pump,
      physicalId: '8944990000001000028',
      subscriberId: '447700900102',
      nickname: 'pump-18',
      imsi: '001019000000102',
      perDay: (49 * megabyte) / (elapsedDays - 3),
      gaps: [[offline, Number.POSITIVE_INFINITY]],
      on: ['Data Access'],
    },
    {
      ...pump,
      physicalId: '8944990000001000036',
      subscriberId: '447700900103',
      nickname: 'pump-19',
      state: 'barred',
      imsi: '001019000000103',
      on: usualProducts(small),
    },
    {
      ...pump,
      physicalId: '8944990000001000044',
      subscriberId: '447700900104',
      nickname: 'old meter',
      state: 'terminated',
      terminated: began - 126 * day,
      imsi: '001019000000104',
      on: none,
    },
    {
      ...blank,
      physicalId: '020000FFFE000001',
      subscriberId: '020000FFFE000001',
      nickname: 'soil probe 1',
      tariff: lora,
      connected,
      on: usualProducts(lora),
    },
    {
      ...blank,
      physicalId: '004999010640000',
      subscriberId: 'SAT-000042',
      nickname: 'buoy 3',
      tariff: sat,
      connected,
      on: usualProducts(sat),
    },
    {
      ...blank,
      physicalId: 'A81758FFFE0A0001',
      subscriberId: 'A81758FFFE0A0001',
      nickname: 'cold chain probe',
      tariff: lora,
      connected,
      perDay: 288,
      on: usualProducts(lora),
    },
  ];
}

/** Subscriber number `n`: mostly SIMs, every twelfth a LoRaWAN device, one in fifty a satellite terminal. */
function generated({ seed, began }: Base, n: number): IotxSubscriber {
  const luck = dice(seed, 'iotx', n);
  const age = Math.round((40 + dice(seed, 'iotx-age', n) * 900) * day);
  const tariff = n % 12 === 0 ? lora : n % 50 === 15 ? sat : pick([small, small, small, large], seed, 'iotx-tariff', n);
  const state = luck < 0.04 ? 'barred' : luck < 0.07 ? 'terminated' : 'active';
  const silent = state === 'active' && luck > 0.94;
  const stopped = began - Math.round((2 + luck * 26) * day);
  return {
    ...blank,
    ...named(tariff, n),
    nickname: `${sites[n % sites.length] ?? sites[0]}-${n}`,
    state,
    tariff,
    groupId: n % 3 === 0 ? 12 + (n % 2) : null,
    connected: midnight(began - age),
    ...(state === 'terminated' ? { terminated: stopped } : {}),
    perDay: Math.round((tariff.allowance / 30) * (0.05 + dice(seed, 'iotx-use', n))),
    gaps: silent || state !== 'active' ? [[stopped, Number.POSITIVE_INFINITY]] : none,
    on: state === 'terminated' ? none : usualProducts(tariff),
  };
}

function named({ kind }: Tariff, n: number): Pick<IotxSubscriber, 'physicalId' | 'subscriberId' | 'imsi' | 'eid'> {
  if (kind === 'non-ip') {
    const devEui = `020000FFFE${(0x010000 + n).toString(16).toUpperCase().padStart(6, '0')}`;
    return { physicalId: devEui, subscriberId: devEui, imsi: null, eid: null };
  }
  const digits = String(n).padStart(6, '0');
  if (kind === 'satellite') {
    const body = `00499902${digits}`;
    return { physicalId: `${body}${luhnDigit(body)}`, subscriberId: `SAT-1${digits}`, imsi: null, eid: null };
  }
  const body = `894499000100${digits}`;
  return {
    physicalId: `${body}${luhnDigit(body)}`,
    subscriberId: `447701${digits}`,
    imsi: `001019001${digits}`,
    eid: n % 20 === 9 ? `89049032000000000000000000${digits}` : null,
  };
}

function midnight(at: number): number {
  return at - (at % day);
}
