/** Work that is accepted now and done later: one requestId, one outcome per device, one message to the listener for each. */

import type { Service } from '../../clients/thingspace/callbacks.ts';
import type { Told } from '../behaviour.ts';
import { uuidOf } from '../chance.ts';
import type { World } from '../world.ts';
import { deedsOf, isConnected } from './history.ts';
import { notice } from './monitors.ts';
import { listenerOf, post, soon } from './outbox.ts';
import { overDay } from './quotas.ts';
import type { Action, Outcome, TsDevice, TsRequest } from './seed.ts';
import { wrong } from './wrong.ts';

/** Why it cannot be: the code without the service's name, and words. */
export type Fault = readonly [code: string, words: string];

/** What a message holds beside ids and counters; `status` is Success unless it says otherwise. */
export type Message = Record<string, unknown> & { status?: string };

/** Sends a message beside the final one, to this service or another. */
export type Say = (service: Service, message: Message) => void;

/** Does the work for one subject: a fault, or what the message shall hold; nothing means an empty `deviceResponse`. */
export type Work<T> = (subject: T, now: number, say: Say) => Fault | Message | undefined;

/** Carries the act out on one device. */
export type Carry = Work<TsDevice>;

/** Whom the outcome of an action is told. */
const services: Record<Action, Service> = {
  activate: 'CarrierService',
  suspend: 'CarrierService',
  restore: 'CarrierService',
  deactivate: 'CarrierService',
  move: 'CarrierService',
  plan: 'CarrierService',
  customFields: 'CarrierService',
  costCenter: 'CarrierService',
  contactInfo: 'CarrierService',
  changeId: 'CarrierService',
  swap: 'StateService',
  setLabels: 'CarrierService',
  removeLabels: 'CarrierService',
  goToState: 'StateService',
  orderStatus: 'DeviceService',
  availability: 'DeviceService',
  suspensionStatus: 'DeviceSuspensionStatus',
  prl: 'DevicePRLInformation',
  aggregateUsage: 'DeviceUsage',
  billedUsage: 'DeviceService',
  smsEvents: 'DeviceService',
  sms: 'SMSDeliveryConfirmation',
  nidd: 'NiddService',
  startMonitor: 'DiagnosticsService',
  stopMonitor: 'DiagnosticsService',
  listMonitors: 'DiagnosticsService',
  reachability: 'DiagnosticsService',
  profile: 'DeviceProfileService',
  globalList: 'DeviceProfileService',
  globalHistory: 'DeviceProfileService',
};

/** The actions that stand in a line's provisioning history, in its words. */
const deeds: Partial<Record<Action, string>> = {
  activate: 'Activate',
  suspend: 'Suspend',
  restore: 'Restore',
  deactivate: 'Deactivate',
  move: 'Device Move',
};

const polledV1: readonly Action[] = ['activate', 'suspend', 'restore', 'deactivate'];
const polledV2: readonly Action[] = ['profile', 'globalList', 'globalHistory'];

export function faultOf([code, words]: Fault): { faultcode: string; faultstring: string } {
  return { faultcode: `UnifiedWebService.${code}`, faultstring: `${code.split('.')[0]}. ${words}` };
}

const unexpected: Fault = ['REQUEST_FAILED.UnexpectedError', 'An unexpected error occurred.'];

export interface Job<T> {
  action: Action;
  /** Whose listeners are told of a subject. */
  account: (subject: T) => string;
  subjects: readonly T[];
  /** The identifiers by which messages name a subject. */
  ids: (subject: T) => { id: string; kind: string }[];
  work: Work<T>;
  /** In place of the usual time until it is done. */
  settleMs?: number;
}

/** Accepts a job: answers its id at once and does it when `settleMs` have gone by. */
export function promise<T>(world: World, job: Job<T>): Told<{ requestId: string }> {
  const ts = world.thingspace;
  const id = uuidOf(world.seed, 'ts-request', ts.requests.size);
  const rows = [...new Set(job.subjects)].map((subject) => {
    const outcome: Outcome = { iccid: job.ids(subject)[0]?.id ?? '', status: 'Pending' };
    return { subject, outcome, ids: job.ids(subject), account: job.account(subject) };
  });
  const request: TsRequest = {
    id,
    action: job.action,
    account: rows[0]?.account ?? '',
    made: world.clock.now(),
    outcomes: rows.map(({ outcome }) => outcome),
  };
  ts.requests.set(id, request);
  const half = world.faults.has('half-fails');
  const finish = (): void => {
    request.settled = world.clock.now();
    for (const [i, { subject, outcome, ids, account }] of rows.entries()) {
      const say: Say = (service, message) => post(world, account, service, compose(id, ids, message));
      const ending = half && i % 2 === 1 ? unexpected : job.work(subject, world.clock.now(), say);
      if (isFault(ending)) {
        outcome.status = 'Failed';
        outcome.fault = faultOf(ending);
        say(services[job.action], { faultResponse: outcome.fault, status: 'Failed' });
      } else {
        outcome.status = 'Success';
        say(services[job.action], ending ?? {});
      }
    }
  };
  soon(world, job.settleMs ?? ts.settleMs, () => {
    const wait = job.action === 'profile' ? world.faults.lateness('warning-first') : 0;
    if (wait === 0) return finish();
    for (const { ids, account } of rows) post(world, account, services[job.action], compose(id, ids, { status: 'warning' }));
    soon(world, wait, finish);
  });
  return { status: 200, body: { requestId: id } };
}

function isFault(ending: Fault | Message | undefined): ending is Fault {
  return Array.isArray(ending);
}

function compose(requestId: string, deviceIds: { id: string; kind: string }[], message: Message): Record<string, unknown> {
  const { status = 'Success', ...rest } = message;
  const bare = Object.keys(rest).length === 0;
  return { requestId, deviceIds, ...(bare ? { deviceResponse: {} } : rest), status };
}

/** The identifiers by which a message names a device. */
export function shortIds(device: TsDevice): { id: string; kind: string }[] {
  return [{ id: device.iccid, kind: 'iccid' }];
}

/** Keeps an act in the line's history under `type`, where it has one; monitors hear of what the line lost or got. */
export function watched(world: World, type: string | undefined, carry: Carry): Carry {
  return (device, now, say) => {
    const was = isConnected(device, now);
    const before = deedsOf(device);
    const over = overDay(world, device, type, now);
    // An activation that fails leaves the line deactivated.
    if (over && device.state === 'pending activation') device.state = 'deactive';
    const ending = over ?? carry(device, now, say);
    if (type) before.push({ at: now, type, status: isFault(ending) ? 'Failed' : 'Success' });
    if (isConnected(device, now) !== was) notice(world, device);
    return ending;
  };
}

/** Accepts an act on devices. */
export function accept(world: World, action: Action, targets: readonly TsDevice[], carry: Carry): Told<{ requestId: string }> {
  const work = watched(world, deeds[action], carry);
  return promise(world, { action, account: (device) => device.account, subjects: targets, ids: shortIds, work });
}

/** For calls that are refused at once where nobody listens; the code is not documented. */
export function mustListen(world: World, account: string, action: Action): void {
  if (!listenerOf(world, account, services[action]))
    throw wrong('REQUEST_FAILED.CallbackNotRegistered', `No listener is registered for ${services[action]}.`);
}

/** A request of an account that may be asked after; the code of an unknown one is not documented. */
export function requestOf(world: World, account: string, id: string, version: 1 | 2): TsRequest {
  const request = world.thingspace.requests.get(id);
  const polled = version === 1 ? polledV1 : polledV2;
  if (request?.account !== account || !polled.includes(request.action))
    throw wrong('REQUEST_FAILED.RequestNotFound', 'The request does not exist.');
  return request;
}

/** The word for a whole request; documents give it for a single device only, so one failure counts for all. */
export function statusOf(request: TsRequest): 'Pending' | 'Success' | 'Failure' {
  if (request.settled === undefined) return 'Pending';
  return request.outcomes.some((outcome) => outcome.status === 'Failed') ? 'Failure' : 'Success';
}
