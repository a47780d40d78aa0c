/** Service plans of an account, and plan changes of devices. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Attribute } from './ids.ts';
import { Account, CustomField, Ref, SafeText } from './safe-text.ts';
import { Accepted, Devices, filterScopeDoubt } from './selection.ts';

/** Other operations refer to a plan by `code`. A row without code and with 0 kB is a placeholder to skip. */
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
  path: { accountName: 'target' },
  effects: [],
  sure: 'documented',
  source: 'get-service-plans page, SDK',
  help: 'Lists the service plans of an account with code and size in kB.',
  reply: () => z.array(ServicePlan()),
  example: { path: { accountName: '0442000123-00001' } },
});

interface PlanSelection {
  devices?: unknown;
  accountName?: unknown;
  groupName?: unknown;
  currentServicePlan?: unknown;
  customFields?: unknown;
}

const hasFilter = (body: PlanSelection): boolean =>
  [body.groupName, body.currentServicePlan, body.customFields].some((value) => value !== undefined);

const change = endpoint({
  id: 'thingspace.plans.change',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/devices/actions/plan',
  effects: ['billing'],
  sure: 'documented',
  source: 'change-device-service-plan page, SDK',
  doubts: [
    'the format of takeEffect is not verified; a date is the best guess',
    'a device allows 4 plan changes per month, none while suspended',
    filterScopeDoubt,
  ],
  help: 'Changes the service plan of devices; filters are account, group, custom fields and currentServicePlan.',
  body: () =>
    z
      .strictObject({
        /** Code of the new service plan. */
        servicePlan: Ref('reference'),
        devices: Devices().optional(),
        accountName: Account().optional(),
        groupName: Ref('target').optional(),
        /** A filter: the service plan that the devices have now. */
        currentServicePlan: Ref('target').optional(),
        customFields: z.array(CustomField()).min(1).optional(),
        carrierIpPoolName: Ref('reference').optional(),
        takeEffect: SafeText().optional(),
      })
      .refine((body) => body.devices !== undefined || body.accountName !== undefined || hasFilter(body), {
        path: ['devices'],
        error: 'give devices or a filter (accountName, groupName, currentServicePlan, customFields)',
      })
      .refine((body) => body.devices === undefined || !hasFilter(body), {
        path: ['devices'],
        error: 'give devices or a filter (groupName, currentServicePlan, customFields), not both',
      }),
  reply: () => Accepted(),
  example: { body: { servicePlan: 'IOTLOW5MB', devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }] } },
});

export const plans = { list, change };
