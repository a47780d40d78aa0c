/** Handlers for accounts: account details, request status, SKUs and moving devices between accounts. */
import type { accounts as accountsContracts } from '../../clients/thingspace/accounts.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { readBody, required } from './body.ts';
import { accountOf, requirePlan } from './device-lookup.ts';
import { devicesOfElements, optionalList, selectDevices, stateFault } from './device-selection.ts';
import { acceptForDevices, findRequest, requestStatusOf } from './requests.ts';
import { defaultGroup } from './seed.ts';
import { serializePlan } from './serialize.ts';

export const accounts: Handlers<typeof accountsContracts> = {
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
        [world.faults.has('older-forms') ? 'ipPools' : 'iPPools']: [{ poolName: pool, poolType: 'Dynamic IP', isDefaultPool: true }],
        servicePlans: offered.map(serializePlan),
      },
    };
  },

  requestStatus({ world, path }) {
    const account = accountOf(world.thingspace, path.accountName);
    const request = findRequest(world, account.name, path.requestId, 1);
    return { status: 200, body: { requestId: request.id, status: requestStatusOf(request) } };
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
    const plan = asText(sent['servicePlan']);
    if (plan !== undefined) requirePlan(target, plan);
    const listed = optionalList(sent);
    const { account, ...filter } = asObject(sent['filter']);
    const { groupName, customFields } = sent;
    const targets = listed
      ? devicesOfElements(world, listed)
      : selectDevices(world, { groupName, customFields, ...filter, accountName: account });
    return acceptForDevices(world, 'move', targets, (device) => {
      if (device.state !== 'active') return stateFault('active');
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
