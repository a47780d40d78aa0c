/** State changes of a SIM and the callback bodies that report them. The members are those that existing clients read. */
import { day } from '../../durations.ts';
import type { World } from '../world.ts';
import { addToIndex, releaseMdn } from './device-lookup.ts';
import { pauseSessions, resumeSessions } from './history.ts';
import type { CallbackBody } from './requests.ts';
import { easternTime, identifiersOf, ipOf } from './serialize.ts';
import type { TsDevice } from './state.ts';

/** Activates a device with a new MDN. */
export function activateSim(world: World, device: TsDevice, plan: string, zip: string, now: number): void {
  const ts = world.thingspace;
  device.state = 'active';
  device.mdnIndex = ts.nextMdnIndex++;
  device.plan = plan;
  device.zip = zip;
  device.activated = now;
  device.firstActivated ??= now;
  resumeSessions(device, now);
  addToIndex(ts, device);
}

/** Deactivates a device and releases its MDN, with which its IP address and service plan disappear. */
export function deactivateSim(world: World, device: TsDevice, now: number): void {
  device.state = 'deactive';
  pauseSessions(device, now);
  releaseMdn(world.thingspace, device);
}

function featureCodes(world: World, device: TsDevice): string[] {
  const account = world.thingspace.accounts.find((one) => one.name === device.account);
  const code = account?.plans.find((plan) => plan.code === device.plan)?.carrierServicePlanCode;
  return code === undefined ? [] : [code];
}

/** Callback body of a successful activation. */
export function activateResponse(world: World, device: TsDevice): CallbackBody {
  return {
    deviceResponse: {
      activateResponse: {
        deviceIds: identifiersOf(device),
        featureCodes: featureCodes(world, device),
        ipAddress: device.mdnIndex === undefined ? '' : ipOf(device.mdnIndex),
        servicePlan: device.plan,
        state: 'active',
        deviceCredential: { username: '', password: '' },
      },
    },
  };
}

/** Callback body of a suspension. A suspension ends by itself after 90 consecutive days or 180 days in 12 months. All numbers are strings. */
export function suspendResponse(device: TsDevice, now: number): CallbackBody {
  const pauses = device.pauses ?? [];
  const since = pauses.at(-1)?.from ?? now;
  const used = Math.round(pauses.reduce((sum, one) => sum + Math.max(0, (one.to ?? now) - Math.max(one.from, now - 365 * day)), 0) / day);
  return {
    deviceResponse: {
      suspendResponse: {
        expectedResumeDate: easternTime(since + 90 * day),
        maxSuspendDaysAllowed: '90',
        numDaysSuspendAllowedCurrent12Months: String(Math.max(0, 180 - used)),
        numDaysSuspendedLast12Months: String(used),
      },
    },
  };
}

export const restoreResponse: CallbackBody = { deviceResponse: { restoreResponse: { restored: 'true' } } };
export const deactivateResponse: CallbackBody = { deviceResponse: { deactivateResponse: { deactivated: 'true' } } };
