/** Daily usage of devices. Data is kept for 12 months and is up to 6 hours late while a device is connected. */
import { z } from 'zod';
import { day } from '../../durations.ts';

import { endpoint } from '../http/endpoint.ts';
import { Amount, Flag, Instant, Words } from './fields.ts';
import { Attribute, DeviceId } from './ids.ts';
import { Account, Ref, SafeText } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt, FlatIds } from './selection.ts';

const Label = () => z.strictObject({ name: SafeText().max(20), value: SafeText().max(50) });
const CycleOf = () => z.strictObject({ year: z.string().regex(/^\d{4}$/), month: z.string().regex(/^(0[1-9]|1[0-2])$/) });

const list = endpoint({
  id: 'thingspace.usage.list',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/usage/actions/list',
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-usage-history page, SDK',
  doubts: ['the Global-IoT variant returns numbers as strings and accepts only EIDs', 'long spans can time out'],
  cost: 'high',
  help: 'Lists the daily data and SMS usage of one device (or label), at most 500 records; continue with earliest = the last timestamp.',
  body: () =>
    z
      .strictObject({
        earliest: SafeText(),
        latest: SafeText(),
        deviceId: DeviceId().optional(),
        label: Label().optional(),
      })
      .refine((body) => (body.deviceId === undefined) !== (body.label === undefined), {
        path: ['deviceId'],
        error: 'give deviceId or label, not both',
      }),
  reply: () =>
    z.looseObject({
      hasMoreData: Flag(),
      usageHistory: z.array(
        z.looseObject({
          /** In bytes; may exceed 2^31. */
          bytesUsed: Amount(),
          smsUsed: Amount(),
          servicePlan: Words(),
          source: Words(),
          timestamp: Instant(),
          extendedAttributes: z.array(Attribute()).nullish(),
        }),
      ),
    }),
  example: {
    body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
  },
});

const monthMs = 31 * day;

const aggregate = endpoint({
  id: 'thingspace.usage.aggregate',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/usage/actions/list/aggregate',
  effects: [],
  sure: 'documented',
  source: 'Retrieve_Aggregated_Device_Usage_History page, SDK',
  doubts: [callbackOnlyDoubt('DeviceUsage'), 'accountName alone requests the whole account', 'may start at most 6 months ago'],
  cost: 'high',
  help: 'Requests the total usage of devices or labels over up to one month; the totals come by callback.',
  body: () =>
    z
      .strictObject({
        startTime: SafeText(),
        endTime: SafeText(),
        deviceIds: FlatIds().optional(),
        label: z.array(Label()).min(1).max(50).optional(),
        accountName: Account().optional(),
        groupName: Ref('target').optional(),
      })
      .refine((body) => body.deviceIds === undefined || body.label === undefined, {
        path: ['deviceIds'],
        error: 'give deviceIds or label, not both',
      })
      .refine((body) => !(Date.parse(body.endTime) - Date.parse(body.startTime) > monthMs), {
        path: ['endTime'],
        error: 'must be at most one month after startTime',
      }),
  reply: () => Accepted(),
  example: {
    body: {
      startTime: '2026-02-01T00:00:00Z',
      endTime: '2026-03-01T00:00:00Z',
      deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }],
    },
  },
});

const billed = endpoint({
  id: 'thingspace.usage.billed',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/usage/actions/billedusage',
  effects: [],
  sure: 'documented',
  source: 'Retrieve_Billed_Usage page',
  doubts: ['neither the response nor that it is synchronous is verified', 'limited availability'],
  help: 'Reads the billed usage of one device or of labels in a billing cycle, by default the last completed.',
  body: () =>
    z
      .strictObject({
        accountName: Account(),
        deviceId: DeviceId().optional(),
        labels: z.array(Label()).min(1).max(2000).optional(),
        billingCycle: CycleOf().optional(),
      })
      .refine((body) => (body.deviceId === undefined) !== (body.labels === undefined), {
        path: ['deviceId'],
        error: 'give deviceId or labels, not both',
      }),
  reply: () => z.looseObject({}),
  example: {
    body: {
      accountName: '0442000123-00001',
      deviceId: { id: '89049032000000000000000000007711', kind: 'eid' },
      billingCycle: { year: '2026', month: '01' },
    },
  },
});

const billedList = endpoint({
  id: 'thingspace.usage.billedList',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/usage/actions/billedusage/list',
  effects: [],
  sure: 'documented',
  source: 'Retrieve_Billed_Usage_List page, SDK',
  doubts: [
    callbackOnlyDoubt('DeviceService'),
    'the callback body is not verified',
    'the elements of labels and deviceIds are spelled differently by pages and SDK',
    'accountName alone requests every device',
  ],
  cost: 'high',
  help: 'Requests the billed usage of up to 2,000 devices (by EID) or labels; the figures come by callback.',
  body: () =>
    z
      .strictObject({
        accountName: Account(),
        deviceIds: z.array(DeviceId()).min(1).max(2000).optional(),
        labels: z.array(Label()).min(1).max(2000).optional(),
        billingCycle: CycleOf().optional(),
      })
      .refine((body) => body.deviceIds === undefined || body.labels === undefined, {
        path: ['deviceIds'],
        error: 'give deviceIds or labels, not both',
      }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      deviceIds: [{ id: '89049032000000000000000000007711', kind: 'eid' }],
      billingCycle: { year: '2026', month: '01' },
    },
  },
});

const promo = endpoint({
  id: 'thingspace.usage.promo',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/usage/actions/promodeviceusage',
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-usage page of Ready SIM, SDK',
  doubts: ['the SDK sends a list of identifiers, startTime and endTime', 'only devices without an MDN of their own (Ready SIM) have it'],
  help: 'Lists the daily usage of one device, named by its ICCID, while its promotion lasts.',
  body: () => z.strictObject({ deviceId: DeviceId(), earliest: SafeText(), latest: SafeText() }),
  reply: () =>
    z.looseObject({
      /** The SDK's sample writes `hasmoredata`. */
      hasMoreData: Flag(),
      usageHistory: z
        .array(
          z.looseObject({
            bytesUsed: Amount(),
            /** The SDK's sample writes `serviceplan`. */
            servicePlan: Words(),
            smsUsed: Amount(),
            moSMS: Amount(),
            mtSMS: Amount(),
            source: Words(),
            eventDateTime: Instant(),
          }),
        )
        .nullish(),
    }),
  example: {
    body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
  },
});

const promoAggregate = endpoint({
  id: 'thingspace.usage.promoAggregate',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/usage/actions/promoaggregateusage',
  effects: [],
  sure: 'documented',
  source: 'retrieve-aggregate-usage page of Ready SIM, SDK',
  doubts: [
    'that the callback goes to DevicePromoUsage is inferred from the name; its body is not verified',
    'the SDK sends accountId and deviceId',
    'whether accountName alone requests the whole account is not documented, so devices are required here',
  ],
  help: 'Requests the total usage of devices, named by ICCID, while their promotion lasts; the totals come by callback.',
  body: () => z.strictObject({ accountName: Account(), deviceIds: FlatIds(), startTime: SafeText(), endTime: SafeText() }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }],
      startTime: '2026-02-01T00:00:00Z',
      endTime: '2026-03-01T00:00:00Z',
    },
  },
});

export const usage = { list, aggregate, billed, billedList, promo, promoAggregate };
