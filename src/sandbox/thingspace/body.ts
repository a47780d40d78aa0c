/** Reads what callers send. */
import { members, textOf } from '../behaviour.ts';
import { wrong } from './wrong.ts';

/** The body as an object; ThingSpace wants one with every POST, be it empty. */
export function readBody(body: unknown): Record<string, unknown> {
  if (body === undefined) throw wrong('INPUT_INVALID.RequestUndefined', 'The request is empty.');
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw wrong('DeserializationFailed', 'The request cannot be read.');
  return members(body);
}

/** A member that must be there. */
export function required(body: Record<string, unknown>, name: string): string {
  const value = textOf(body[name]);
  if (value === undefined) throw wrong('DeserializationFailed', `The element ${name} is missing.`);
  return value;
}

/** A member that is a date, as ms since 1970. */
export function readDate(body: Record<string, unknown>, name: string): number | undefined {
  const text = textOf(body[name]);
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw wrong('DeserializationFailed', `${name} is not a date.`);
  return at;
}
