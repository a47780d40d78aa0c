/** What a line takes: 5 provisioning actions a day (older text: 2) and 4 plan changes a month. The codes beyond are not documented, so both hold only while `line-quotas` is on. */
import type { World } from '../world.ts';
import { deedsOf } from './history.ts';
import type { Fault } from './requests.ts';
import type { TsDevice } from './seed.ts';

const day = 86_400_000;
const provisioning = ['Activate', 'Suspend', 'Restore', 'Deactivate'];
const actionsADay = 5;
const plansAMonth = 4;

/** The fault of a provisioning action that is one too many within 24 hours: our choice of a day. */
export function overDay(world: World, device: TsDevice, type: string | undefined, now: number): Fault | undefined {
  if (type === undefined || !provisioning.includes(type) || !world.faults.has('line-quotas')) return undefined;
  const done = deedsOf(device).filter((deed) => provisioning.includes(deed.type) && deed.status === 'Success' && deed.at > now - day);
  return done.length < actionsADay
    ? undefined
    : ['REQUEST_FAILED.ProvisioningLimitExceeded', 'The device has reached its provisioning actions of a day.'];
}

/** The fault of a plan change that is one too many in a calendar month: our choice of a month. */
export function overMonth(world: World, device: TsDevice, now: number): Fault | undefined {
  if (!world.faults.has('line-quotas')) return undefined;
  const month = new Date(now).toISOString().slice(0, 7);
  const done = (device.replanned ?? []).filter((at) => new Date(at).toISOString().startsWith(month));
  return done.length < plansAMonth
    ? undefined
    : ['REQUEST_FAILED.PlanChangeLimitExceeded', 'The device has reached its plan changes of a month.'];
}
