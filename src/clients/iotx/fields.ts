/** What iot-x fields look like on the wire: ids of either kind, booleans and byte counts that may come quoted. */
import { z } from 'zod';

export const Text = () => z.string().nullish();

/** Always text here: a 19-digit ICCID does not fit a number. */
export const Id = () => z.union([z.string(), z.number().transform(String).pipe(z.string())]);

/** An amount, bytes where nothing else is said; the manual's samples quote it, its schema does not. */
export const Amount = () => z.union([z.number(), z.string().transform(numberIn).pipe(z.number().nullable())]).nullish();

/** The manual's sample prints `"true"` where its schema says boolean. */
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

/** The query of every list: 50 rows a page are known to work. */
export const ListQuery = () =>
  z.strictObject({
    limit: z.number().int().min(1).optional(),
    offset: z.number().int().min(0).optional(),
    filter: z.string().min(1).optional(),
    orderBy: z.string().min(1).optional(),
  });

/** Paging and filters as far as nobody outside can confirm them. */
export const listDoubt = 'default and largest limit, and which fields filter and orderBy take';

function numberIn(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? null : value;
}
