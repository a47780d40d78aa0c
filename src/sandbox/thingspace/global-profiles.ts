import type { globalProfiles as contracts } from '../../clients/thingspace/global-profiles.ts';
import type { Handlers, SandboxRequest, SandboxResponse } from '../handler.ts';
import { readBody, required } from './body.ts';
import { accountOf, findByEid, readIds } from './device-lookup.ts';
import { requiredList, stateFault } from './device-selection.ts';
import { apiError } from './errors.ts';
import { pauseSessions, resumeSessions } from './history.ts';
import { runAfter } from './outbox.ts';
import { acceptProfileRequest, eidAndIccid, profileChange } from './profiles.ts';
import type { RequestFault } from './request-fault.ts';
import { acceptRequest, type DeviceTask, withHistory } from './requests.ts';
import type { TsDevice } from './state.ts';

// The words are documented, the codes are not.
const alreadySuspended: RequestFault = ['REQUEST_FAILED.ProfileAlreadySuspended', 'Profile is already suspended'];
const alreadyResumed: RequestFault = ['REQUEST_FAILED.ProfileAlreadyResumed', 'Profile is already resumed'];
const leadProfile: RequestFault = ['INPUT_INVALID.DeviceState.Invalid', 'The device holds no global profile.'];

const suspendProfile: DeviceTask = (device, now) => {
  if (device.state === 'suspend') return alreadySuspended;
  if (device.state !== 'active') return stateFault('active');
  device.state = 'suspend';
  pauseSessions(device, now);
  return undefined;
};

const resumeProfile: DeviceTask = (device, now) => {
  if (device.state === 'active') return alreadyResumed;
  if (device.state !== 'suspend') return stateFault('suspend');
  device.state = 'active';
  delete device.suspendedWithDevice;
  resumeSessions(device, now);
  return undefined;
};

const hasGlobalProfile = ({ profile }: TsDevice): boolean => profile !== undefined && profile !== 'NOT_DOWNLOADED' && profile !== 'DELETE';

/** Accepts a request on whole eUICCs: one callback for each SIM that it concerns, then one for the eUICC. */
function acceptDeviceRequest(
  { world, body }: SandboxRequest,
  type: string,
  concerns: (sim: TsDevice) => boolean,
  work: DeviceTask,
): SandboxResponse<{ requestId: string }> {
  const sent = readBody(body);
  const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
  const sims = requiredList(sent).flatMap((element) => {
    const [id] = readIds(element);
    const found = id?.kind === 'eid' ? findByEid(world.thingspace, id.id).filter((one) => one.account === account) : [];
    if (found.length === 0) throw apiError('REQUEST_FAILED.DeviceNotFound', 'The device does not exist.');
    return found.filter(concerns);
  });
  const open = new Map<string, { sims: number; fault?: RequestFault }>();
  for (const { eid = '' } of sims) open.set(eid, { sims: (open.get(eid)?.sims ?? 0) + 1 });
  return acceptRequest(world, {
    action: 'profile',
    account: () => account,
    subjects: sims,
    ids: eidAndIccid,
    task: withHistory(world, type, (device, now, sendCallback) => {
      const result = work(device, now, sendCallback);
      const rest = open.get(device.eid ?? '');
      if (rest) {
        rest.sims -= 1;
        if (rest.sims === 0)
          runAfter(world, 0, () => sendCallback('DeviceProfileService', { deviceIds: [{ id: device.eid ?? '', kind: 'eid' }] }));
      }
      return result;
    }),
  });
}

/**
 * Handlers for profiles of the Global IoT Orchestration. Assumptions: the SIM of an eUICC whose profile is downloaded is a global profile; a
 * suspended profile is a SIM in state suspend; a download leaves the profile disabled; the bodies of the callbacks.
 */
export const globalProfiles: Handlers<typeof contracts> = {
  download: (request) => acceptProfileRequest(request, profileChange('DOWNLOAD_DISABLE', [undefined, 'NOT_DOWNLOADED', 'DELETE'])),

  suspend: (request) =>
    acceptProfileRequest(
      request,
      (device, now, sendCallback) => (hasGlobalProfile(device) ? suspendProfile(device, now, sendCallback) : leadProfile),
      'Suspend',
    ),

  resume: (request) => acceptProfileRequest(request, resumeProfile, 'Restore'),

  suspendDevice: (request) =>
    acceptDeviceRequest(
      request,
      'Suspend',
      ({ state }) => state === 'active' || state === 'suspend',
      (device, now, sendCallback) => {
        const fault = suspendProfile(device, now, sendCallback);
        if (!fault) device.suspendedWithDevice = true;
        return fault;
      },
    ),

  // A profile that was suspended before its device stays suspended.
  resumeDevice: (request) =>
    acceptDeviceRequest(
      request,
      'Restore',
      ({ state, suspendedWithDevice }) => state === 'active' || (state === 'suspend' && suspendedWithDevice === true),
      resumeProfile,
    ),
};
