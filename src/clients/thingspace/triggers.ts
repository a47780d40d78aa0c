/** Triggers: the platform monitors usage, sessions or hardware and notifies AlertService when a threshold is exceeded. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Account, Ref } from './safe-text.ts';

const Text = () => z.union([z.string(), z.number()]).nullish();
const Triggered = () => z.looseObject({ triggerId: z.string().nullish() });
const Comparator = () => z.enum(['lt', 'lte', 'gt', 'gte']);
const alertDoubts = [
  'the values of thresholdUnit are not verified: KB, MB, GB',
  'alerts come only to a listener registered for AlertService; their format and timing and the start of a month are not verified',
];

/** The field that each category requires; DeviceIMEIChange has none. */
export const triggerMembers = {
  DeviceDataUsage: 'dataTriggerRequest',
  AggregateDeviceDataUsage: 'dataTriggerRequest',
  DeviceSMSUsage: 'smsTriggerRequest',
  DeviceSessionTime: 'sessionTriggerRequest',
  DeviceIMEIChange: undefined,
  UsageAnomaly: 'anomalyTriggerRequest',
  PromoAlert: 'promoAlertTriggerRequest',
} as const;

const categories = Object.keys(triggerMembers) as (keyof typeof triggerMembers)[];

const TriggerSettings = () => ({
  accountName: Account().optional(),
  groupName: Ref('reference').optional(),
  triggerCategory: z.enum(categories),
  dataTriggerRequest: z
    .strictObject({ comparator: Comparator(), threshold: z.number(), thresholdUnit: z.enum(['KB', 'MB', 'GB']) })
    .optional(),
  smsTriggerRequest: z.strictObject({ smsType: z.enum(['MO', 'MT', 'MOMT']), comparator: Comparator(), threshold: z.number() }).optional(),
  sessionTriggerRequest: z.strictObject({ comparator: Comparator(), threshold: z.number() }).optional(),
  anomalyTriggerRequest: z
    .strictObject({
      accountNames: Ref('reference'),
      includeAbnormal: z.boolean().optional(),
      includeVeryAbnormal: z.boolean().optional(),
      includeUnderExpectedUsage: z.boolean().optional(),
      includeOverExpectedUsage: z.boolean().optional(),
    })
    .optional(),
});

interface TriggerBody {
  triggerCategory: keyof typeof triggerMembers;
  dataTriggerRequest?: unknown;
  smsTriggerRequest?: unknown;
  sessionTriggerRequest?: unknown;
  anomalyTriggerRequest?: unknown;
  promoAlertTriggerRequest?: unknown;
}

const hasMatchingField = (body: TriggerBody): boolean => {
  const member = triggerMembers[body.triggerCategory];
  return [...new Set(Object.values(triggerMembers))].every((one) => one === undefined || (body[one] !== undefined) === (one === member));
};
const matchingFieldRule = {
  path: ['triggerCategory'],
  error: 'requires exactly the field that belongs to it, for example dataTriggerRequest for DeviceDataUsage',
};

const create = endpoint({
  id: 'thingspace.triggers.create',
  api: 'm2m',
  route: 'POST /api/m2m/v1/triggers',
  effects: ['write'],
  sure: 'documented',
  source: 'create-trigger page, SDK',
  doubts: alertDoubts,
  help: 'Creates a trigger on usage, SMS, session time, IMEI change or anomalies of a group of devices.',
  body: () =>
    z
      .strictObject({ name: Ref('new'), ...TriggerSettings(), triggerCycle: z.enum(['Daily', 'Weekly', 'Monthly']).optional() })
      .refine(hasMatchingField, matchingFieldRule),
  reply: () => Triggered(),
  example: {
    body: {
      name: 'heavy west',
      accountName: '0442000123-00001',
      groupName: 'West tanks',
      triggerCategory: 'DeviceDataUsage',
      triggerCycle: 'Daily',
      dataTriggerRequest: { comparator: 'gt', threshold: 50, thresholdUnit: 'MB' },
    },
  },
});

const TriggerList = () =>
  z.array(
    z.looseObject({
      triggers: z
        .array(
          z.looseObject({
            triggerId: Text(),
            triggerName: Text(),
            organizationName: Text(),
            triggerCategory: Text(),
            triggerCycle: Text(),
            accountName: Text(),
            groupName: Text(),
            notificationGroupName: Text(),
            comparator: Text(),
            threshold: Text(),
            thresholdUnit: Text(),
            smsType: Text(),
            createdAt: Text(),
            modifiedAt: Text(),
          }),
        )
        .nullish(),
    }),
  );

const list = endpoint({
  id: 'thingspace.triggers.list',
  api: 'm2m',
  route: 'GET /api/m2m/v1/triggers',
  effects: [],
  sure: 'documented',
  source: 'SDK',
  help: 'Lists the triggers visible to the user.',
  reply: () => TriggerList(),
  example: {},
});

const read = endpoint({
  id: 'thingspace.triggers.read',
  api: 'm2m',
  route: 'GET /api/m2m/v1/triggers/{triggerId}',
  path: { triggerId: 'target' },
  effects: [],
  sure: 'documented',
  source: 'SDK',
  help: 'Reads one trigger.',
  reply: () => TriggerList(),
  bears: (lists) => lists.flatMap(({ triggers: rows }) => rows?.map(({ triggerId }) => triggerId) ?? []),
  example: { path: { triggerId: '3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } },
});

const update = endpoint({
  id: 'thingspace.triggers.update',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/triggers',
  effects: ['write'],
  sure: 'documented',
  source: 'SDK',
  doubts: [...alertDoubts, 'the whole trigger is sent; omitted fields may be lost'],
  help: 'Replaces a trigger, or turns it on or off.',
  body: () =>
    z
      .strictObject({
        triggerId: Ref('target'),
        triggerName: Ref('new'),
        ...TriggerSettings(),
        promoAlertTriggerRequest: z
          .strictObject({
            dataPercentage50: z.boolean().optional(),
            dataPercentage75: z.boolean().optional(),
            dataPercentage90: z.boolean().optional(),
            smsPercentage50: z.boolean().optional(),
            smsPercentage75: z.boolean().optional(),
            smsPercentage90: z.boolean().optional(),
            noOfDaysB4PromoExp: z.number().int().optional(),
          })
          .optional(),
        cycleType: z.enum(['cycleone', 'cycletwo']).optional(),
        active: z.boolean().optional(),
      })
      .refine(hasMatchingField, matchingFieldRule),
  reply: () => Triggered(),
  example: {
    body: {
      triggerId: '3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
      triggerName: 'heavy west',
      accountName: '0442000123-00001',
      groupName: 'West tanks',
      triggerCategory: 'DeviceDataUsage',
      dataTriggerRequest: { comparator: 'gt', threshold: 80, thresholdUnit: 'MB' },
      active: true,
    },
  },
});

const remove = endpoint({
  id: 'thingspace.triggers.remove',
  api: 'm2m',
  route: 'DELETE /api/m2m/v1/triggers/{triggerId}',
  path: { triggerId: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'SDK',
  help: 'Deletes a trigger.',
  reply: () => Triggered(),
  example: { path: { triggerId: '3d2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3' } },
});

export const triggers = { create, list, read, update, remove };
