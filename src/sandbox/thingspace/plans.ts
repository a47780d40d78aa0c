import type { plans as contracts } from '../../clients/thingspace/plans.ts';
import type { Behaviours } from '../behaviour.ts';
import { readBody, required } from './body.ts';
import { chosen, notIn } from './chosen.ts';
import { accountOf } from './find.ts';
import { overMonth } from './quotas.ts';
import { accept } from './requests.ts';
import { planWire } from './shapes.ts';
import { wrong } from './wrong.ts';

export const plans: Behaviours<typeof contracts> = {
  list: ({ world, path }) => ({ status: 200, body: accountOf(world.thingspace, path.accountName).plans.map(planWire) }),

  change({ world, body }) {
    const ts = world.thingspace;
    const { servicePlan: _, currentServicePlan, ...rest } = readBody(body);
    const plan = required(readBody(body), 'servicePlan');
    const targets = chosen(world, { ...rest, servicePlan: currentServicePlan });
    const offered = ts.accounts.filter((account) => account.plans.some((one) => one.code === plan)).map(({ name }) => name);
    if (!targets.every((device) => offered.includes(device.account)))
      throw wrong(`REQUEST_FAILED.${plan}.NotFound`, 'The service plan does not exist.');
    return accept(world, 'plan', targets, (device, now) => {
      if (device.state !== 'active') return notIn('active');
      const limitFault = overMonth(world, device, now);
      if (limitFault) return limitFault;
      device.plan = plan;
      device.replanned = [...(device.replanned ?? []), now];
      return undefined;
    });
  },
};
