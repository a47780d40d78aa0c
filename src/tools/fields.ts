/** Input fields shared by several tools. */
import { z } from 'zod';

import { identifier, identifierFormats } from '../vocabulary.ts';

export const connection = z.string().min(1).optional().describe('connection name; optional when only one fits');
export const device = z.string().min(4).max(80).describe('handle from a read, or connection/handle');
/** The identifier by which iot-x addresses a subscriber. */
export const subscriber = z.string().trim().min(1).max(25).describe('ICCID, Device EUI or satellite IMEI');
export const limit = (max: number, byDefault: number) => z.number().int().min(1).max(max).default(byDefault);
export const cursor = z.string().max(2000).optional();
export const preview = z.boolean().optional().describe('true: plan only, no approval');

/** Description of a secret field. Its published JSON Schema has no type, because the field also accepts `{ "secret": name }`. */
export const secretHint = '32 hex digits or {"secret":"name"}';

/** An AES-128 key: the value, or `{ "secret": name }` for an entry of the secrets file, which is resolved before this schema runs. */
export const aesKey = identifier('aesKey').describe(secretHint);

export const sims = <T extends z.ZodRawShape>(more: T) =>
  z
    .array(z.strictObject({ iccid: identifier('iccid'), ...more }))
    .min(1, `an empty list is an error, never "all". Example: [{"iccid":"${identifierFormats.iccid.example}"}]`)
    .max(10_000)
    .superRefine((list, context) => {
      const seen = new Set<string>();
      for (const { iccid } of list as { iccid: string }[]) {
        if (seen.has(iccid)) context.addIssue({ code: 'custom', message: `${iccid} is named twice` });
        seen.add(iccid);
      }
    });

/** A list of full ThingPark DevEUIs without duplicates. */
export const devEuis = (max: number) =>
  z
    .array(identifier('devEui'))
    .min(1, `an empty list is an error, never "all". Example: ["${identifierFormats.devEui.example}"]`)
    .max(max)
    .refine((list) => new Set(list).size === list.length, 'a device is named twice');
