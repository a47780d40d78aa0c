/** Asynchronous requests: accepted with a requestId, carried out later, with one outcome and one callback per device. */
import type { CallbackService } from '../../clients/thingspace/callbacks.ts';
import type { SandboxResponse } from '../handler.ts';
import { seededUuid } from '../random.ts';
import type { World } from '../world.ts';
import { apiError } from './errors.ts';
import { isConnected, provisioningEventsOf } from './history.ts';
import { notifyMonitors } from './monitors.ts';
import { listenerOf, postCallback, runAfter } from './outbox.ts';
import { dailyLimitFault } from './quotas.ts';
import { type RequestFault, serializeFault } from './request-fault.ts';
import type { DeviceOutcome, RequestAction, TsDevice, TsRequest } from './state.ts';

/** Members of a callback besides ids and counters. `status` defaults to Success. */
export type CallbackBody = Record<string, unknown> & { status?: string };

/** Sends a callback in addition to the final one, to the listener of any service. */
export type SendCallback = (service: CallbackService, message: CallbackBody) => void;

/** Carries a request out for one subject. Returns a fault or the callback's members; undefined means an empty `deviceResponse`. */
export type RequestTask<T> = (subject: T, now: number, sendCallback: SendCallback) => RequestFault | CallbackBody | undefined;

/** Carries a request out for one device. */
export type DeviceTask = RequestTask<TsDevice>;

/** Callback service that receives the outcome of each action. */
const callbackServices: Record<RequestAction, CallbackService> = {
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
  upload: 'DeviceService',
  suspensionStatus: 'DeviceSuspensionStatus',
  prl: 'DevicePRLInformation',
  aggregateUsage: 'DeviceUsage',
  promoUsage: 'DevicePromoUsage',
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
const eventTypes: Partial<Record<RequestAction, string>> = {
  activate: 'Activate',
  suspend: 'Suspend',
  restore: 'Restore',
  deactivate: 'Deactivate',
  move: 'Device Move',
};

const pollableV1: readonly RequestAction[] = ['activate', 'suspend', 'restore', 'deactivate'];
const pollableV2: readonly RequestAction[] = ['profile', 'globalList', 'globalHistory'];

const unexpected: RequestFault = ['REQUEST_FAILED.UnexpectedError', 'An unexpected error occurred.'];

/** A request to accept. A subject is a device, or whatever else has an outcome of its own. */
export interface AcceptedRequest<T> {
  action: RequestAction;
  /** Account whose listeners receive the callback of a subject. */
  account: (subject: T) => string;
  subjects: readonly T[];
  /** Identifiers of a subject in the status of the request, and in callbacks unless `callbackIds` differs. */
  ids: (subject: T) => { id: string; kind: string }[];
  /** Identifiers of a subject in callbacks, where they differ from `ids`. */
  callbackIds?: (subject: T) => { id: string; kind: string }[];
  task: RequestTask<T>;
  /** Milliseconds until the request is carried out, instead of the world's `settleMs`. */
  settleMs?: number;
}

/** Accepts a request: returns its id at once and carries it out after `settleMs`. */
export function acceptRequest<T>(world: World, job: AcceptedRequest<T>): SandboxResponse<{ requestId: string }> {
  const ts = world.thingspace;
  const id = seededUuid(world.seed, 'ts-request', ts.requests.size);
  const rows = [...new Set(job.subjects)].map((subject) => {
    const ids = job.ids(subject);
    const eid = ids.find((one) => one.kind === 'eid')?.id;
    const outcome: DeviceOutcome = { iccid: ids[0]?.id ?? '', ...(eid === undefined ? {} : { eid }), status: 'Pending' };
    return { subject, outcome, ids: job.callbackIds?.(subject) ?? ids, account: job.account(subject) };
  });
  const request: TsRequest = {
    id,
    action: job.action,
    account: rows[0]?.account ?? '',
    created: world.clock.now(),
    outcomes: rows.map(({ outcome }) => outcome),
  };
  ts.requests.set(id, request);
  const halfFails = world.faults.has('half-fails');
  const finish = (): void => {
    request.settled = world.clock.now();
    for (const [i, { subject, outcome, ids, account }] of rows.entries()) {
      const sendCallback: SendCallback = (service, message) => postCallback(world, account, service, callbackMessage(id, ids, message));
      const result = halfFails && i % 2 === 1 ? unexpected : job.task(subject, world.clock.now(), sendCallback);
      if (isFault(result)) {
        outcome.status = 'Failed';
        outcome.fault = serializeFault(result);
        sendCallback(callbackServices[job.action], { faultResponse: outcome.fault, status: 'Failed' });
      } else {
        outcome.status = 'Success';
        sendCallback(callbackServices[job.action], result ?? {});
      }
    }
  };
  runAfter(world, job.settleMs ?? ts.settleMs, () => {
    const delay = job.action === 'profile' ? world.faults.delayMs('warning-first') : 0;
    if (delay === 0) return finish();
    for (const { ids, account } of rows)
      postCallback(world, account, callbackServices[job.action], callbackMessage(id, ids, { status: 'warning' }));
    runAfter(world, delay, finish);
  });
  return { status: 200, body: { requestId: id } };
}

function isFault(result: RequestFault | CallbackBody | undefined): result is RequestFault {
  return Array.isArray(result);
}

function callbackMessage(requestId: string, deviceIds: { id: string; kind: string }[], message: CallbackBody): Record<string, unknown> {
  const { status = 'Success', ...rest } = message;
  const empty = Object.keys(rest).length === 0;
  return { requestId, deviceIds, ...(empty ? { deviceResponse: {} } : rest), status };
}

/** Identifiers of a device in callbacks: its ICCID. */
export function callbackIdsOf(device: TsDevice): { id: string; kind: string }[] {
  return [{ id: device.iccid, kind: 'iccid' }];
}

/** One identifier of a device; which one, and how its kind is spelled, depends on request and device. */
function varyingIdsOf(device: TsDevice, request: number): { id: string; kind: string }[] {
  const mdn = device.mdnIndex === undefined ? undefined : String(2_085_550_100 + device.mdnIndex);
  const forms = [
    { id: device.iccid, kind: 'Iccid' },
    ...(mdn === undefined ? [] : [{ id: mdn, kind: 'mdn' }]),
    ...(device.imei === undefined ? [] : [{ id: device.imei, kind: 'IMEI' }]),
  ];
  return forms.slice((request + device.n) % forms.length).slice(0, 1);
}

/** Wraps a task: checks the daily limit, records the result in the provisioning history when `type` is given, and notifies monitors of a changed connection. */
export function withHistory(world: World, type: string | undefined, task: DeviceTask): DeviceTask {
  return (device, now, sendCallback) => {
    const wasConnected = isConnected(device, now);
    // Read before the task runs: the events of a seeded device are derived from its state, which the task changes.
    const history = provisioningEventsOf(device);
    const limitFault = dailyLimitFault(world, device, type, now);
    // An activation that fails leaves the SIM deactivated.
    if (limitFault && device.state === 'pending activation') device.state = 'deactive';
    const result = limitFault ?? task(device, now, sendCallback);
    if (type) history.push({ at: now, type, status: isFault(result) ? 'Failed' : 'Success' });
    if (isConnected(device, now) !== wasConnected) notifyMonitors(world, device);
    return result;
  };
}

/** Accepts a request on devices. */
export function acceptForDevices(
  world: World,
  action: RequestAction,
  targets: readonly TsDevice[],
  task: DeviceTask,
): SandboxResponse<{ requestId: string }> {
  const work = withHistory(world, eventTypes[action], task);
  const number = world.thingspace.requests.size;
  return acceptRequest(world, {
    action,
    account: (device) => device.account,
    subjects: targets,
    ids: callbackIdsOf,
    callbackIds: (device) => (world.faults.has('older-forms') ? callbackIdsOf(device) : varyingIdsOf(device, number)),
    task: work,
  });
}

/** Rejects a request whose result only a callback can deliver when no listener is registered. The error code is not documented. */
export function requireListener(world: World, account: string, action: RequestAction): void {
  if (!listenerOf(world, account, callbackServices[action]))
    throw apiError('REQUEST_FAILED.CallbackNotRegistered', `No listener is registered for ${callbackServices[action]}.`);
}

/** Returns a request whose status can be read with this API version. The error code for an unknown request is not documented. */
export function findRequest(world: World, account: string, id: string, version: 1 | 2): TsRequest {
  const request = world.thingspace.requests.get(id);
  const polled = version === 1 ? pollableV1 : pollableV2;
  if (request?.account !== account || !polled.includes(request.action))
    throw apiError('REQUEST_FAILED.RequestNotFound', 'The request does not exist.');
  return request;
}

/** Status of a whole request. The documents define it for a single device only; assumption: one failed device makes the request a Failure. */
export function requestStatusOf(request: TsRequest): 'Pending' | 'Success' | 'Failure' {
  if (request.settled === undefined) return 'Pending';
  return request.outcomes.some((outcome) => outcome.status === 'Failed') ? 'Failure' : 'Success';
}
