/** Readers for request bodies. */
import { members, textOf } from '../behaviour.ts';
import { wrong } from './wrong.ts';

/** Returns the body as an object. ThingSpace requires a body with every POST, even an empty object. */
export function readBody(body: unknown): Record<string, unknown> {
  if (body === undefined) throw wrong('INPUT_INVALID.RequestUndefined', 'The request is empty.');
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw wrong('DeserializationFailed', 'The request cannot be read.');
  return members(body);
}

/** Returns a required member as a string. */
export function required(body: Record<string, unknown>, name: string): string {
  const value = textOf(body[name]);
  if (value === undefined) throw wrong('DeserializationFailed', `The element ${name} is missing.`);
  return value;
}

/** Returns an optional date member in ms since 1970. */
export function readDate(body: Record<string, unknown>, name: string): number | undefined {
  const text = textOf(body[name]);
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw wrong('DeserializationFailed', `${name} is not a date.`);
  return at;
}
