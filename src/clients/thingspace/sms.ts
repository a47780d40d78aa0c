/** SMS to devices, and the queue of SMS from devices. Reading the next page of the queue deletes the previous one. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { DeviceId, ResponseDeviceId } from './ids.ts';
import { Account, SafeText } from './safe-text.ts';
import {
  Accepted,
  callbackOnlyDoubt,
  deviceSelectionRequired,
  flatSelection,
  hasDeviceSelection,
  isNotMixed,
  mixedIdSelection,
} from './selection.ts';

const Text = () => z.string().nullish();

const send = endpoint({
  id: 'thingspace.sms.send',
  api: 'm2m',
  route: 'POST /api/m2m/v1/sms',
  effects: ['billing', 'disruptive'],
  sure: 'documented',
  source: 'send-sms-messages-to-devices page, SDK',
  doubts: [
    'EnhancedConnectivityService reports that it was sent, SMSDeliveryConfirmation that it arrived',
    'a filter applies to every matching device',
  ],
  help: 'Sends an SMS to devices: 160 characters in 7-bit, 140 in 8-bit encoding.',
  body: () =>
    z
      .strictObject({
        ...flatSelection(),
        accountName: Account(),
        smsMessage: SafeText().max(160),
        dataEncoding: z.enum(['7-bit', '8-bit-ASCII', '8-bit-UTF-8', '8-bit-DATA']).optional(),
        /** SMPP time of less than 5 days; the relative form 000000010000000R is one hour. */
        timeToLive: SafeText().optional(),
      })
      .refine(hasDeviceSelection, deviceSelectionRequired)
      .refine(isNotMixed, mixedIdSelection)
      .refine((body) => (body.dataEncoding ?? '7-bit') === '7-bit' || body.smsMessage.length <= 140, {
        path: ['smsMessage'],
        error: 'must have at most 140 characters in 8-bit encoding',
      }),
  reply: () => Accepted(),
  example: {
    body: { accountName: '0442000123-00001', smsMessage: 'PING', deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] },
  },
});

const Messages = () =>
  z.looseObject({
    hasMoreData: z.boolean().nullish(),
    messages: z.array(z.looseObject({ deviceIds: z.array(ResponseDeviceId()).nullish(), message: Text(), timestamp: Text() })),
    /** The token of the next page. */
    next: Text(),
  });

const list = endpoint({
  id: 'thingspace.sms.list',
  api: 'm2m',
  route: 'GET /api/m2m/v1/sms/{accountName}/history',
  path: { accountName: 'target' },
  effects: [],
  sure: 'documented',
  source: 'get-sms-messages page, SDK',
  doubts: ['the next page token is in the Location header, returned here as next; sms.take continues and removes this page'],
  help: 'Lists the oldest 100 queued messages from devices without removing them.',
  reply: () => Messages(),
  example: { path: { accountName: '0442000123-00001' } },
});

const take = endpoint({
  id: 'thingspace.sms.take',
  api: 'm2m',
  route: 'GET /api/m2m/v1/sms/{accountName}/history',
  path: { accountName: 'target' },
  effects: ['destructive'],
  sure: 'documented',
  source: 'get-sms-messages page, SDK',
  doubts: ['the response to an already used token is not documented'],
  help: 'Permanently removes the page of queued messages before `next` and lists the following one.',
  query: () => z.strictObject({ next: SafeText() }),
  reply: () => Messages(),
  example: { path: { accountName: '0442000123-00001' }, query: { next: '100' } },
});

const startCallbacks = endpoint({
  id: 'thingspace.sms.startCallbacks',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/sms/{accountName}/startCallbacks',
  path: { accountName: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'start-sms-callback page, SDK',
  doubts: ['messages then go from the queue to the listener of EnhancedConnectivityService; no operation is known to stop this'],
  help: 'Delivers queued and new messages from devices by callback instead of the queue.',
  reply: () => z.looseObject({ success: z.boolean().nullish() }),
  example: { path: { accountName: '0442000123-00001' } },
});

const events = endpoint({
  id: 'thingspace.sms.events',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/sms/history/actions/list',
  effects: [],
  sure: 'documented',
  source: 'get-sms-event-history page, SDK',
  doubts: [callbackOnlyDoubt('DeviceService')],
  help: 'Requests the SMS history of one device, up to 500 events of the last 3 months; the list comes by callback.',
  body: () => z.strictObject({ deviceId: DeviceId(), earliest: SafeText().optional(), latest: SafeText().optional() }),
  reply: () => Accepted(),
  example: {
    body: { deviceId: { id: '89148000000077000037', kind: 'iccid' }, earliest: '2026-02-01T00:00:00Z', latest: '2026-03-01T00:00:00Z' },
  },
});

export const sms = { send, list, take, startCallbacks, events };
