/** Accounts, and how a request made in one ended. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { ServicePlan } from './plans.ts';

const IpPool = () =>
  z.looseObject({ poolName: z.string().nullish(), poolType: z.string().nullish(), isDefaultPool: z.boolean().nullish() });

const read = endpoint({
  id: 'thingspace.accounts.read',
  api: 'm2m',
  route: 'GET /api/m2m/v1/accounts/{accountName}',
  effects: [],
  sure: 'documented',
  source: 'get-account-information page, SDK',
  help: 'Reads one account: organisation, features, IP pools, service plans.',
  reply: () =>
    z.looseObject({
      accountName: z.string().nullish(),
      accountNumber: z.string().nullish(),
      organizationName: z.string().nullish(),
      /** False: devices must be added before they can be activated. */
      isProvisioningAllowed: z.boolean().nullish(),
      carriers: z.array(z.string()).nullish(),
      features: z.array(z.string()).nullish(),
      /** The pages write ipPools, the SDK iPPools. */
      ipPools: z.array(IpPool()).nullish(),
      iPPools: z.array(IpPool()).nullish(),
      servicePlans: z.array(ServicePlan()).nullish(),
    }),
  example: { path: { accountName: '0442000123-00001' } },
});

const requestStatus = endpoint({
  id: 'thingspace.accounts.requestStatus',
  api: 'm2m',
  route: 'GET /api/m2m/v1/accounts/{accountName}/requests/{requestId}/status',
  effects: [],
  sure: 'documented',
  source: 'get-request-status page, SDK',
  doubts: ['answers only for activate, suspend, restore and deactivate of a single device'],
  help: 'Says whether an activate, suspend, restore or deactivate of one device is pending, done or failed.',
  reply: () => z.looseObject({ requestId: z.string().nullish(), status: z.string() }),
  example: { path: { accountName: '0442000123-00001', requestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } },
});

export type RequestState = 'pending' | 'success' | 'failed' | 'unknown';

/** The status word of a request in one spelling: pages and SDK write Failure or Failed, in any case. */
export function requestStateOf(status: string): RequestState {
  const word = status.trim().toLowerCase();
  if (word === 'pending' || word === 'success') return word;
  return word === 'failure' || word === 'failed' ? 'failed' : 'unknown';
}

export const accounts = { read, requestStatus };
