/** Reads a success response: the reply, the provider's error inside of it, or what is not understood. */
import { z } from 'zod';

import { noteUnread } from './call-scope.ts';
import { type AnyEndpoint, isRead } from './endpoint.ts';
import { UnknownAnswer } from './errors.ts';
import { readLenient } from './lenient-read.ts';
import type { ProviderAdapter, ProviderResponse } from './provider-adapter.ts';
import { schemaOf } from './schema-of.ts';

/** The reply of a success response by the endpoint's schema. Throws UnknownAnswer if it does not say what the contract needs. */
export function readReply(connection: string, adapter: ProviderAdapter, entry: AnyEndpoint, response: ProviderResponse): unknown {
  const notUnderstood = (why: string): UnknownAnswer => new UnknownAnswer(connection, entry.id, response.status, why);
  const schema = schemaOf(entry, 'reply');
  if (!schema) {
    if (!isRead(entry) && typeof response.body === 'string' && !isAcknowledgement(response.body))
      throw notUnderstood(formOf(response.body));
    return undefined;
  }
  const body = adapter.unwrap ? adapter.unwrap(entry, response.body, response.headers) : response.body;
  const read = readLenient(schema, body);
  if (!read.ok) throw notUnderstood(body === undefined || typeof body === 'string' ? formOf(body) : `${read.path}: ${read.why}`);
  const expected = membersOf(schema);
  if (isRead(entry) && !entry.mayBeEmpty && expected.length > 0 && isRecord(body) && !expected.some((name) => name in body))
    throw notUnderstood(`it has none of the expected members (${expected.slice(0, 5).join(', ')})`);
  noteUnread(connection, read.oddities);
  return read.value;
}

/**
 * Whether a success response carries the provider's error instead of a result: `error`, when nothing else is in it, or `mixed`, when
 * members of the result are present too, so that something may have been done. Beside an error, an empty list is no result of a read: it
 * does not say that there is nothing.
 */
export function errorInside(adapter: ProviderAdapter, entry: AnyEndpoint, body: unknown): 'error' | 'mixed' | undefined {
  const members = adapter.errorMembers?.(body, entry);
  if (!members || !isRecord(body)) return undefined;
  const schema = schemaOf(entry, 'reply');
  const expected = schema ? membersOf(schema) : [];
  // A contract that declares these members means them as part of its result.
  if (members.some((name) => expected.includes(name))) return undefined;
  const { envelope } = adapter;
  const enclosed = envelope === undefined ? undefined : body[envelope];
  const names = Object.keys(body).filter((name) => !members.includes(name) && expected.includes(name));
  if (!isRead(entry)) return names.length > 0 || (enclosed ?? null) !== null ? 'mixed' : 'error';
  const result = enclosed === undefined ? names.map((name) => body[name]) : [enclosed];
  return holdsResult(result.flatMap(valuesIn)) ? 'mixed' : 'error';
}

/** The members of an object, or the value itself. */
function valuesIn(value: unknown): unknown[] {
  return isRecord(value) ? Object.values(value) : [value];
}

/** Where there are lists, whether one has a row; otherwise whether there is a value other than a flag. */
function holdsResult(values: readonly unknown[]): boolean {
  const lists = values.filter((value) => Array.isArray(value));
  if (lists.length > 0) return lists.some((list) => list.some((row: unknown) => row !== null));
  return values.some((value) => (value ?? '') !== '' && typeof value !== 'boolean');
}

/** The declared members of a reply that is one object. */
function membersOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return membersOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Some operations without a reply acknowledge with a word. */
function isAcknowledgement(text: string): boolean {
  return /^\s*"?(ok|accepted|success(ful)?|done|true)"?[.!]?\s*$/i.test(text);
}

function formOf(body: string | undefined): string {
  if (body === undefined) return 'the body is empty';
  return /^\s*</.test(body) ? 'it is a page of HTML or XML instead of JSON, possibly from a proxy' : 'it is text instead of JSON';
}
