/**
 * Field schemas of iot-x. On the wire, ids are strings or numbers, and booleans and byte counts may be quoted. A value that is not understood
 * is undefined, which stands for unknown: it never fails the row, and never counts as false or zero.
 */
import { z } from 'zod';

import { Lenient } from '../http/rows.ts';

export { Rows } from '../http/rows.ts';

/** A required identifier, always text: a 19-digit ICCID exceeds the safe integer range, so a number beyond it has lost digits and is refused. */
export const Id = () => z.union([z.string().min(1), z.number().refine(Number.isSafeInteger).transform(String)]);

/** Reply fields that may be null or absent. The manual's samples quote numbers and booleans that its schemas do not. */
export const { Words, Amount, Flag, MapOf } = Lenient;
export const Text = Words;

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
