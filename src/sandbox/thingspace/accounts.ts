/** Accounts with their plans, and how a request ended. */
import type { accounts as accountsContracts } from '../../clients/thingspace/accounts.ts';
import type { plans as plansContracts } from '../../clients/thingspace/plans.ts';
import type { Behaviours } from '../behaviour.ts';
import { accountOf } from './find.ts';
import { statusOf } from './requests.ts';
import { planWire } from './shapes.ts';
import { wrong } from './wrong.ts';

export const plans: Behaviours<typeof plansContracts> = {
  list: ({ world, path }) => ({ status: 200, body: accountOf(world.thingspace, path.accountName).plans.map(planWire) }),
};

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
    const request = world.thingspace.requests.get(path.requestId);
    // The code of an unknown request is not documented.
    if (request?.account !== account.name) throw wrong('REQUEST_FAILED.RequestNotFound', 'The request does not exist.');
    return { status: 200, body: { requestId: request.id, status: statusOf(request) } };
  },
};
