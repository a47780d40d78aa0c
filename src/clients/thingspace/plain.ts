/** What ThingSpace takes as a value: it refuses an apostrophe, `<` and a backslash anywhere in a request. */
import { z } from 'zod';

/** A text that may be sent; empty ones are refused, since an empty filter would match more than was meant. */
export const Plain = () =>
  z
    .string()
    .min(1)
    .regex(/^[^'<\\]*$/, { error: "must hold no apostrophe, '<' or backslash: the provider refuses them" });

/** CustomField1 to CustomField5, each value up to 50 characters. */
export const CustomField = () => z.strictObject({ key: z.string().regex(/^CustomField[1-5]$/), value: Plain().max(50) });
