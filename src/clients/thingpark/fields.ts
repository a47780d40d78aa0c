/** Field schemas shared by ThingPark operations. */
import { z } from 'zod';

import { Lenient } from '../http/rows.ts';

/** Reply fields: text, number and flag that may be null or absent. */
export const { Words: Text, Amount, Flag } = Lenient;

/** `occContext` in a request: the version that was read. The provider rejects a different one unless `force` is set. */
export const OccVersion = () => z.strictObject({ version: z.number().int().min(0) });

/** `occContext` in a response: version, epoch ms of the last change, and its author. */
export const OccContext = () => z.looseObject({ version: Amount(), lastUpdate: Amount(), who: Text() }).nullish();

/** Page number, starting at 1. */
export const PageIndex = () => z.number().int().min(1).optional();

/** Name: up to five levels of 1 to 20 characters joined by `/`. An object has at most one domain per group. */
export const Domain = () => z.strictObject({ name: z.string(), group: z.strictObject({ name: z.string() }) });

/** 1 to 40 characters without control characters, `<`, `>`, or a space at either end. */
export const TagName = () =>
  z.string().refine((text) => /^[^\p{Cc}<>]{1,40}$/u.test(text) && text.trim() === text, {
    error: 'must have 1 to 40 characters without < and >, and no space at either end. Example: north',
  });

/** Alarm severity: 1 cleared, 2 indeterminate, 3 warning, 4 minor, 5 major, 6 critical. */
export const Severity = () => z.number().int().min(1).max(6);

/** A hex string of `length` digits, upper or lower case. */
export const Hex = (length: number) =>
  z.string().refine((text) => text.length === length && /^[0-9A-Fa-f]*$/.test(text), { error: `must have ${length} hex digits` });

/** Frame counter of a downlink, only for a payload that is already encrypted. */
export const Counter = () => z.number().int().min(0).optional();

/** Payload of a downlink: 1 to 250 bytes in hex. */
export const PayloadHex = () =>
  z.string().refine((text) => /^([0-9A-Fa-f]{2}){1,250}$/.test(text), { error: 'must have 1 to 250 bytes in hex. Example: 0102FF' });
