import { z } from 'zod';

import { devices } from '../../clients/thingpark/devices.ts';
import { identifier } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const sendDownlink = changeTool({
  name: 'send_downlink',
  toolset: 'thingpark',
  title: 'Send a downlink',
  description:
    'Queues one LoRaWAN downlink. Class A gets it after its next uplink, class C at once; accepted means queued, not delivered. For device groups find multicast with search_operations.',
  provider: 'thingpark',
  operations: [devices.downlink],
  idempotent: false,
  input: z.strictObject({
    device: identifier('devEui'),
    port: z.number().int().min(1).max(224),
    payload: z
      .string()
      .transform((text) => text.replace(/[\s:-]/g, '').toUpperCase())
      .refine((text) => /^([0-9A-F]{2}){1,242}$/.test(text), 'must be 1 to 242 whole bytes in hex. Example: 0102FF')
      .describe('hex'),
    confirmed: z.boolean().default(false),
    flushQueue: z.boolean().default(false).describe('drops queued downlinks first'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { device: 'A81758FFFE0A0001', port: 10, payload: '0102FF' },
  toRequest: ({ device, port, payload, confirmed, flushQueue, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: [
      {
        path: { deviceUid: `e${device}` },
        query: { payload, fPort: port, ...(confirmed ? { confirmed } : {}), ...(flushQueue ? { flushDownlinkQueue: true } : {}) },
      },
    ],
  }),
});
