/** Input fields that several tools share, each said once. */
import { z } from 'zod';

import { identifier, shapes } from '../vocabulary.ts';

export const connection = z.string().min(1).optional().describe('account name; may be left out when only one fits');
export const device = z.string().min(4).max(80).describe('handle from a read, or connection/handle');
/** iot-x: the key of a subscriber. */
export const subscriber = z.string().trim().min(1).max(25).describe('ICCID, Device EUI or satellite IMEI');
export const limit = (most: number, usual: number) => z.number().int().min(1).max(most).default(usual);
export const cursor = z.string().max(2000).optional();
export const preview = z.boolean().optional().describe('true: plan only, ask nobody');

/** How a secret field is described; its published type is left open, for it also takes `{ "secret": name }`. */
export const secretHint = '32 hex digits or {"secret":"name"}';

/** A secret field: the value, or its name in the operator's secrets file (resolved before this schema looks). */
export const aesKey = identifier('aesKey').describe(secretHint);

export const sims = <T extends z.ZodRawShape>(more: T) =>
  z
    .array(z.strictObject({ iccid: identifier('iccid'), ...more }))
    .min(1, `an empty list is an error, never "all". Example: [{"iccid":"${shapes.iccid.example}"}]`)
    .max(10_000)
    .superRefine((list, context) => {
      const seen = new Set<string>();
      for (const { iccid } of list as { iccid: string }[]) {
        if (seen.has(iccid)) context.addIssue({ code: 'custom', message: `${iccid} is named twice` });
        seen.add(iccid);
      }
    });

/** Devices of ThingPark, each named once and whole. */
export const devEuis = (most: number) =>
  z
    .array(identifier('devEui'))
    .min(1, `an empty list is an error, never "all". Example: ["${shapes.devEui.example}"]`)
    .max(most)
    .refine((list) => new Set(list).size === list.length, 'a device is named twice');
