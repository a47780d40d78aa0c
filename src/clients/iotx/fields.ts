/** Field schemas of iot-x. On the wire, ids are strings or numbers, and booleans and byte counts may be quoted. */
import { z } from 'zod';

export const Text = () => z.string().nullish();

/** Always converted to a string: a 19-digit ICCID exceeds the safe integer range. */
export const Id = () => z.union([z.string(), z.number().transform(String).pipe(z.string())]);

/** A number, in bytes unless documented otherwise. Quoted in the manual's samples, unquoted in its schema. */
export const Amount = () => z.union([z.number(), z.string().transform(numberIn).pipe(z.number().nullable())]).nullish();

/** A boolean; the manual's sample shows `"true"` where its schema says boolean. */
export const Flag = () =>
  z
    .union([
      z.boolean(),
      z
        .string()
        .transform((text) => text.trim().toLowerCase() === 'true')
        .pipe(z.boolean()),
    ])
    .nullish();

/** The query of every list; a page size of 50 is known to work. */
export const ListQuery = () =>
  z.strictObject({
    limit: z.number().int().min(1).optional(),
    offset: z.number().int().min(0).optional(),
    filter: z.string().min(1).optional(),
    orderBy: z.string().min(1).optional(),
  });

/** Open questions about paging and filters of every list. */
export const listDoubt = 'default and maximum limit; which fields filter and orderBy accept';

function numberIn(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? null : value;
}
