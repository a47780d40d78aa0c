import { z } from 'zod';
import { Refusal } from '../../clients/http/errors.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';

import { nidd, niddMaxBytes, type PayloadEncoding, payloadBytes, payloadEncodings } from '../../clients/thingspace/nidd.ts';
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
    payload: z.string().min(1).describe('base64 or hex'),
    encoding: z.enum(payloadEncodings).optional().describe('of payload; needed where it could be hex and base64'),
    withinSeconds: z.number().int().min(2).max(2_592_000).default(600),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }], payload: 'UElORw==', encoding: 'base64' },
  async toRequest({ sims, payload, encoding, withinSeconds, connection }, context) {
    const message = bytesOf(payload, encoding).toString('base64');
    const at = context.connection(connection, ['thingspace']);
    const accounts = await groupByAccount(sims, at, context.signal);
    return {
      connection: at,
      inputs: accounts.map(([accountName, iccids]) => ({
        body: {
          accountName,
          deviceIds: iccids.map(asIccid),
          maximumDeliveryTime: withinSeconds,
          message,
        },
      })),
    };
  },
});

/** The bytes of a payload. One that could be hex and base64 is refused unless its encoding is stated: sending is final. */
function bytesOf(payload: string, encoding: PayloadEncoding | undefined): Buffer {
  const readings = (['hex', 'base64'] as const).flatMap((one) => {
    const bytes = payloadBytes(payload, one);
    return bytes ? [{ encoding: one, bytes }] : [];
  });
  if (encoding === undefined && readings.length > 1) {
    const each = readings.map((one) => `as ${one.encoding} it is ${one.bytes.length} bytes`).join(', ');
    throw new Refusal(`payload: can be read in two ways: ${each}`, 'Nothing was sent. State it: encoding is hex or base64.', 'encoding');
  }
  const bytes = encoding === undefined ? readings[0]?.bytes : payloadBytes(payload, encoding);
  if (!bytes)
    throw new Refusal(
      `payload: must be ${encoding ?? 'base64'} of 1 to ${niddMaxBytes} bytes`,
      `Nothing was sent. Example: {"payload":"UElORw==","encoding":"base64"}.`,
      'payload',
    );
  if (bytes.length > niddMaxBytes)
    throw new Refusal(
      `payload: must be ${encoding ?? 'base64'} of 1 to ${niddMaxBytes} bytes, it is ${bytes.length}`,
      'Nothing was sent. Shorten it.',
      'payload',
    );
  return bytes;
}
