/** Handlers for accounts: account details, request status, SKUs and moving devices between accounts. */
import type { accounts as accountsContracts } from '../../clients/thingspace/accounts.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import { readBody, required } from './body.ts';
import { chosen, elements, namedIn, notIn } from './chosen.ts';
import { accountOf, planIn } from './find.ts';
import { accept, requestOf, statusOf } from './requests.ts';
import { defaultGroup } from './seed.ts';
import { planWire } from './shapes.ts';

export const accounts: Behaviours<typeof accountsContracts> = {
  read({ world, path }) {
    const { name, features, pool, plans: offered } = accountOf(world.thingspace, path.accountName);
    return {
      status: 200,
      body: {
        accountName: name,
        accountNumber: name,
        organizationName: 'Example Tank Co',
        isProvisioningAllowed: true,
        carriers: ['Verizon Wireless'],
        features,
        ipPools: [{ poolName: pool, poolType: 'Dynamic IP', isDefaultPool: true }],
        servicePlans: offered.map(planWire),
      },
    };
  },

  requestStatus({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName);
    const request = requestOf(world, account.name, path.requestId, 1);
    return { status: 200, body: { requestId: request.id, status: statusOf(request) } };
  },

  skus({ world, path }) {
    const { name } = accountOf(world.thingspace, path.accountName);
    return {
      status: 200,
      body: {
        accountName: name,
        deviceSkuInfo: [
          { deviceSku: 'EXSKU0001', deviceSkuStatus: 'Valid' },
          { deviceSku: 'EXSKU0002', deviceSkuStatus: 'Not Certified' },
        ],
      },
    };
  },

  move({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const target = accountOf(ts, required(sent, 'accountName'));
    const plan = textOf(sent['servicePlan']);
    if (plan !== undefined) planIn(target, plan);
    const listed = elements(sent);
    const { account, ...filter } = members(sent['filter']);
    const { groupName, customFields } = sent;
    const targets = listed ? namedIn(world, listed) : chosen(world, { groupName, customFields, ...filter, accountName: account });
    return accept(world, 'move', targets, (device) => {
      if (device.state !== 'active') return notIn('active');
      const newPlan = plan ?? device.plan;
      if (!target.plans.some((one) => one.code === newPlan))
        return [`REQUEST_FAILED.${newPlan}.NotFound`, 'The target account does not offer the service plan.'];
      device.account = target.name;
      device.group = defaultGroup(target.name);
      device.plan = newPlan;
      return undefined;
    });
  },
};
