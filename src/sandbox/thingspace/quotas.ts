/**
 * Limits per SIM: 5 provisioning actions a day (an older document says 2) and 4 plan changes a month.
 * The error codes are not documented, so the limits apply only while the fault `line-quotas` is active.
 */
import { day } from '../../durations.ts';
import type { World } from '../world.ts';
import { provisioningEventsOf } from './history.ts';
import type { RequestFault } from './request-fault.ts';
import type { TsDevice } from './state.ts';

const provisioningTypes = ['Activate', 'Suspend', 'Restore', 'Deactivate'];
const maxActionsPerDay = 5;
const maxPlanChangesPerMonth = 4;

/** Returns a fault when a provisioning action exceeds the daily limit. Assumption: a day is the last 24 hours. */
export function dailyLimitFault(world: World, device: TsDevice, type: string | undefined, now: number): RequestFault | undefined {
  if (type === undefined || !provisioningTypes.includes(type) || !world.faults.has('line-quotas')) return undefined;
  const done = provisioningEventsOf(device).filter(
    (event) => provisioningTypes.includes(event.type) && event.status === 'Success' && event.at > now - day,
  );
  return done.length < maxActionsPerDay
    ? undefined
    : ['REQUEST_FAILED.ProvisioningLimitExceeded', 'The device has reached its provisioning actions of a day.'];
}

/** Returns a fault when a plan change exceeds the monthly limit. Assumption: a month is the calendar month in UTC. */
export function monthlyLimitFault(world: World, device: TsDevice, now: number): RequestFault | undefined {
  if (!world.faults.has('line-quotas')) return undefined;
  const month = new Date(now).toISOString().slice(0, 7);
  const done = (device.planChanges ?? []).filter((at) => new Date(at).toISOString().startsWith(month));
  return done.length < maxPlanChangesPerMonth
    ? undefined
    : ['REQUEST_FAILED.PlanChangeLimitExceeded', 'The device has reached its plan changes of a month.'];
}
