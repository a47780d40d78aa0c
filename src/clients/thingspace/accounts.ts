/** Accounts: details, status of asynchronous requests, and moving devices between accounts. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { ServicePlan } from './plans.ts';
import { Account, CustomField, Ref } from './safe-text.ts';
import { Accepted, DeviceFilter, Devices } from './selection.ts';

const IpPool = () =>
  z.looseObject({ poolName: z.string().nullish(), poolType: z.string().nullish(), isDefaultPool: z.boolean().nullish() });

const read = endpoint({
  id: 'thingspace.accounts.read',
  api: 'm2m',
  route: 'GET /api/m2m/v1/accounts/{accountName}',
  path: { accountName: 'target' },
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
      /** `ipPools` on the pages, `iPPools` in the SDK. */
      ipPools: z.array(IpPool()).nullish(),
      iPPools: z.array(IpPool()).nullish(),
      servicePlans: z.array(ServicePlan()).nullish(),
    }),
  bears: ({ accountName }) => accountName,
  example: { path: { accountName: '0442000123-00001' } },
});

const requestStatus = endpoint({
  id: 'thingspace.accounts.requestStatus',
  api: 'm2m',
  route: 'GET /api/m2m/v1/accounts/{accountName}/requests/{requestId}/status',
  path: { accountName: 'reference', requestId: 'target' },
  effects: [],
  sure: 'documented',
  source: 'get-request-status page, SDK',
  doubts: ['works only for activate, suspend, restore and deactivate of a single device'],
  help: 'Reads whether an activate, suspend, restore or deactivate of one device is pending, done or failed.',
  reply: () => z.looseObject({ requestId: z.string().nullish(), status: z.string() }),
  bears: ({ requestId }) => requestId,
  example: { path: { accountName: '0442000123-00001', requestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } },
});

const skus = endpoint({
  id: 'thingspace.accounts.skus',
  api: 'm2m',
  route: 'POST /api/m2m/v1/accounts/{accountName}/sku',
  path: { accountName: 'target' },
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-sku-list page',
  doubts: ['limited release: not available to every account'],
  help: 'Lists the device SKUs of an account with their certification status.',
  reply: () =>
    z.looseObject({
      accountName: z.string().nullish(),
      /** deviceSkuStatus: Valid, Certified and in DMD, Certified but not in DMD, Not Certified. */
      deviceSkuInfo: z.array(z.looseObject({ deviceSku: z.string().nullish(), deviceSkuStatus: z.string().nullish() })).nullish(),
    }),
  example: { path: { accountName: '0442000123-00001' } },
});

const move = endpoint({
  id: 'thingspace.accounts.move',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/devices/actions/move',
  effects: ['billing'],
  sure: 'documented',
  source: 'move-devices page, SDK',
  doubts: [
    'works between accounts of one customer profile that use IoT Order Flow; history remains with the old account',
    'suspension counters restart',
    'a filter applies to every matching device',
  ],
  help: 'Moves active devices to another account; servicePlan is required if the target account lacks their plan.',
  body: () =>
    z
      .strictObject({
        /** The target account. */
        accountName: Account(),
        devices: Devices().optional(),
        filter: DeviceFilter().optional(),
        groupName: Ref('target').optional(),
        customFields: z.array(CustomField()).min(1).optional(),
        servicePlan: Ref('reference').optional(),
        carrierIpPoolName: Ref('reference').optional(),
      })
      .refine(
        (body) => (body.devices === undefined) !== [body.filter, body.groupName, body.customFields].every((one) => one === undefined),
        {
          path: ['devices'],
          error: 'give either devices or a filter (filter, groupName, customFields)',
        },
      ),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00002',
      devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
      servicePlan: 'IOTLOW5MB',
    },
  },
});

export const accounts = { read, requestStatus, skus, move };
