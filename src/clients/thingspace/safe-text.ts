/** String values in requests: ThingSpace rejects a request that contains an apostrophe, `<` or a backslash. */
import { z } from 'zod';
import { type IdentifierRole, refField } from '../http/identifier-marks.ts';

/** A string that may be sent. Empty strings are rejected, because an empty filter would match more than intended. */
export const SafeText = () =>
  z
    .string()
    .min(1)
    .regex(/^[^'<\\]*$/, { error: "must not contain an apostrophe, '<' or backslash: the provider rejects them" });

/** The account that a request names beside its devices. */
export const Account = () => refField('reference', SafeText());

/** A name or code, such as a group or a service plan. */
export const Ref = (role: IdentifierRole) => refField(role, SafeText());

/** Key CustomField1 to CustomField5, value up to 50 characters. */
export const CustomField = () => z.strictObject({ key: z.string().regex(/^CustomField[1-5]$/), value: SafeText().max(50) });
