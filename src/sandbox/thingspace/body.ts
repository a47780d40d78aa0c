/** Readers for request bodies. */
import { instantOf } from '../../clients/thingspace/fields.ts';
import { asObject, asText } from '../handler.ts';
import { apiError } from './errors.ts';

/** Returns the body as an object. ThingSpace requires a body with every POST, even an empty object. */
export function readBody(body: unknown): Record<string, unknown> {
  if (body === undefined) throw apiError('INPUT_INVALID.RequestUndefined', 'The request is empty.');
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw apiError('DeserializationFailed', 'The request cannot be read.');
  return asObject(body);
}

/** Returns a required member as a string. */
export function required(body: Record<string, unknown>, name: string): string {
  const value = asText(body[name]);
  if (value === undefined) throw apiError('DeserializationFailed', `The element ${name} is missing.`);
  return value;
}

/** Returns an optional date member in ms since 1970. */
export function readDate(body: Record<string, unknown>, name: string): number | undefined {
  const text = asText(body[name]);
  if (text === undefined) return undefined;
  const at = instantOf(text);
  if (at === undefined) throw apiError('DeserializationFailed', `${name} is not a date.`);
  return at;
}
