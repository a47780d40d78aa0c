/** Identifiers in the input of a call, in any accepted spelling, as the normal form of the vocabulary. */
import { isObject } from '../../text/is-object.ts';
import {
  type IdentifierKind,
  identifierFormats,
  isSpreadsheetNumber,
  normaliseIdentifier,
  plainText,
  spreadsheetMessage,
} from '../../vocabulary.ts';
import type { AnyEndpoint, AnyInput } from './endpoint.ts';
import type { MarkedKind } from './identifier-marks.ts';
import { pathIdentifiers, visitMarks } from './identifiers-of.ts';

/** An identifier that cannot be what was meant. `rule` follows the name of the field. */
export interface UnusableIdentifier {
  field: string;
  rule: string;
}

/**
 * The input with its identifiers in normal form; the same object where nothing differs. A text that is no identifier of its kind stays as it
 * is, for the schema to judge, and so does a `ref`. Calls `refuse` for an identifier that lost digits: a JSON number, or one from a spreadsheet.
 */
export function normaliseIdentifiers(entry: AnyEndpoint, input: AnyInput, refuse: (unusable: UnusableIdentifier) => never): AnyInput {
  const changed: AnyInput = { ...input };
  for (const [name, , kind] of pathIdentifiers(entry, input)) {
    const given = input.path?.[name];
    const value = normalForm(kind, given, `path.${name}`, refuse);
    if (value !== given && typeof value === 'string') changed.path = { ...changed.path, [name]: value };
  }
  for (const part of ['query', 'body'] as const) {
    const found: { steps: readonly (string | number)[]; value: unknown }[] = [];
    visitMarks(entry, part, input[part], ({ steps, mark }, given) => {
      const named = mark.kind === 'named' && isObject(given);
      const kind = named ? namedKinds[String(given['kind']).trim().toLowerCase()] : mark.kind;
      if (kind === undefined || kind === 'named') return;
      const at = named ? [...steps, 'id'] : steps;
      const text = named ? given['id'] : given;
      const value = normalForm(kind, text, [part, ...at].join('.'), refuse);
      if (value !== text) found.push({ steps: at, value });
    });
    if (found.length === 0) continue;
    const copy = { [part]: structuredClone(input[part]) };
    for (const { steps, value } of found) setAt(copy, [part, ...steps], value);
    Object.assign(changed, copy);
  }
  return changed;
}

/** The kinds in an object `{id, kind}` that the vocabulary knows. A MIN has the digits of an MDN. */
const namedKinds: Readonly<Record<string, MarkedKind | undefined>> = {
  iccid: 'iccid',
  imei: 'imei',
  imsi: 'imsi',
  mdn: 'mdn',
  min: 'mdn',
  msisdn: 'msisdn',
  meid: 'meid',
  esn: 'esn',
  eid: 'eid',
};

/** What a marked kind can be, in the order in which it is tried. */
const kindsOf: Readonly<Record<Exclude<MarkedKind, IdentifierKind | 'ref'>, readonly IdentifierKind[]>> = {
  sim: ['iccid', 'eid'],
  subscriber: ['iccid', 'devEui', 'imei'],
  device: ['devEui'],
  uid: ['devEui'],
};

function normalForm(kind: MarkedKind, given: unknown, field: string, refuse: (unusable: UnusableIdentifier) => never): unknown {
  if (kind === 'ref') return given;
  const kinds = kind in kindsOf ? kindsOf[kind as keyof typeof kindsOf] : [kind as IdentifierKind];
  const [first] = kinds;
  const { name, example } = identifierFormats[first as IdentifierKind];
  if (typeof given === 'number')
    return refuse({ field, rule: `must be text in quotes: digits of a JSON number may be lost. Example: "${example}"` });
  if (typeof given !== 'string' || (kind !== 'uid' && isNormal(kinds, given))) return given;
  if (isSpreadsheetNumber(given))
    return refuse({ field, rule: `is not usable: ${spreadsheetMessage(name, `"${given.slice(0, 40)}"`, example)}` });
  if (kind === 'uid') return uidForm(given);
  for (const one of kinds) {
    const value = normaliseIdentifier(one, given);
    if (value !== undefined) return value;
  }
  return given;
}

/** Whether a text is in normal form for sure, as nearly every identifier of a large change is. Other forms of IP and MSISDN fit their patterns too. */
function isNormal(kinds: readonly IdentifierKind[], text: string): boolean {
  return kinds.some((one) => one !== 'ip' && one !== 'msisdn' && identifierFormats[one].pattern.test(text));
}

/** A reference stays as it is; an EUI in any spelling, with or without an `e` before it, is that EUI after an `e`. */
function uidForm(given: string): string {
  const text = plainText(given);
  const eui = normaliseIdentifier('devEui', text) ?? normaliseIdentifier('devEui', text.replace(/^e/i, ''));
  return eui === undefined ? given : `e${eui}`;
}

/** Sets a value inside an object that has this path. */
function setAt(value: unknown, steps: readonly (string | number)[], to: unknown): void {
  const parent = steps.slice(0, -1).reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value);
  (parent as Record<string | number, unknown>)[steps.at(-1) as string | number] = to;
}
