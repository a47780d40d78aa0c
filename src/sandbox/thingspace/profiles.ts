import type { profiles as contracts } from '../../clients/thingspace/profiles.ts';
import { asObject, asText, type Handlers, type SandboxRequest, type SandboxResponse } from '../handler.ts';
import { seededUuid } from '../random.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { accountOf, requirePlan } from './device-lookup.ts';
import { devicesOfElements, requiredList, stateFault } from './device-selection.ts';
import { apiError } from './errors.ts';
import { runAfter } from './outbox.ts';
import type { RequestFault } from './request-fault.ts';
import { acceptRequest, type DeviceTask, withHistory } from './requests.ts';
import { activateResponse, activateSim, deactivateResponse, deactivateSim } from './sim-lifecycle.ts';
import type { ProfileState, TsDevice } from './state.ts';

const noProfile: RequestFault = ['INPUT_INVALID.DeviceState.Invalid', 'The device holds no profile for this.'];

export function eidAndIccid(device: TsDevice): { id: string; kind: string }[] {
  return [{ id: device.iccid, kind: 'iccid' }, ...(device.eid === undefined ? [] : [{ id: device.eid, kind: 'eid' }])];
}

/** Accepts a request on profiles. Elements identify a device by `deviceIds`, or by `ids` as the SDK sends it. */
export function acceptProfileRequest(request: SandboxRequest, work: DeviceTask, type?: string): SandboxResponse<{ requestId: string }> {
  const { world } = request;
  const sent = readBody(request.body);
  const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
  const elements = requiredList(sent).map((one) => {
    const { ids, deviceIds = ids } = asObject(one);
    return { deviceIds };
  });
  return acceptRequest(world, {
    action: 'profile',
    account: () => account,
    subjects: devicesOfElements(world, elements, account),
    ids: eidAndIccid,
    task: withHistory(world, type, (device, now, sendCallback) =>
      device.eid === undefined
        ? ['INPUT_INVALID.Device.Identifier.Invalid', 'The device is no eUICC device.']
        : work(device, now, sendCallback),
    ),
  });
}

/** Returns a task that changes a device's profile to `next` when it is in one of the `from` states. */
export function profileChange(next: ProfileState, from: readonly (ProfileState | undefined)[]): DeviceTask {
  return (device) => {
    if (device.state !== 'active') return stateFault('active');
    if (!from.includes(device.profile)) return noProfile;
    device.profile = next;
    return undefined;
  };
}

/** Returns a task that activates a device with the requested service plan, or with the plan that the device had. */
function activation(world: World, body: unknown): DeviceTask {
  const sent = readBody(body);
  const plan = asText(sent['servicePlan']);
  const account = accountOf(world.thingspace, required(sent, 'accountName'));
  if (plan !== undefined) requirePlan(account, plan);
  const zip = asText(sent['mdnZipCode']);
  return (device, now) => {
    if (device.mdnIndex !== undefined) return ['REQUEST_FAILED.DeviceAlreadyActive', 'Device is already active'];
    const newPlan = plan ?? device.plan;
    if (newPlan === '') return ['REQUEST_FAILED.ServicePlan.NotFound', 'No service plan is named.'];
    activateSim(world, device, newPlan, zip ?? device.zip, now);
    return activateResponse(world, device);
  };
}

/**
 * Handlers for profiles on eUICC devices. ThingSpace accepts one device per request in these calls, the sandbox accepts more. Assumptions: a
 * download sends two callbacks, a warning first and the result after the same time again; the bodies of the callbacks; a profile stays enabled
 * next to a newer one until it is disabled.
 */
export const profiles: Handlers<typeof contracts> = {
  activateEnable(request) {
    const activate = activation(request.world, request.body);
    return acceptProfileRequest(
      request,
      (device, now, sendCallback) => {
        const result = activate(device, now, sendCallback);
        if (!Array.isArray(result)) device.profile = 'DOWNLOAD_ENABLE';
        return result;
      },
      'Activate',
    );
  },

  activate: (request) => acceptProfileRequest(request, activation(request.world, request.body), 'Activate'),

  deactivate(request) {
    const sent = readBody(request.body);
    // The error code for an invalid reason code is not documented.
    if (required(sent, 'reasonCode') !== 'FF') throw apiError('INPUT_INVALID.ReasonCode.Invalid', 'The reason code is not valid.');
    const needsFallback = sent['checkFallbackProfile'] === true;
    return acceptProfileRequest(
      request,
      (device, now) => {
        if (device.mdnIndex === undefined) return stateFault('active');
        if (needsFallback && !device.fallback) return noProfile;
        deactivateSim(request.world, device, now);
        return deactivateResponse;
      },
      'Deactivate',
    );
  },

  setFallback: (request) =>
    acceptProfileRequest(request, (device) => {
      device.fallback = true;
      return undefined;
    }),

  downloadEnable: (request) =>
    acceptProfileRequest(request, (device, now, sendCallback) => {
      const fault = profileChange('DOWNLOAD_ENABLE', [undefined, 'NOT_DOWNLOADED', 'DELETE', 'DOWNLOAD_DISABLE'])(
        device,
        now,
        sendCallback,
      );
      if (fault) return fault;
      runAfter(request.world, request.world.thingspace.settleMs, () => sendCallback('DeviceProfileService', {}));
      return { status: 'warning' };
    }),

  downloadDisable: (request) => acceptProfileRequest(request, profileChange('DOWNLOAD_DISABLE', [undefined, 'NOT_DOWNLOADED', 'DELETE'])),

  enable: (request) => acceptProfileRequest(request, profileChange('ENABLE', ['DISABLE', 'DOWNLOAD_DISABLE'])),

  disable: (request) => acceptProfileRequest(request, profileChange('DISABLE', ['ENABLE', 'DOWNLOAD_ENABLE'])),

  remove: (request) => acceptProfileRequest(request, profileChange('DELETE', ['ENABLE', 'DISABLE', 'DOWNLOAD_ENABLE', 'DOWNLOAD_DISABLE'])),

  renewActivationCode: (request) =>
    acceptProfileRequest(request, (device, now) => {
      if (device.state !== 'deactive') return stateFault('deactive');
      const activationCode = `LPA:1$smdp.example$${seededUuid(request.world.seed, 'ts-activation-code', device.n, now).toUpperCase()}`;
      device.activationCode = activationCode;
      return { deviceResponse: { activationCodeResponse: { activationCode } } };
    }),
};
