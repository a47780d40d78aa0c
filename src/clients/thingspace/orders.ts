/** Status of activation orders. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { DeviceId } from './ids.ts';
import { Account, Ref } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt } from './selection.ts';

const status = endpoint({
  id: 'thingspace.orders.status',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/requests/status',
  effects: [],
  sure: 'documented',
  source: 'check-order-status page, SDK',
  doubts: [
    'the API index says GET, page and SDK say POST; the page also writes /devices/request/status',
    callbackOnlyDoubt('DeviceService'),
    'the values of the callback are not verified',
  ],
  help: 'Requests the activation status of one device; the response comes by callback.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      /** One device with one identifier: ESN, ICCID or MEID. */
      devices: z.array(z.strictObject({ deviceIds: z.array(DeviceId()).length(1) })).length(1),
      /** The requestId of the activation. */
      orderRequestId: Ref('target').optional(),
    }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
      orderRequestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
    },
  },
});

export const orders = { status };
