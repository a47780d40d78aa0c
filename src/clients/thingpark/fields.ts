/** Members that many ThingPark objects share. */
import { z } from 'zod';

/** Answered text, number and flag: may be null or absent. */
export const Text = () => z.string().nullish();
export const Amount = () => z.number().nullish();
export const Flag = () => z.boolean().nullish();

/** The version that a change was decided on; the provider compares it, unless `force` is given. */
export const Lock = () => z.strictObject({ version: z.number().int().min(0) });

/** The lock as answered: version, epoch ms of the last change, and who made it. */
export const Locked = () => z.looseObject({ version: Amount(), lastUpdate: Amount(), who: Text() }).nullish();

/** 1 is the first page. */
export const PageIndex = () => z.number().int().min(1).optional();

/** Up to five levels of 1 to 20 characters joined by `/`; an object has at most one domain of a group. */
export const Domain = () => z.strictObject({ name: z.string(), group: z.strictObject({ name: z.string() }) });

/** 1 to 40 characters without control characters, `<`, `>`, or a space at either end. */
export const TagName = () =>
  z.string().refine((text) => /^[^\p{Cc}<>]{1,40}$/u.test(text) && text.trim() === text, {
    error: 'has 1 to 40 characters without < and >, and no space at either end. Example: north',
  });

/** Alarm severity: 1 cleared, 2 indeterminate, 3 warning, 4 minor, 5 major, 6 critical. */
export const Severity = () => z.number().int().min(1).max(6);

/** Hexadecimal text of a fixed length, either case. */
export const Hex = (length: number) =>
  z.string().refine((text) => text.length === length && /^[0-9A-Fa-f]*$/.test(text), { error: `has ${length} hex digits` });

/** A downlink's frame counter, only for a payload that is encrypted already. */
export const Counter = () => z.number().int().min(0).optional();

/** Payload of a downlink: whole bytes in hex, at most 250. */
export const PayloadHex = () =>
  z.string().refine((text) => /^([0-9A-Fa-f]{2}){1,250}$/.test(text), { error: 'has 1 to 250 bytes in hex. Example: 0102FF' });
