/** Non-IP data delivery (NIDD): sends data to NB-IoT devices without an IP connection. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Account } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt, FlatIds } from './selection.ts';

/** Decoded length of a base64 string in bytes; undefined if it is empty or not base64. */
export function base64ByteLength(base64: string): number | undefined {
  if (base64 === '' || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  return (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
}

/** Encodings of a payload as a caller writes it. */
export const payloadEncodings = ['hex', 'base64', 'text'] as const;
export type PayloadEncoding = (typeof payloadEncodings)[number];

/** The bytes of a payload in the stated encoding; undefined if it is empty or not in it. Hex may have blanks, colons, dashes and a leading 0x. */
export function payloadBytes(payload: string, encoding: PayloadEncoding): Buffer | undefined {
  if (payload === '') return undefined;
  if (encoding === 'text') return Buffer.from(payload, 'utf8');
  if (encoding === 'base64') return base64ByteLength(payload) === undefined ? undefined : Buffer.from(payload, 'base64');
  const digits = payload
    .trim()
    .replace(/^0x/i, '')
    .replace(/[\s:-]/g, '');
  return /^([0-9A-Fa-f]{2})+$/.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}

/** Maximum size of a message in bytes. */
export const niddMaxBytes = 1358;

const send = endpoint({
  id: 'thingspace.nidd.send',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/nidd/message',
  effects: ['billing', 'disruptive'],
  sure: 'documented',
  source: 'send-nidd-to-devices page, working client',
  doubts: [`${callbackOnlyDoubt('NiddService')}; several are possible: Queued first, Delivered or DeliveryFailed later`],
  help: 'Sends up to 1,358 bytes, as base64, to NB-IoT devices.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      deviceIds: FlatIds(),
      /** In seconds. */
      maximumDeliveryTime: z.number().int().min(2).max(2_592_000),
      message: z
        .string()
        .refine((text) => (base64ByteLength(text) ?? niddMaxBytes + 1) <= niddMaxBytes, { error: 'must be base64 of 1 to 1,358 bytes' }),
    }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      deviceIds: [{ id: '359000001200091', kind: 'imei' }],
      maximumDeliveryTime: 600,
      message: 'UElORw==',
    },
  },
});

export const nidd = { send };
