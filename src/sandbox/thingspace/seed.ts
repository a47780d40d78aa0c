/** A believable ThingSpace customer: two accounts, twelve known devices first, then a fleet of metered pumps and tanks. */
import type { Service } from '../../clients/thingspace/callbacks.ts';
import { sandboxThingspace } from '../../clients/thingspace/sandbox-account.ts';
import { luhnDigit } from '../../vocabulary.ts';
import { dice, pick } from '../chance.ts';
import type { Base, Deliver } from '../world.ts';

export interface Plan {
  name: string;
  /** Absent in a placeholder row. */
  code?: string;
  sizeKb: number;
  carrierServicePlanCode?: string;
}

export interface Account {
  name: string;
  features: string[];
  pool: string;
  plans: Plan[];
}

export interface Group {
  account: string;
  name: string;
  description: string;
  isDefault: boolean;
}

export type State = 'active' | 'suspend' | 'deactive' | 'pre-active' | 'pending activation';

/** A time without sessions, ms since 1970; an open one lasts. */
export interface Pause {
  from: number;
  to?: number;
}

/** What is on an eUICC beside its bootstrap profile. */
export type Profile = 'NOT_DOWNLOADED' | 'DOWNLOAD_ENABLE' | 'DOWNLOAD_DISABLE' | 'ENABLE' | 'DISABLE' | 'DELETE';

/** One thing that was done to a line; `at` in ms since 1970. */
export interface Deed {
  at: number;
  type: string;
  status: 'Success' | 'Failed';
}

export interface Place {
  customerName: Record<string, unknown>;
  address: Record<string, unknown>;
}

export interface TsDevice {
  /** Counts from 1; DeviceId and IMSI follow from it. */
  n: number;
  account: string;
  iccid: string;
  imei?: string;
  /** Every fourth device is an eUICC. */
  eid?: string;
  profile?: Profile;
  /** Its present profile is the one that it falls back to. */
  fallback?: boolean;
  /** The SIM turned up in another device than before. */
  refitted?: { from: string; at: number };
  /** A usage segmentation label. */
  label?: { name: string; value: string };
  costCenter?: string;
  /** The place of use, once it was set. */
  place?: Place;
  /** What was done to the line; told from its state until something is done. */
  deeds?: Deed[];
  /** When its plan was changed, ms since 1970. */
  replanned?: number[];
  /** SMS that were sent to it, ms since 1970. */
  texted?: number[];
  state: State;
  /** Number of the line, from 1: MDN, MSISDN, MIN and IP follow from it. Only while active or suspended. */
  line?: number;
  /** The code of the line's plan, or of the last line's; empty when there never was one. */
  plan: string;
  group: string;
  /** CustomField1. */
  name: string;
  /** CustomField2 to CustomField5. */
  fields?: Record<string, string>;
  zip: string;
  created: number;
  /** The last activation; the first one is `begun`. */
  activated?: number;
  begun?: number;
  /** A data session starts every `period` ms since `begun`, except in `pauses`. */
  period: number;
  pauses?: Pause[];
}

/** What a request asks for; v2 and profile requests have a status call of their own. */
export type Action =
  | 'activate'
  | 'suspend'
  | 'restore'
  | 'deactivate'
  | 'move'
  | 'plan'
  | 'customFields'
  | 'costCenter'
  | 'contactInfo'
  | 'changeId'
  | 'swap'
  | 'setLabels'
  | 'removeLabels'
  | 'goToState'
  | 'orderStatus'
  | 'availability'
  | 'suspensionStatus'
  | 'prl'
  | 'aggregateUsage'
  | 'billedUsage'
  | 'smsEvents'
  | 'sms'
  | 'nidd'
  | 'startMonitor'
  | 'stopMonitor'
  | 'listMonitors'
  | 'reachability'
  | 'profile'
  | 'globalList'
  | 'globalHistory';

/** What became of one device of a request; what a callback would carry. */
export interface Outcome {
  iccid: string;
  status: 'Pending' | 'Success' | 'Failed';
  fault?: { faultcode: string; faultstring: string };
}

export interface TsRequest {
  id: string;
  action: Action;
  account: string;
  made: number;
  settled?: number;
  outcomes: Outcome[];
}

/** Who takes the results of a service of an account. */
export interface Listener {
  account: string;
  service: Service;
  url: string;
  username?: string;
  password?: string;
}

/** One message to a listener; `at` in ms since 1970. */
export interface Posted {
  at: number;
  service: Service;
  account: string;
  url: string;
  body: Record<string, unknown>;
  /** How often it was sent, 4 times at most. */
  tries: number;
  /** A try was answered with 2xx. */
  taken?: boolean;
}

/** An SMS from a device that nobody has taken yet. */
export interface Queued {
  serial: number;
  account: string;
  mdn: string;
  message: string;
  at: number;
}

export interface Monitor {
  id: string;
  account: string;
  iccid: string;
  type: string;
  until: number;
  /** The request that made it: every message of the monitor carries its id. */
  requestId: string;
}

export interface Trigger {
  id: string;
  name: string;
  account: string;
  group: string;
  category: string;
  cycle: string;
  active: boolean;
  bound: { comparator?: string; threshold?: string; thresholdUnit?: string; smsType?: string };
  made: number;
  changed: number;
  /** Whom it has told of in the cycle that began then, ms since 1970: ICCIDs, or '' for all together. */
  told: { cycle: number; whom: Set<string> };
}

export interface ThingspaceWorld {
  accounts: Account[];
  groups: Group[];
  /** In the order of DeviceId. */
  devices: TsDevice[];
  /** Made at the first look-up, then kept up to date. */
  index:
    | { iccid: Map<string, TsDevice>; imei: Map<string, TsDevice>; eid: Map<string, TsDevice[]>; line: Map<number, TsDevice> }
    | undefined;
  nextDevice: number;
  nextLine: number;
  /** One for all callers, an hour from first issue. */
  bearer: { value: string; until: number } | undefined;
  bearersIssued: number;
  /** Session tokens with their last use. */
  sessions: Map<string, number>;
  sessionsIssued: number;
  /** Refused logins in a row; five lock the user. */
  badLogins: number;
  password: string;
  /** By account and service: one URL for each. */
  listeners: Map<string, Listener>;
  outbox: Posted[];
  /** Messages that a listener was to be told so far. */
  posts: number;
  /** Absent: messages stay in the outbox. */
  deliver?: Deliver | undefined;
  smsQueue: Queued[];
  nextSms: number;
  /** Accounts whose messages from devices go to the listener instead of the queue. */
  smsByCallback: Set<string>;
  monitors: Monitor[];
  nextMonitor: number;
  triggers: Map<string, Trigger>;
  triggersMade: number;
  requests: Map<string, TsRequest>;
  /** An accepted request is carried out after this many ms. */
  settleMs: number;
  page: { usual: number; most: number; group: number; sms: number };
}

const hour = 3_600_000;
const day = 24 * hour;
const first = sandboxThingspace.account;
const second = '0442000123-00002';
const west = 'West tanks';

export function defaultGroup(account: string): string {
  return `Default: ${account}`;
}

const low: Plan = { name: 'IOT LOW 5MB', code: 'IOTLOW5MB', sizeKb: 5120, carrierServicePlanCode: '71001' };
const shared: Plan = { name: 'IOT SHARE 250MB', code: 'IOTSHR250MB', sizeKb: 256_000, carrierServicePlanCode: '71002' };
const narrow: Plan = { name: 'IOT NBIOT 50KB', code: 'IOTNB50KB', sizeKb: 50, carrierServicePlanCode: '71003' };

/** The twelve known ones: days since creation and activation, and since when they are silent, suspended or deactivated. */
const known: readonly { state: State; created: number; activated?: number; paused?: number }[] = [
  { state: 'active', created: 383, activated: 180 },
  { state: 'active', created: 354, activated: 179 },
  { state: 'active', created: 322, activated: 178, paused: 6 },
  { state: 'active', created: 291, activated: 177 },
  { state: 'active', created: 259, activated: 176 },
  { state: 'active', created: 228, activated: 175, paused: 3 },
  { state: 'active', created: 196, activated: 174 },
  { state: 'active', created: 407, activated: 173 },
  { state: 'suspend', created: 384, activated: 181, paused: 9 },
  { state: 'suspend', created: 355, activated: 180, paused: 8 },
  { state: 'deactive', created: 323, activated: 179, paused: 7 },
  { state: 'pre-active', created: 292 },
];

const kinds = ['pump', 'tank', 'meter', 'gate', 'valve', 'lift'] as const;
const zips = ['98801', '98802', '83501', '99201'] as const;

/** The state of the n-th device beyond the known ones: most are active, a few are in each other state. */
function usualState(n: number): State {
  const place = n % 40;
  if (place === 13 || place === 14) return 'pre-active';
  if (place >= 15 && place <= 17) return 'suspend';
  return place === 18 ? 'deactive' : 'active';
}

/** Since how many days there are no sessions: suspended and deactivated lines, and of the active ones a few that fell silent or never spoke. */
function usualPause(state: State, activated: number, luck: number, silence: number): number | undefined {
  if (state === 'suspend' || state === 'deactive') return Math.min(60, activated) * luck;
  if (state !== 'active' || silence > 0.06) return undefined;
  return silence < 0.02 ? activated : 2 + Math.max(0, Math.min(30, activated - 3)) * luck;
}

declare module '../world.ts' {
  interface World {
    thingspace: ThingspaceWorld;
  }
}

export function seedThingspace(base: Base): ThingspaceWorld {
  const { seed, fleet, began } = base;
  const ago = (days: number): number => Math.round((began - days * day) / 1000) * 1000;
  const devices: TsDevice[] = [];
  let line = 0;
  for (let n = 1; n <= Math.max(fleet, known.length); n++) {
    const told = known[n - 1];
    const state = told?.state ?? usualState(n);
    const lined = state === 'active' || state === 'suspend';
    const account = told ? (n > 10 ? second : first) : n % 10 === 9 ? second : first;
    const created = told?.created ?? 20 + dice(seed, 'created', n) * 880;
    const activated = told ? told.activated : state === 'pre-active' ? undefined : created * (0.1 + 0.85 * dice(seed, 'activated', n));
    const paused = told ? told.paused : usualPause(state, activated ?? 0, dice(seed, 'paused', n), dice(seed, 'silent', n));
    // Some of the SIMs in stock have no device on record yet.
    const bare = !told && n % 120 === 13;
    devices.push({
      n,
      account,
      iccid: told ? `89148000000077${String(37 * n).padStart(6, '0')}` : withCheckDigit(`891480000000${7_800_000 + n}`),
      ...(bare ? {} : { imei: told ? `35900000${1_200_000 + 91 * n}` : withCheckDigit(`35900000${130_000 + n}`) }),
      ...(n % 4 === 1 ? { eid: eidOf(n), profile: lined && n % 8 === 1 ? 'DOWNLOAD_ENABLE' : 'NOT_DOWNLOADED' } : {}),
      ...(n === 7 ? { refitted: { from: '359000001299997', at: ago(20) } } : {}),
      state,
      ...(lined ? { line: ++line } : {}),
      plan: activated === undefined ? '' : told ? (n % 2 === 1 ? 'IOTSHR250MB' : 'IOTLOW5MB') : usualPlan(account, dice(seed, 'plan', n)),
      group: account === first && (told ? n !== 4 && n !== 8 : dice(seed, 'group', n) < 0.4) ? west : defaultGroup(account),
      name: `${told ? 'tank' : pick(kinds, seed, 'kind', n)}-${String(n).padStart(4, '0')}`,
      zip: told ? '98801' : pick(zips, seed, 'zip', n),
      created: ago(created),
      ...(activated === undefined ? {} : { activated: ago(activated), begun: ago(activated) }),
      period: pick([1, 2, 4, 6, 12, 24], seed, 'period', n) * hour,
      ...(paused === undefined ? {} : { pauses: [{ from: ago(paused) }] }),
    });
  }
  const sample: TsRequest = {
    id: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
    action: 'suspend',
    account: first,
    made: ago(9),
    settled: ago(9),
    outcomes: [{ iccid: '89148000000077000333', status: 'Success' }],
  };
  return {
    accounts: [
      {
        name: first,
        features: ['Dynamic IP', 'Static IP'],
        pool: 'EXDYN001',
        plans: [low, shared, narrow, { name: 'LEGACY PLACEHOLDER', sizeKb: 0 }],
      },
      { name: second, features: ['Dynamic IP'], pool: 'EXDYN002', plans: [low, shared] },
    ],
    groups: [
      { account: first, name: defaultGroup(first), description: 'All devices that are in no other group', isDefault: true },
      { account: second, name: defaultGroup(second), description: 'All devices that are in no other group', isDefault: true },
      { account: first, name: west, description: 'Level meters west', isDefault: false },
    ],
    devices,
    index: undefined,
    nextDevice: devices.length + 1,
    nextLine: line + 1,
    bearer: undefined,
    bearersIssued: 0,
    sessions: new Map(),
    sessionsIssued: 0,
    badLogins: 0,
    password: sandboxThingspace.password,
    listeners: new Map(),
    outbox: [],
    posts: 0,
    deliver: base.deliver,
    smsQueue: [2, 5, 8].map((n, i) => ({
      serial: i + 1,
      account: first,
      mdn: String(2_085_550_100 + n),
      message: `LEVEL ${60 + n}`,
      at: ago(1 - i / 8),
    })),
    nextSms: 4,
    smsByCallback: new Set(),
    monitors: [],
    nextMonitor: 1,
    triggers: new Map(),
    triggersMade: 0,
    requests: new Map([[sample.id, sample]]),
    settleMs: 5000,
    page: { usual: 500, most: 2000, group: 500, sms: 100 },
  };
}

function eidOf(n: number): string {
  return `89049032${String(7700 + 11 * n).padStart(24, '0')}`;
}

function usualPlan(account: string, luck: number): string {
  if (account === first && luck < 0.1) return 'IOTNB50KB';
  return luck < 0.7 ? 'IOTLOW5MB' : 'IOTSHR250MB';
}

function withCheckDigit(body: string): string {
  return body + luhnDigit(body);
}
