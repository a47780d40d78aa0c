import { z } from 'zod';
import { asIccid } from '../../clients/thingspace/ids.ts';

import { base64ByteLength, nidd, niddMaxBytes } from '../../clients/thingspace/nidd.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { groupByAccount } from './account.ts';

export const sendNidd = changeTool({
  name: 'send_nidd',
  toolset: 'thingspace',
  title: 'Send data to NB-IoT devices',
  description:
    'Submits 1 to 1358 bytes to the carrier for named NB-IoT SIMs. Delivery is reported only to the listener registered for NiddService. For SMS: send_sms.',
  provider: 'thingspace',
  extra: true,
  operations: [nidd.send],
  idempotent: false,
  input: z.strictObject({
    sims: fields.sims({}),
    payload: z
      .string()
      .refine((text) => (base64ByteLength(text) ?? niddMaxBytes + 1) <= niddMaxBytes, {
        error: 'must be base64 of 1 to 1358 bytes. Example: "UElORw=="',
      })
      .describe('base64'),
    withinSeconds: z.number().int().min(2).max(2_592_000).default(600),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }], payload: 'UElORw==' },
  async toRequest({ sims, payload, withinSeconds, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    const accounts = await groupByAccount(sims, at, context.signal);
    return {
      connection: at,
      inputs: accounts.map(([accountName, iccids]) => ({
        body: {
          accountName,
          deviceIds: iccids.map(asIccid),
          maximumDeliveryTime: withinSeconds,
          message: payload,
        },
      })),
    };
  },
});
