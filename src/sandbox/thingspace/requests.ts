/** Asynchronous requests: accepted with a requestId, carried out later, with one outcome and one callback per device. */
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

/** Why a request fails for one device: the error code without the prefix `UnifiedWebService.`, and a message. */
export type Fault = readonly [code: string, message: string];

/** Members of a callback besides ids and counters. `status` defaults to Success. */
export type Message = Record<string, unknown> & { status?: string };

/** Sends a callback in addition to the final one, to the listener of any service. */
export type Say = (service: Service, message: Message) => void;

/** Carries a request out for one subject. Returns a fault or the callback's members; undefined means an empty `deviceResponse`. */
export type Work<T> = (subject: T, now: number, sendCallback: Say) => Fault | Message | undefined;

/** Carries a request out for one device. */
export type Carry = Work<TsDevice>;

/** Callback service that receives the outcome of each action. */
const callbackServices: Record<Action, Service> = {
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

/** Actions that appear in the provisioning history, with their event type there. */
const eventTypes: Partial<Record<Action, string>> = {
  activate: 'Activate',
  suspend: 'Suspend',
  restore: 'Restore',
  deactivate: 'Deactivate',
  move: 'Device Move',
};

const polledV1: readonly Action[] = ['activate', 'suspend', 'restore', 'deactivate'];
const polledV2: readonly Action[] = ['profile', 'globalList', 'globalHistory'];

/** Serializes a fault for a callback. */
export function faultOf([code, message]: Fault): { faultcode: string; faultstring: string } {
  return { faultcode: `UnifiedWebService.${code}`, faultstring: `${code.split('.')[0]}. ${message}` };
}

const unexpected: Fault = ['REQUEST_FAILED.UnexpectedError', 'An unexpected error occurred.'];

/** A request to accept. A subject is a device, or whatever else has an outcome of its own. */
export interface Job<T> {
  action: Action;
  /** Account whose listeners receive the callback of a subject. */
  account: (subject: T) => string;
  subjects: readonly T[];
  /** Identifiers of a subject in callbacks. */
  ids: (subject: T) => { id: string; kind: string }[];
  work: Work<T>;
  /** Milliseconds until the request is carried out, instead of the world's `settleMs`. */
  settleMs?: number;
}

/** Accepts a request: returns its id at once and carries it out after `settleMs`. */
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
  const halfFails = world.faults.has('half-fails');
  const finish = (): void => {
    request.settled = world.clock.now();
    for (const [i, { subject, outcome, ids, account }] of rows.entries()) {
      const sendCallback: Say = (service, message) => post(world, account, service, compose(id, ids, message));
      const result = halfFails && i % 2 === 1 ? unexpected : job.work(subject, world.clock.now(), sendCallback);
      if (isFault(result)) {
        outcome.status = 'Failed';
        outcome.fault = faultOf(result);
        sendCallback(callbackServices[job.action], { faultResponse: outcome.fault, status: 'Failed' });
      } else {
        outcome.status = 'Success';
        sendCallback(callbackServices[job.action], result ?? {});
      }
    }
  };
  soon(world, job.settleMs ?? ts.settleMs, () => {
    const delay = job.action === 'profile' ? world.faults.lateness('warning-first') : 0;
    if (delay === 0) return finish();
    for (const { ids, account } of rows) post(world, account, callbackServices[job.action], compose(id, ids, { status: 'warning' }));
    soon(world, delay, finish);
  });
  return { status: 200, body: { requestId: id } };
}

function isFault(result: Fault | Message | undefined): result is Fault {
  return Array.isArray(result);
}

function compose(requestId: string, deviceIds: { id: string; kind: string }[], message: Message): Record<string, unknown> {
  const { status = 'Success', ...rest } = message;
  const empty = Object.keys(rest).length === 0;
  return { requestId, deviceIds, ...(empty ? { deviceResponse: {} } : rest), status };
}

/** Identifiers of a device in callbacks: its ICCID. */
export function shortIds(device: TsDevice): { id: string; kind: string }[] {
  return [{ id: device.iccid, kind: 'iccid' }];
}

/** Wraps a task: checks the daily limit, records the result in the provisioning history when `type` is given, and notifies monitors of a changed connection. */
export function watched(world: World, type: string | undefined, task: Carry): Carry {
  return (device, now, sendCallback) => {
    const wasConnected = isConnected(device, now);
    // Read before the task runs: the events of a seeded device are derived from its state, which the task changes.
    const history = deedsOf(device);
    const limitFault = overDay(world, device, type, now);
    // An activation that fails leaves the SIM deactivated.
    if (limitFault && device.state === 'pending activation') device.state = 'deactive';
    const result = limitFault ?? task(device, now, sendCallback);
    if (type) history.push({ at: now, type, status: isFault(result) ? 'Failed' : 'Success' });
    if (isConnected(device, now) !== wasConnected) notice(world, device);
    return result;
  };
}

/** Accepts a request on devices. */
export function accept(world: World, action: Action, targets: readonly TsDevice[], task: Carry): Told<{ requestId: string }> {
  const work = watched(world, eventTypes[action], task);
  return promise(world, { action, account: (device) => device.account, subjects: targets, ids: shortIds, work });
}

/** Rejects a request whose result only a callback can deliver when no listener is registered. The error code is not documented. */
export function mustListen(world: World, account: string, action: Action): void {
  if (!listenerOf(world, account, callbackServices[action]))
    throw wrong('REQUEST_FAILED.CallbackNotRegistered', `No listener is registered for ${callbackServices[action]}.`);
}

/** Returns a request whose status can be read with this API version. The error code for an unknown request is not documented. */
export function requestOf(world: World, account: string, id: string, version: 1 | 2): TsRequest {
  const request = world.thingspace.requests.get(id);
  const polled = version === 1 ? polledV1 : polledV2;
  if (request?.account !== account || !polled.includes(request.action))
    throw wrong('REQUEST_FAILED.RequestNotFound', 'The request does not exist.');
  return request;
}

/** Status of a whole request. The documents define it for a single device only; assumption: one failed device makes the request a Failure. */
export function statusOf(request: TsRequest): 'Pending' | 'Success' | 'Failure' {
  if (request.settled === undefined) return 'Pending';
  return request.outcomes.some((outcome) => outcome.status === 'Failed') ? 'Failure' : 'Success';
}
