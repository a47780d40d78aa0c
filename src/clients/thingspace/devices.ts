/** ThingSpace devices: list, activate, suspend, restore, deactivate. The changes are asynchronous: they return a requestId, and the result is read later. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField } from '../http/identifier-marks.ts';
import { Flag, Instant, Words } from './fields.ts';
import { Attribute, DeviceId, DeviceIds, ResponseDeviceId } from './ids.ts';
import { PlaceOfUse } from './place-of-use.ts';
import { Account, CustomField, Ref, SafeText } from './safe-text.ts';
import {
  Accepted,
  Devices,
  filterScopeDoubt,
  hasSelection,
  isNotMixed,
  mixedSelection,
  selection,
  selectionRequired,
} from './selection.ts';

const Text = () => z.string().nullish();

/** A row of the device list. A SIM that is not active has no MDN, MSISDN, service plan or IP. */
export const Device = () =>
  z.looseObject({
    accountName: Text(),
    billingCycleEndDate: Instant(),
    carrierInformations: z.array(z.looseObject({ carrierName: Words(), servicePlan: Words(), state: Words() }).nullable()).nullish(),
    connected: Flag(),
    createdAt: Instant(),
    customFields: z.array(Attribute()).nullish(),
    deviceIds: z.array(ResponseDeviceId()).nullish(),
    extendedAttributes: z.array(Attribute()).nullish(),
    groupNames: z.array(z.string().nullable()).nullish(),
    ipAddress: Words(),
    lastActivationBy: Words(),
    lastActivationDate: Instant(),
    lastConnectionDate: Instant(),
  });

/** Exactly one of contains, startswith, endswith. */
const IdentifierFilter = () =>
  z
    .strictObject({ kind: SafeText(), contains: SafeText().optional(), startswith: SafeText().optional(), endswith: SafeText().optional() })
    .refine((one) => [one.contains, one.startswith, one.endswith].filter((text) => text !== undefined).length === 1, {
      error: 'give one of contains, startswith, endswith',
    });

/** Filters of the device list. All are optional; without any, the list contains every device visible to the user. */
export const DeviceListBody = () =>
  z.strictObject({
    accountName: Account().optional(),
    deviceId: DeviceId().optional(),
    filter: z.strictObject({ deviceIdentifierFilters: z.array(IdentifierFilter()).min(1) }).optional(),
    currentState: SafeText().optional(),
    customFields: z.array(CustomField()).optional(),
    /** `earliest` and `latest` filter on createdAt. */
    earliest: SafeText().optional(),
    latest: SafeText().optional(),
    groupName: Ref('target').optional(),
    servicePlan: Ref('target').optional(),
    maxNumberOfDevices: z.number().int().min(1).max(2000).optional(),
    /** Cursor; 0 starts a list ordered by DeviceId. If omitted, the list is ordered by createdAt. */
    largestDeviceIdSeen: z.number().int().min(0).optional(),
  });

const list = endpoint({
  id: 'thingspace.devices.list',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/list',
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-information page, SDK, working clients',
  doubts: [
    'page size: 2,000 on newer pages, 500 in the SDK, 100 in older text',
    'documented only for a single device, DeviceId also works as cursor of long lists in existing clients',
  ],
  cost: 'high',
  help: 'Lists devices, or reads one by deviceId; while hasMoreData, continue with largestDeviceIdSeen = DeviceId of the last device.',
  body: () => DeviceListBody(),
  reply: () => z.looseObject({ hasMoreData: Flag(), devices: z.array(Device()) }),
  example: { body: { accountName: '0442000123-00001', largestDeviceIdSeen: 0, maxNumberOfDevices: 500 } },
});

const perDay = 'a SIM allows 5 provisioning actions per day (older text: 2)';

const activate = endpoint({
  id: 'thingspace.devices.activate',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/activate',
  effects: ['billing'],
  sure: 'documented',
  source: 'activate-devices page, SDK, working client',
  doubts: [perDay, 'usually takes minutes, up to 24 hours (newer text: 12)', 'check digits of ICCID and IMEI may be enforced'],
  limit: { requests: 100, perMs: 60_000 },
  help: 'Activates devices on a service plan and assigns each an MDN and an IP; 4G devices need IMEI and ICCID together.',
  body: () =>
    z.strictObject({
      /** `ipAddress`: a static address for this device. */
      devices: z
        .array(DeviceIds().extend({ ipAddress: idField('new', 'ip', SafeText()).optional() }))
        .min(1)
        .max(10_000),
      servicePlan: Ref('reference'),
      mdnZipCode: SafeText(),
      accountName: Account().optional(),
      carrierIpPoolName: Ref('reference').optional(),
      carrierName: SafeText().optional(),
      costCenterCode: SafeText().max(36).optional(),
      customFields: z.array(CustomField()).optional(),
      /** The group to add the devices to. */
      groupName: Ref('reference').optional(),
      leadId: Ref('reference').optional(),
      primaryPlaceOfUse: PlaceOfUse().optional(),
      publicIpRestriction: z.enum(['restricted', 'unrestricted']).optional(),
      /** Instead of the IMEI. */
      skuNumber: Ref('reference').optional(),
    }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00002',
      servicePlan: 'IOTLOW5MB',
      mdnZipCode: '98801',
      devices: [
        {
          deviceIds: [
            { id: '359000001201092', kind: 'imei' },
            { id: '89148000000077000444', kind: 'iccid' },
          ],
        },
      ],
    },
  },
});

const suspend = endpoint({
  id: 'thingspace.devices.suspend',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/suspend',
  effects: ['billing', 'disruptive'],
  sure: 'documented',
  source: 'suspend-devices page, SDK',
  doubts: [
    'whether a suspended SIM is billed depends on the contract: one page continues billing, another pauses the monthly charge and extends the contract',
    'a suspended SIM resumes automatically after 90 consecutive days or 180 days in 12 months',
    perDay,
    filterScopeDoubt,
  ],
  help: 'Suspends active devices: no traffic; MDN, IP and plan are kept.',
  body: () =>
    z
      .strictObject({ ...selection(), withBilling: z.boolean().optional() })
      .refine(hasSelection, selectionRequired)
      .refine(isNotMixed, mixedSelection),
  reply: () => Accepted(),
  example: { body: { devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }], withBilling: false } },
});

const restore = endpoint({
  id: 'thingspace.devices.restore',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/restore',
  effects: ['billing'],
  sure: 'documented',
  source: 'Restore_Devices page, SDK',
  doubts: [perDay, filterScopeDoubt],
  help: 'Restores suspended devices to active.',
  body: () =>
    z
      .strictObject({ ...selection(), withBilling: z.boolean().optional() })
      .refine(hasSelection, selectionRequired)
      .refine(isNotMixed, mixedSelection),
  reply: () => Accepted(),
  example: { body: { devices: [{ deviceIds: [{ id: '89148000000077000333', kind: 'iccid' }] }] } },
});

const deactivate = endpoint({
  id: 'thingspace.devices.deactivate',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/deactivate',
  effects: ['destructive', 'billing', 'disruptive'],
  sure: 'documented',
  source: 'deactivate-devices page, SDK, working client',
  doubts: [
    'an early termination fee may be charged; etfWaiver works only if the contract has waivers',
    'deactivating a suspended SIM is not in the published list of transitions',
    perDay,
  ],
  help: 'Deactivates devices: MDN and IP are lost, reactivation assigns a new MDN; deleteAfterDeactivation also removes record and history.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      devices: Devices(),
      /** FF is the only valid code. */
      reasonCode: z.literal('FF'),
      etfWaiver: z.boolean().optional(),
      deleteAfterDeactivation: z.boolean().optional(),
      groupName: Ref('reference').optional(),
      servicePlan: Ref('reference').optional(),
      customFields: z.array(CustomField()).optional(),
    }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
      reasonCode: 'FF',
      etfWaiver: false,
    },
  },
});

export const devices = { list, activate, suspend, restore, deactivate };
