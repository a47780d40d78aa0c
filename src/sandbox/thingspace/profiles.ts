import type { profiles as contracts } from '../../clients/thingspace/profiles.ts';
import { type Ask, type Behaviours, members, type Told, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { readBody, required } from './body.ts';
import { namedIn, notIn, requiredElements } from './chosen.ts';
import { accountOf, planIn } from './find.ts';
import { activated, close, deactivated, open } from './line.ts';
import { soon } from './outbox.ts';
import { type Carry, type Fault, promise, watched } from './requests.ts';
import type { Profile, TsDevice } from './seed.ts';
import { wrong } from './wrong.ts';

const noProfile: Fault = ['INPUT_INVALID.DeviceState.Invalid', 'The device holds no profile for this.'];

function eidAndIccid(device: TsDevice): { id: string; kind: string }[] {
  return [{ id: device.iccid, kind: 'iccid' }, ...(device.eid === undefined ? [] : [{ id: device.eid, kind: 'eid' }])];
}

/** Accepts an act on profiles; elements name a device by deviceIds, or by ids as the SDK writes it. */
function act(ask: Ask, work: Carry, type?: string): Told<{ requestId: string }> {
  const { world } = ask;
  const sent = readBody(ask.body);
  const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
  const elements = requiredElements(sent).map((one) => {
    const { ids, deviceIds = ids } = members(one);
    return { deviceIds };
  });
  return promise(world, {
    action: 'profile',
    account: () => account,
    subjects: namedIn(world, elements, account),
    ids: eidAndIccid,
    work: watched(world, type, (device, now, say) =>
      device.eid === undefined ? ['INPUT_INVALID.Device.Identifier.Invalid', 'The device is no eUICC device.'] : work(device, now, say),
    ),
  });
}

/** Moves the profile of one device on from one of these states. */
function to(next: Profile, from: readonly (Profile | undefined)[]): Carry {
  return (device) => {
    if (device.state !== 'active') return notIn('active');
    if (!from.includes(device.profile)) return noProfile;
    device.profile = next;
    return undefined;
  };
}

function state(ask: Ask, work: Carry): Told<{ requestId: string }> {
  required(readBody(ask.body), 'smsrOid');
  return act(ask, work);
}

/** Opens a line; the plan is the one named, else the one the device had. */
function opening(world: World, body: unknown): Carry {
  const sent = readBody(body);
  const plan = textOf(sent['servicePlan']);
  const account = accountOf(world.thingspace, required(sent, 'accountName'));
  if (plan !== undefined) planIn(account, plan);
  const zip = textOf(sent['mdnZipCode']);
  return (device, now) => {
    if (device.line !== undefined) return ['REQUEST_FAILED.DeviceAlreadyActive', 'Device is already active'];
    const kept = plan ?? device.plan;
    if (kept === '') return ['REQUEST_FAILED.ServicePlan.NotFound', 'No service plan is named.'];
    open(world, device, kept, zip ?? device.zip, now);
    return activated(world, device);
  };
}

/**
 * Profiles on eUICC devices. A download is told twice, a warning first and the end after the same time again: our choice,
 * as are the bodies of the callbacks and
 * that a profile stays enabled beside a newer one until it is disabled. The platform takes one device a request in these calls; more are taken too.
 */
export const profiles: Behaviours<typeof contracts> = {
  activateEnable(ask) {
    const begin = opening(ask.world, ask.body);
    return act(
      ask,
      (device, now, say) => {
        const ending = begin(device, now, say);
        if (!Array.isArray(ending)) device.profile = 'DOWNLOAD_ENABLE';
        return ending;
      },
      'Activate',
    );
  },

  activate: (ask) => act(ask, opening(ask.world, ask.body), 'Activate'),

  deactivate(ask) {
    const sent = readBody(ask.body);
    // The code of a wrong reason is not documented.
    if (required(sent, 'reasonCode') !== 'FF') throw wrong('INPUT_INVALID.ReasonCode.Invalid', 'The reason code is not valid.');
    const careful = sent['checkFallbackProfile'] === true;
    return act(
      ask,
      (device, now) => {
        if (device.line === undefined) return notIn('active');
        if (careful && !device.fallback) return noProfile;
        close(ask.world, device, now);
        return deactivated;
      },
      'Deactivate',
    );
  },

  setFallback: (ask) =>
    act(ask, (device) => {
      device.fallback = true;
      return undefined;
    }),

  downloadEnable: (ask) =>
    state(ask, (device, now, say) => {
      const fault = to('DOWNLOAD_ENABLE', [undefined, 'NOT_DOWNLOADED', 'DELETE', 'DOWNLOAD_DISABLE'])(device, now, say);
      if (fault) return fault;
      soon(ask.world, ask.world.thingspace.settleMs, () => say('DeviceProfileService', {}));
      return { status: 'warning' };
    }),

  enable: (ask) => state(ask, to('ENABLE', ['DISABLE', 'DOWNLOAD_DISABLE'])),

  disable: (ask) => state(ask, to('DISABLE', ['ENABLE', 'DOWNLOAD_ENABLE'])),

  remove: (ask) => state(ask, to('DELETE', ['ENABLE', 'DISABLE', 'DOWNLOAD_ENABLE', 'DOWNLOAD_DISABLE'])),
};
