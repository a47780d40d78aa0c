/** Finds the identifiers in a tool call, and what they mean where a provider does not know them as they are written. */
import { z } from 'zod';

import { CallError, Refusal } from '../clients/http/errors.ts';
import { didYouMean } from '../fleet/near.ts';
import { isObject } from '../text/is-object.ts';
import { type IdentifierKind, identifierFieldOf, kindsOf, normaliseIdentifier } from '../vocabulary.ts';
import type { AnyTool, ToolContext } from './define.ts';

interface Found {
  path: readonly (string | number)[];
  /** Undefined for a handle of any kind. */
  kind: IdentifierKind | undefined;
  value: string;
}

/** Identifiers looked up for one call: each costs requests. */
const maxLookups = 20;
const maxOffers = 3;

/** The identifiers in a tool's input. Keys, the JoinEUI, which names a server, and handles, which the fleet resolves itself, are left out. */
export function identifiersIn(schema: z.core.$ZodType, value: unknown, path: readonly (string | number)[] = []): Found[] {
  const field = identifierFieldOf(schema);
  if (field !== undefined) {
    if (typeof value !== 'string' || field === 'aesKey' || field === 'joinEui' || field === 'device') return [];
    return [{ path, kind: field === 'subscriber' ? undefined : field, value }];
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return identifiersIn(schema.unwrap(), value, path);
  if (schema instanceof z.ZodPipe) return identifiersIn(schema.in, value, path);
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.slice(0, 10_000).flatMap((item, i) => identifiersIn(schema.element, item, [...path, i]));
  if (schema instanceof z.ZodObject && isObject(value))
    return Object.entries(schema.shape).flatMap(([name, member]) => identifiersIn(member, value[name], [...path, name]));
  return [];
}

/** The devices that a call is about: its connection, or the tool's provider. */
function scopeOf(tool: AnyTool, input: unknown): { connection?: string; provider?: string } {
  const connection = isObject(input) ? input['connection'] : undefined;
  return {
    ...(typeof connection === 'string' && connection !== '' ? { connection } : {}),
    ...(tool.provider === undefined ? {} : { provider: tool.provider }),
  };
}

/**
 * The input with each identifier as its provider knows it, where it is the same identifier with or without its check digit or country code;
 * undefined where nothing differs. Only identifiers that `about` names are looked up.
 */
export async function withKnownForms(
  tool: AnyTool,
  input: unknown,
  { fleet, signal }: Pick<ToolContext, 'fleet' | 'signal'>,
  about: (found: Found) => boolean,
): Promise<unknown> {
  let changed: unknown;
  for (const found of identifiersIn(tool.input, input).filter(about).slice(0, maxLookups)) {
    const kind = found.kind ?? kindsOf(found.value)[0];
    if (kind === undefined) continue;
    const form = await fleet.knownForm(scopeOf(tool, input), kind, found.value, signal);
    if (form !== undefined && form !== found.value) changed = replaced(changed ?? input, found.path, form);
  }
  return changed;
}

function replaced(value: unknown, [step, ...rest]: readonly (string | number)[], form: string): unknown {
  if (step === undefined) return form;
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? replaced(item, rest, form) : item));
  if (isObject(value)) return { ...value, [step]: replaced(value[step], rest, form) };
  return value;
}

/** What near devices a call may mean by the identifiers that `about` names, as a question; undefined where none is near. */
export async function nearOffer(
  tool: AnyTool,
  input: unknown,
  { fleet, signal }: Pick<ToolContext, 'fleet' | 'signal'>,
  about: (found: Found) => boolean,
): Promise<string | undefined> {
  const offers: string[] = [];
  for (const { value } of identifiersIn(tool.input, input).filter(about).slice(0, maxOffers)) {
    const offer = didYouMean(await fleet.near(scopeOf(tool, input), value, signal));
    if (offer && !offers.includes(offer)) offers.push(offer);
  }
  return offers.length > 0 ? offers.join(' ') : undefined;
}

/** Whether an identifier of the input is not one: misspelled, too short, or mangled. */
export function isMisspelled({ kind, value }: Found): boolean {
  return kind !== undefined && normaliseIdentifier(kind, value) === undefined;
}

/** Whether an error or a refused change says something about this identifier. */
export function isNamedIn(text: string): (found: Found) => boolean {
  return ({ value }) => text.includes(value);
}

/** Whether an identifier has another length than its provider keeps, such as an ICCID without its check digit. */
export function isUnusual(tool: AnyTool, input: unknown, { fleet }: Pick<ToolContext, 'fleet'>): (found: Found) => boolean {
  return ({ kind, value }) => kind !== undefined && !fleet.isUsual(scopeOf(tool, input), kind, value);
}

/** The same error with the offer before its next step. */
export function withOffer(error: unknown, offer: string | undefined): unknown {
  if (!offer || !(error instanceof CallError)) return error;
  return new Refusal(error.message, `${offer} ${error.next}`, error instanceof Refusal ? error.field : undefined);
}
