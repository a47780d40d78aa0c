/** State of the simulated ThingSpace, and its seed data: two accounts, twelve fixed devices, then a generated fleet of pumps, tanks and meters. */
import { sandboxThingspace } from '../../clients/thingspace/sandbox-account.ts';
import { day, hour } from '../../durations.ts';
import { luhnCheckDigit } from '../../vocabulary.ts';
import { seededPick, seededRandom } from '../random.ts';
import type { SeedContext } from '../world.ts';
import type { AccountPlan, DeviceState, ThingspaceWorld, TsDevice, TsRequest } from './state.ts';

const first = sandboxThingspace.account;
const second = '0442000123-00002';
const west = 'West tanks';

/** Name of an account's default group, which holds the devices that are in no other group. */
export function defaultGroup(account: string): string {
  return `Default: ${account}`;
}

const low: AccountPlan = { name: 'IOT LOW 5MB', code: 'IOTLOW5MB', sizeKb: 5120, carrierServicePlanCode: '71001' };
const shared: AccountPlan = { name: 'IOT SHARE 250MB', code: 'IOTSHR250MB', sizeKb: 256_000, carrierServicePlanCode: '71002' };
const narrow: AccountPlan = { name: 'IOT NBIOT 50KB', code: 'IOTNB50KB', sizeKb: 50, carrierServicePlanCode: '71003' };

const promoTriggerIds = ['5D0C7A52-8E41-4B6F-9A2D-3C1E6F7B8A90', '0B6E9F14-27C3-4D58-8A71-96D2E4F0C5B3'];

/** The twelve fixed devices. Days since creation, activation, and the start of silence, suspension or deactivation. */
const fixedDevices: readonly { state: DeviceState; created: number; activated?: number; paused?: number }[] = [
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

/** State of the n-th generated device: most are active, a few are in each of the other states. */
function generatedState(n: number): DeviceState {
  const slot = n % 40;
  if (slot === 13 || slot === 14) return 'pre-active';
  if (slot >= 15 && slot <= 17) return 'suspend';
  return slot === 18 ? 'deactive' : 'active';
}

/**
 * Days since a generated device had its last data session, undefined when sessions continue. Suspended and deactivated devices have none, and
 * a few active devices went silent or never connected. `random` and `silence` are random numbers in [0, 1).
 */
function generatedPause(state: DeviceState, activated: number, random: number, silence: number): number | undefined {
  if (state === 'suspend' || state === 'deactive') return Math.min(60, activated) * random;
  if (state !== 'active' || silence > 0.06) return undefined;
  return silence < 0.02 ? activated : 2 + Math.max(0, Math.min(30, activated - 3)) * random;
}

/** Creates the ThingSpace state with at least the twelve fixed devices. The same seed gives the same fleet. */
export function seedThingspace(base: SeedContext): ThingspaceWorld {
  const { seed, fleet, startedAt } = base;
  const ago = (days: number): number => Math.round((startedAt - days * day) / 1000) * 1000;
  const devices: TsDevice[] = [];
  let mdnIndex = 0;
  for (let n = 1; n <= Math.max(fleet, fixedDevices.length); n++) {
    const fixed = fixedDevices[n - 1];
    const state = fixed?.state ?? generatedState(n);
    const inService = state === 'active' || state === 'suspend';
    const account = fixed ? (n > 10 ? second : first) : n % 10 === 9 ? second : first;
    const created = fixed?.created ?? 20 + seededRandom(seed, 'created', n) * 880;
    const activated = fixed
      ? fixed.activated
      : state === 'pre-active'
        ? undefined
        : created * (0.1 + 0.85 * seededRandom(seed, 'activated', n));
    const paused = fixed
      ? fixed.paused
      : generatedPause(state, activated ?? 0, seededRandom(seed, 'paused', n), seededRandom(seed, 'silent', n));
    // Some SIMs in stock have no IMEI yet.
    const withoutImei = !fixed && n % 120 === 13;
    devices.push({
      n,
      account,
      iccid: fixed ? `89148000000077${String(37 * n).padStart(6, '0')}` : withCheckDigit(`891480000000${7_800_000 + n}`),
      ...(withoutImei ? {} : { imei: fixed ? `35900000${1_200_000 + 91 * n}` : withCheckDigit(`35900000${130_000 + n}`) }),
      ...(n % 4 === 1 ? { eid: eidOf(n), profile: inService && n % 8 === 1 ? 'DOWNLOAD_ENABLE' : 'NOT_DOWNLOADED' } : {}),
      ...(n === 7 ? { imeiChange: { from: '359000001299997', at: ago(20) } } : {}),
      state,
      ...(inService ? { mdnIndex: ++mdnIndex } : {}),
      plan:
        activated === undefined
          ? ''
          : fixed
            ? n % 2 === 1
              ? 'IOTSHR250MB'
              : 'IOTLOW5MB'
            : generatedPlan(account, seededRandom(seed, 'plan', n)),
      group: account === first && (fixed ? n !== 4 && n !== 8 : seededRandom(seed, 'group', n) < 0.4) ? west : defaultGroup(account),
      name: `${fixed ? 'tank' : seededPick(kinds, seed, 'kind', n)}-${String(n).padStart(4, '0')}`,
      zip: fixed ? '98801' : seededPick(zips, seed, 'zip', n),
      created: ago(created),
      ...(activated === undefined ? {} : { activated: ago(activated), firstActivated: ago(activated) }),
      period: seededPick([1, 2, 4, 6, 12, 24], seed, 'period', n) * hour,
      ...(paused === undefined ? {} : { pauses: [{ from: ago(paused) }] }),
    });
  }
  const pastRequest: TsRequest = {
    id: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
    action: 'suspend',
    account: first,
    created: ago(9),
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
    nextMdnIndex: mdnIndex + 1,
    bearer: undefined,
    bearersIssued: 0,
    sessions: new Map(),
    sessionsIssued: 0,
    failedLogins: 0,
    password: sandboxThingspace.password,
    listeners: new Map(),
    outbox: [],
    postCount: 0,
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
    triggersCreated: 0,
    promotions: [{ plan: 'IOTSHR250MB', days: 365 }],
    promoTriggers: [first, second].map((account, i) => ({
      id: promoTriggerIds[i] ?? '',
      name: `PromoAlerts_${account}_71002`,
      account,
      plan: '71002',
      data: ['100'],
      sms: ['100'],
      days: 0,
      announcesEnd: true,
      created: ago(200),
      modified: ago(200),
    })),
    uploaded: new Map(),
    requests: new Map([[pastRequest.id, pastRequest]]),
    settleMs: 5000,
    page: { defaultSize: 500, maxSize: 2000, group: 500, sms: 100 },
  };
}

function eidOf(n: number): string {
  return `89049032${String(7700 + 11 * n).padStart(24, '0')}`;
}

function generatedPlan(account: string, random: number): string {
  if (account === first && random < 0.1) return 'IOTNB50KB';
  return random < 0.7 ? 'IOTLOW5MB' : 'IOTSHR250MB';
}

function withCheckDigit(body: string): string {
  return body + luhnCheckDigit(body);
}
