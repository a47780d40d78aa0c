/** Service plans of an account. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Attribute } from './ids.ts';

/** `code` is what other calls want; a placeholder row has no code and 0 kB and is to be passed over. */
export const ServicePlan = () =>
  z.looseObject({
    name: z.string().nullish(),
    code: z.string().nullish(),
    sizeKb: z.union([z.number(), z.string()]).nullish(),
    carrierServicePlanCode: z.union([z.string(), z.number()]).nullish(),
    extendedAttributes: z.array(Attribute()).nullish(),
  });

const list = endpoint({
  id: 'thingspace.plans.list',
  api: 'm2m',
  route: 'GET /api/m2m/v1/plans/{accountName}',
  effects: [],
  sure: 'documented',
  source: 'get-service-plans page, SDK',
  help: 'Lists the service plans of an account with code and size in kB.',
  reply: () => z.array(ServicePlan()),
  example: { path: { accountName: '0442000123-00001' } },
});

export const plans = { list };
