/** Input fields shared by several tools. */
import { z } from 'zod';

import {
  identifier,
  identifierField,
  identifierFormats,
  isSpreadsheetNumber,
  normaliseIdentifier,
  onboardingTag,
  plainText,
  spreadsheetMessage,
  textOnly,
} from '../vocabulary.ts';

export const connection = z.string().min(1).optional().describe('connection name; optional when only one fits');
export const device = identifierField(
  'device',
  z
    .string({ error: textOnly('device', identifierFormats.devEui.example) })
    .trim()
    .min(4)
    .max(200)
    .describe('handle from a read, or connection/handle'),
);
/** The identifier by which iot-x addresses a subscriber. */
export const subscriber = identifierField(
  'subscriber',
  z
    .string({ error: textOnly('subscriber', '8944990000001000010') })
    .max(200)
    .describe('ICCID, Device EUI or satellite IMEI')
    .transform((text, context) => {
      if (isSpreadsheetNumber(text)) {
        context.addIssue({
          code: 'custom',
          message: spreadsheetMessage('the identifier', `"${text.slice(0, 40)}"`, '8944990000001000010'),
        });
        return z.NEVER;
      }
      const [form = plainText(text)] = (['iccid', 'devEui', 'imei'] as const).flatMap((kind) => normaliseIdentifier(kind, text) ?? []);
      if (/^[0-9A-Za-z]{1,25}$/.test(form)) return form;
      context.addIssue({ code: 'custom', message: 'must be an ICCID, Device EUI or satellite IMEI. Example: 8944990000001000010' });
      return z.NEVER;
    }),
);
/** The DevEUI of a device that is to be added. From an onboarding tag (`LW:D0:<JoinEUI>:<DevEUI>...`) its JoinEUI is kept too. */
export const newDevEui = identifierField(
  'devEui',
  z
    .string({ error: textOnly('DevEUI', identifierFormats.devEui.example) })
    .describe(identifierFormats.devEui.rule)
    .transform((text, context) => {
      const parsed = identifier('devEui').safeParse(text);
      if (parsed.success) return { eui: parsed.data, tagJoinEui: onboardingTag(text)?.joinEui };
      for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }),
);
export const limit = (max: number, byDefault: number) => z.number().int().min(1).max(max).default(byDefault);
export const cursor = z.string().max(2000).optional();
export const preview = z.boolean({ error: 'must be true or false, not text' }).optional().describe('true: plan only, no approval');

/** An AES-128 key: the value, or `secret:name` or `{ "secret": name }` for an entry of the secrets file, which is resolved before this schema runs. */
export const aesKey = identifier('aesKey').describe('32 hex digits or secret:name');

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

/** The SIM of a cellular device: an ICCID, or the EID of an eUICC. */
export const iccidOrEid = z
  .string({ error: textOnly('sim', identifierFormats.iccid.example) })
  .describe('ICCID or EID')
  .transform((text, context) => {
    const form = normaliseIdentifier('iccid', text) ?? normaliseIdentifier('eid', text);
    if (form !== undefined) return form;
    const { iccid, eid } = identifierFormats;
    context.addIssue({
      code: 'custom',
      message: isSpreadsheetNumber(text)
        ? spreadsheetMessage('the identifier', `"${text.slice(0, 40)}"`, iccid.example)
        : `must be an ICCID of ${iccid.rule} or an EID of ${eid.rule}. Example: ${iccid.example}`,
    });
    return z.NEVER;
  });

/** Personal data is left out of every read unless it is asked for; `text/personal-data` says what it is. */
export const personal = z.boolean().optional();
