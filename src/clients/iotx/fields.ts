/** Field schemas of iot-x. On the wire, ids are strings or numbers, and booleans and byte counts may be quoted. */
import { z } from 'zod';

import { Lenient } from '../http/rows.ts';

/** Always converted to a string: a 19-digit ICCID exceeds the safe integer range. */
export const Id = () => z.union([z.string(), z.number().transform(String).pipe(z.string())]);

/** Reply fields that may be null or absent. The manual's samples quote numbers and booleans that its schemas do not. */
export const { Words: Text, Amount, Flag } = Lenient;

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
