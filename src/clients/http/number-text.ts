/** Reads numbers that a caller sent as text where a schema takes a number, before the schema checks them. */
import { z } from 'zod';

import { isObject } from '../../text/is-object.ts';

/** What a schema says of its number: the least and greatest value, and whether it is whole. */
interface NumberRule {
  minValue: number | null;
  maxValue: number | null;
  isInt: boolean;
}

const plain = /^[+-]?\d{1,15}(\.\d{1,15})?$/;
const withComma = /^[+-]?\d{1,15},\d{1,15}$/;
/** One comma before three digits separates thousands or decimals. */
const eitherComma = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/**
 * The number that a text clearly is: `48.8566`, or `48,8566` with a decimal comma. Where a comma could also separate thousands (`1,234`),
 * the bounds decide; undefined if they allow both, or if the text is no number. A whole number has no comma.
 */
export function numberInText(text: string, { minValue, maxValue, isInt }: NumberRule): number | undefined {
  const trimmed = text.trim().replace(/^\u2212/, '-');
  if (plain.test(trimmed)) return Number(trimmed);
  if (isInt || !withComma.test(trimmed)) return undefined;
  const asThousands = Number(trimmed.replace(',', ''));
  const fits = asThousands >= (minValue ?? Number.NEGATIVE_INFINITY) && asThousands <= (maxValue ?? Number.POSITIVE_INFINITY);
  return eitherComma.test(trimmed) && fits ? undefined : Number(trimmed.replace(',', '.'));
}

/** The value with every clear text read as a number where the schema takes only a number. Everything else stays as it is. */
export function withNumbersRead(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return withNumbersRead(schema.unwrap(), value);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return withNumbersRead(schema.unwrap(), value);
  if (schema instanceof z.ZodPipe) return withNumbersRead(schema.in, value);
  if (schema instanceof z.ZodNumber && typeof value === 'string') return numberInText(value, schema) ?? value;
  if (schema instanceof z.ZodArray && Array.isArray(value)) return value.map((item) => withNumbersRead(schema.element, item));
  if (!(schema instanceof z.ZodObject) || !isObject(value)) return value;
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  // Object.fromEntries keeps a member called __proto__ as a member, which the schema refuses.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const member = Object.hasOwn(shape, name) ? shape[name] : undefined;
      return [name, member ? withNumbersRead(member, item) : item];
    }),
  );
}
