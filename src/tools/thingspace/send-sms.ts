import { z } from 'zod';
import { asIccid } from '../../clients/thingspace/ids.ts';

import { SafeText } from '../../clients/thingspace/safe-text.ts';
import { sms } from '../../clients/thingspace/sms.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { groupByAccount } from './account.ts';

const encodings = ['7-bit', '8-bit-ASCII', '8-bit-UTF-8', '8-bit-DATA'] as const;

export const sendSms = changeTool({
  name: 'send_sms',
  toolset: 'thingspace',
  title: 'Send an SMS',
  description:
    'Submits an SMS to the carrier for named ThingSpace SIMs: 160 characters of 7 bits, 140 of 8. Delivery is reported only to a registered listener. SMS from devices: list_sms.',
  provider: 'thingspace',
  operations: [sms.send],
  idempotent: false,
  input: z.strictObject({
    sims: fields.sims({}),
    message: SafeText().max(160, 'must not exceed 160 characters. Example: "PING"'),
    encoding: z.enum(encodings).optional().describe('default 7-bit'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }], message: 'PING' },
  async toRequest({ sims, message, encoding, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    const accounts = await groupByAccount(sims, at, context.signal);
    return {
      connection: at,
      inputs: accounts.map(([accountName, iccids]) => ({
        body: {
          accountName,
          smsMessage: message,
          deviceIds: iccids.map(asIccid),
          ...(encoding ? { dataEncoding: encoding } : {}),
        },
      })),
    };
  },
});
