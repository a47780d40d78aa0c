import type { plans as contracts } from '../../clients/thingspace/plans.ts';
import type { Handlers } from '../handler.ts';
import { readBody, required } from './body.ts';
import { accountOf } from './device-lookup.ts';
import { selectDevices, stateFault } from './device-selection.ts';
import { apiError } from './errors.ts';
import { monthlyLimitFault } from './quotas.ts';
import { acceptForDevices } from './requests.ts';
import { serializePlan } from './serialize.ts';

export const plans: Handlers<typeof contracts> = {
  list: ({ world, path }) => ({ status: 200, body: accountOf(world.thingspace, path.accountName).plans.map(serializePlan) }),

  change({ world, body }) {
    const ts = world.thingspace;
    const { servicePlan: _, currentServicePlan, ...rest } = readBody(body);
    const plan = required(readBody(body), 'servicePlan');
    const targets = selectDevices(world, { ...rest, servicePlan: currentServicePlan });
    const offered = ts.accounts.filter((account) => account.plans.some((one) => one.code === plan)).map(({ name }) => name);
    if (!targets.every((device) => offered.includes(device.account)))
      throw apiError(`REQUEST_FAILED.${plan}.NotFound`, 'The service plan does not exist.');
    return acceptForDevices(world, 'plan', targets, (device, now) => {
      if (device.state !== 'active') return stateFault('active');
      const limitFault = monthlyLimitFault(world, device, now);
      if (limitFault) return limitFault;
      device.plan = plan;
      device.planChanges = [...(device.planChanges ?? []), now];
      return undefined;
    });
  },
};
