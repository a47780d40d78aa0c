/** State changes of a SIM and the callback bodies that report them. The members are those that existing clients read. */
import type { World } from '../world.ts';
import { enter, unline } from './find.ts';
import { pause, resume } from './history.ts';
import type { Message } from './requests.ts';
import type { TsDevice } from './seed.ts';
import { eastern, idsOf, ipOf } from './shapes.ts';

const day = 86_400_000;

/** Activates a device with a new MDN. */
export function open(world: World, device: TsDevice, plan: string, zip: string, now: number): void {
  const ts = world.thingspace;
  device.state = 'active';
  device.line = ts.nextLine++;
  device.plan = plan;
  device.zip = zip;
  device.activated = now;
  device.begun ??= now;
  resume(device, now);
  enter(ts, device);
}

/** Deactivates a device and releases its MDN, with which its IP address and service plan disappear. */
export function close(world: World, device: TsDevice, now: number): void {
  device.state = 'deactive';
  pause(device, now);
  unline(world.thingspace, device);
}

function featureCodes(world: World, device: TsDevice): string[] {
  const account = world.thingspace.accounts.find((one) => one.name === device.account);
  const code = account?.plans.find((plan) => plan.code === device.plan)?.carrierServicePlanCode;
  return code === undefined ? [] : [code];
}

/** Callback body of a successful activation. */
export function activated(world: World, device: TsDevice): Message {
  return {
    deviceResponse: {
      activateResponse: {
        deviceIds: idsOf(device),
        featureCodes: featureCodes(world, device),
        ipAddress: device.line === undefined ? '' : ipOf(device.line),
        servicePlan: device.plan,
        state: 'active',
        deviceCredential: { username: '', password: '' },
      },
    },
  };
}

/** Callback body of a suspension. A suspension ends by itself after 90 consecutive days or 180 days in 12 months. All numbers are strings. */
export function suspended(device: TsDevice, now: number): Message {
  const pauses = device.pauses ?? [];
  const since = pauses.at(-1)?.from ?? now;
  const used = Math.round(pauses.reduce((sum, one) => sum + Math.max(0, (one.to ?? now) - Math.max(one.from, now - 365 * day)), 0) / day);
  return {
    deviceResponse: {
      suspendResponse: {
        expectedResumeDate: eastern(since + 90 * day),
        maxSuspendDaysAllowed: '90',
        numDaysSuspendAllowedCurrent12Months: String(Math.max(0, 180 - used)),
        numDaysSuspendedLast12Months: String(used),
      },
    },
  };
}

export const restored: Message = { deviceResponse: { restoreResponse: { restored: 'true' } } };
export const deactivated: Message = { deviceResponse: { deactivateResponse: { deactivated: 'true' } } };
