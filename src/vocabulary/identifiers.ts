/**
 * Identifiers: their formats, accepted spellings, normal forms and schemas.
 * A wrong length or alphabet is an error; a wrong check digit is only a warning (see `checkDigitWarning`).
 */
import { z } from 'zod';

import { isLuhnValid, luhnCheckDigit } from './check-digit.ts';
import {
  bareDigits,
  bareEsn,
  bareHex,
  bareIccid,
  bareIp,
  bareMdn,
  barePhoneNumber,
  isSpreadsheetNumber,
  maxSpelling,
  onboardingTag,
} from './spellings.ts';

/** The format of one kind of identifier. `rule` completes the sentence "must be ..."; `pattern` matches the normal form. */
export interface IdentifierFormat {
  name: string;
  rule: string;
  example: string;
  pattern: RegExp;
  /** Converts typed text to the normal form: without separators, hex digits in upper case. */
  normalise(text: string): string;
}

export const identifierFormats = {
  devEui: {
    name: 'DevEUI',
    rule: '16 hex digits',
    example: 'A81758FFFE0A0001',
    pattern: /^[0-9A-F]{16}$/,
    normalise: (text: string) => onboardingTag(text)?.devEui ?? bareHex(text),
  },
  joinEui: {
    name: 'JoinEUI',
    rule: '16 hex digits',
    example: 'A81758FFFE000000',
    pattern: /^[0-9A-F]{16}$/,
    normalise: (text: string) => onboardingTag(text)?.joinEui ?? bareHex(text),
  },
  devAddr: { name: 'DevAddr', rule: '8 hex digits', example: '04ABCDEF', pattern: /^[0-9A-F]{8}$/, normalise: bareHex },
  aesKey: {
    name: 'AES-128 key',
    rule: '32 hex digits',
    example: 'secret:name-in-the-secrets-file',
    pattern: /^[0-9A-F]{32}$/,
    normalise: bareHex,
  },
  iccid: { name: 'ICCID', rule: '18 to 20 digits', example: '89148000000077000037', pattern: /^\d{18,20}$/, normalise: bareIccid },
  imei: {
    name: 'IMEI',
    rule: '14 to 16 digits',
    example: '359000001200091',
    pattern: /^\d{14,16}$/,
    normalise: (text: string) => bareDigits(text).replace(/\//g, ''),
  },
  imsi: { name: 'IMSI', rule: '14 or 15 digits', example: '311480005550001', pattern: /^\d{14,15}$/, normalise: bareDigits },
  mdn: { name: 'MDN', rule: '10 digits', example: '2085550101', pattern: /^\d{10}$/, normalise: bareMdn },
  msisdn: { name: 'MSISDN', rule: '11 to 15 digits', example: '12085550101', pattern: /^\d{11,15}$/, normalise: barePhoneNumber },
  meid: { name: 'MEID', rule: '14 hex digits', example: 'A10000009296F2', pattern: /^[0-9A-F]{14}$/, normalise: bareHex },
  esn: { name: 'ESN', rule: '11 digits or 8 hex digits', example: '12803654321', pattern: /^(\d{11}|[0-9A-F]{8})$/, normalise: bareEsn },
  eid: { name: 'EID', rule: '32 digits', example: '89049032000000000000000000007711', pattern: /^\d{32}$/, normalise: bareDigits },
  ip: {
    name: 'IP',
    rule: 'an IPv4 or IPv6 address',
    example: '10.61.4.1',
    pattern: new RegExp(`${z.regexes.ipv4.source}|${z.regexes.ipv6.source}`),
    normalise: bareIp,
  },
} as const satisfies Record<string, IdentifierFormat>;

export type IdentifierKind = keyof typeof identifierFormats;

/** The normal form of an identifier in any accepted spelling; undefined when the text is not one of this kind. */
export function normaliseIdentifier(kind: IdentifierKind, text: string): string | undefined {
  if (text.length > maxSpelling || isSpreadsheetNumber(text)) return undefined;
  const value = identifierFormats[kind].normalise(text);
  return identifierFormats[kind].pattern.test(value) ? value : undefined;
}

/** The kinds of identifier whose format the text matches. Empty for a name or the last characters of an identifier. JoinEUI and AES keys are never returned. */
export function kindsOf(text: string): IdentifierKind[] {
  return (Object.keys(identifierFormats) as IdentifierKind[]).filter(
    (kind) => kind !== 'joinEui' && kind !== 'aesKey' && normaliseIdentifier(kind, text) !== undefined,
  );
}

/** The identifiers that a text can be, each in its normal form, without repetition. Empty for a name. */
export function normalFormsOf(text: string): string[] {
  return [...new Set(kindsOf(text).flatMap((kind) => normaliseIdentifier(kind, text) ?? []))];
}

/**
 * Other normal forms of the same identifier: an ICCID or IMEI with or without its check digit, the IMEI of an IMEISV, a North American
 * number with or without its country code.
 */
export function otherForms(kind: IdentifierKind, value: string): string[] {
  switch (kind) {
    case 'iccid':
      return [...(value.length < 20 ? [value + luhnCheckDigit(value)] : []), ...(value.length > 18 ? [value.slice(0, -1)] : [])].filter(
        (one) => one.length > value.length || isLuhnValid(value),
      );
    case 'imei': {
      const serial = value.slice(0, 14);
      const complete = serial + luhnCheckDigit(serial);
      return value.length === 15 ? (complete === value ? [serial] : []) : [complete, ...(value.length === 16 ? [serial] : [])];
    }
    case 'mdn':
      return [`1${value}`];
    case 'msisdn':
      return /^1\d{10}$/.test(value) ? [value.slice(1)] : [];
    default:
      return [];
  }
}

/** Whether two spellings name the same identifier. Only one of them may lack its check digit or country code. */
export function sameIdentifier(kind: IdentifierKind, a: string, b: string): boolean {
  const [one, other] = [normaliseIdentifier(kind, a), normaliseIdentifier(kind, b)];
  if (one === undefined || other === undefined) return kind === 'mdn' || kind === 'msisdn' ? samePhoneNumber(a, b) : false;
  if (one === other) return true;
  if (one.length === other.length) return false;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (kind === 'iccid') return long.length === short.length + 1 && long.startsWith(short);
  if (kind === 'imei') return long.slice(0, 14) === short.slice(0, 14);
  return false;
}

/** Whether two IMEIs are of one device: the first 14 digits name it (3GPP TS 23.003), a check digit or a software version may follow. */
export function isSameImei(a: string, b: string): boolean {
  const [one, other] = [normaliseIdentifier('imei', a), normaliseIdentifier('imei', b)];
  return one !== undefined && other !== undefined && one.slice(0, 14) === other.slice(0, 14);
}

function samePhoneNumber(a: string, b: string): boolean {
  const [one, other] = [barePhoneNumber(a), barePhoneNumber(b)].map((digits) => (/^\d{10}$/.test(digits) ? `1${digits}` : digits));
  return one === other && /^\d{11,15}$/.test(one ?? '');
}

/** Which identifier a schema accepts: a kind, or `device` for any handle of a device. */
export type IdentifierField = IdentifierKind | 'device' | 'subscriber';

const fields = z.registry<{ kind: IdentifierField }>();

/** Marks a schema as the field of an identifier. */
export function identifierField<T extends z.ZodType>(kind: IdentifierField, schema: T): T {
  fields.add(schema, { kind });
  return schema;
}

/** Which identifier a schema accepts; undefined for other fields. */
export function identifierFieldOf(schema: z.core.$ZodType): IdentifierField | undefined {
  return fields.get(schema)?.kind;
}

/** The error of a text schema for an identifier that arrived as a JSON number. */
export function textOnly(name: string, example: string) {
  return (issue: { input?: unknown }): string | undefined =>
    typeof issue.input === 'number'
      ? `${name} must be text in quotes: digits of a JSON number may be lost. Example: ${JSON.stringify(example)}`
      : undefined;
}

/** The sentence that refuses a number made by a spreadsheet. */
export function spreadsheetMessage(name: string, shown: string, example: string): string {
  return `${name} was mangled by a spreadsheet (${shown}), its last digits are lost. Copy it again from its source, with the column formatted as text. Example: ${example}`;
}

/** A schema for one kind of identifier. Accepts every spelling; outputs the normal form. */
export function identifier(kind: IdentifierKind) {
  const shape: IdentifierFormat = identifierFormats[kind];
  const schema = z
    .string({ error: textOnly(shape.name, shape.example) })
    .describe(`${shape.rule}`)
    .transform((text, context) => {
      const value = normaliseIdentifier(kind, text);
      if (value !== undefined) return value;
      const bare = text.length > maxSpelling ? text : shape.normalise(text);
      // A key is never echoed.
      const shown = kind === 'aesKey' ? `${bare.length} characters` : `"${text.slice(0, 40)}"`;
      const received = kind === 'aesKey' ? shown : `${shown} (${bare.length} characters)`;
      context.addIssue({
        code: 'custom',
        message: isSpreadsheetNumber(text)
          ? spreadsheetMessage(shape.name, shown, shape.example)
          : `${shape.name} must be ${shape.rule}, got ${received}. Example: ${shape.example}`,
      });
      return z.NEVER;
    });
  return identifierField(kind, schema);
}

/** A warning when the Luhn check digit of an ICCID (20 digits, or 19 of an issuer that uses them) or IMEI (15 digits) is wrong. Not an error, because some carriers issue such numbers. */
export function checkDigitWarning(kind: 'iccid' | 'imei', value: string): string | undefined {
  const hasCheckDigit = kind === 'imei' ? value.length === 15 : value.length >= 19;
  if (!hasCheckDigit || isLuhnValid(value)) return undefined;
  return `${identifierFormats[kind].name} ${value}: wrong check digit, a digit may be mistyped`;
}
