/**
 * Texts of a plan. A phrase is fixed text of this program with typed values in it. A plain string cannot stand in a phrase, so text of a
 * caller or a provider is always quoted and capped, and a request field that a phrase shows is known by its path.
 */
import { isSecretPath } from '../../text/redact.ts';
import { plainText, quoteValue } from '../../text/sanitize.ts';
import type { RequestField } from './request-fields.ts';
import { shownAddress } from './shown-address.ts';

/** Fixed text with values in it. Made by the tag `phrase`. */
export interface Phrase {
  readonly kind: 'phrase';
  readonly texts: readonly string[];
  readonly parts: readonly PhrasePart[];
}

/** What may stand in a phrase. Numbers are shown as they are. */
export type PhrasePart = Phrase | Quoted | FieldValue | Stated | Settings | Destinations | number;

interface Quoted {
  readonly kind: 'quoted';
  readonly text: string;
  readonly cap: number;
}

interface FieldValue {
  readonly kind: 'field';
  readonly paths: readonly string[];
  readonly cap: number;
  readonly word: boolean;
}

interface Stated {
  readonly kind: 'stated';
  readonly path: string;
  readonly value: string | undefined;
  readonly text: Phrase;
}

interface Settings {
  readonly kind: 'settings';
  readonly path: string;
  readonly except: readonly string[];
}

interface Destinations {
  readonly kind: 'destinations';
  readonly path: string;
}

/** Longest value of a caller or a provider inside a sentence, characters. */
const valueCap = 40;

/** A phrase: phrase`activate on plan ${field('body.servicePlan')}`. */
export function phrase(texts: TemplateStringsArray, ...parts: PhrasePart[]): Phrase {
  return { kind: 'phrase', texts: [...texts], parts };
}

/** No text. */
export const nothing: Phrase = { kind: 'phrase', texts: [''], parts: [] };

/** A copy of a phrase with `change` applied to every text of a caller or provider in it; the values of request fields stay. */
export function phraseWith({ texts, parts }: Phrase, change: (text: string) => string): Phrase {
  const changed = parts.map((part): PhrasePart => {
    if (typeof part === 'number') return part;
    if (part.kind === 'phrase') return phraseWith(part, change);
    if (part.kind === 'quoted') return { ...part, text: change(part.text) };
    return part.kind === 'stated' ? { ...part, text: phraseWith(part.text, change) } : part;
  });
  return { kind: 'phrase', texts: texts.map(change), parts: changed };
}

/** A constant of this program as a phrase; a text that is only known at run time does not compile. */
export function fixed<const T extends string>(text: string extends T ? never : T): Phrase {
  return { kind: 'phrase', texts: [text], parts: [] };
}

/**
 * A text that this program computed from numbers and its own words, such as an age or a size. It must hold no text of a caller or a provider:
 * test/changes/document/own-text.test.ts lists who uses it.
 */
export function ownText(text: string): Phrase {
  return { kind: 'phrase', texts: [text], parts: [] };
}

/** Texts of a caller or a provider, each quoted; of more than `most` the rest is counted. */
export function quotedList(texts: readonly string[], most = 3): Phrase {
  const shown = texts.slice(0, texts.length > most ? Math.max(most - 1, 1) : most);
  const list = joined(shown.map((text) => quoted(text)));
  const rest = texts.length - shown.length;
  return rest > 0 ? phrase`${list} and ${rest} more` : list;
}

/** The parts one after another, with a separator between them. */
export function joined(parts: readonly PhrasePart[], separator: Phrase = phrase`, `): Phrase {
  const all = parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part]));
  return { kind: 'phrase', texts: ['', ...all.map(() => '')], parts: all };
}

/** Text of a caller or a provider, quoted, on one line, at most `cap` characters. */
export function quoted(text: string | undefined, cap = valueCap): Quoted {
  return { kind: 'quoted', text: text ?? '', cap };
}

/**
 * The value of a request field, for example `body.servicePlan` or `query.fPort`; list positions are left out of the path. Several requests
 * with different values show each value. A field that no request has is shown as `not given`. Several paths are for members that carry the
 * same value, such as `body.product` and `body.service`.
 */
export function field(path: string | readonly string[], cap = valueCap): FieldValue {
  return { kind: 'field', paths: [path].flat(), cap, word: false };
}

/** As `field`, for a value that the contract limits to a few words of its own, such as an enumeration. It is shown without quotes. */
export function word(path: string): FieldValue {
  return { kind: 'field', paths: [path], cap: valueCap, word: true };
}

/**
 * Text that stands for one value of a request field: stated('body.state', 'DEACTIVATED', phrase`SWITCH OFF`). Without a value it stands for a
 * secret or for the presence of a field whose value cannot be shown: stated('body.appKey', undefined, phrase`with its AppKey`).
 */
export function stated(path: string, value: string | number | boolean | undefined, text: Phrase): Stated {
  return { kind: 'stated', path, value: value === undefined ? undefined : String(value), text };
}

/** Every field below a path as `name = value`, secrets hidden, except the members named. */
export function settings(path: string, except: readonly string[] = []): Settings {
  return { kind: 'settings', path, except };
}

/** The addresses below a path, each as a URL without credentials and query, or from its registrable domain where it is long. */
export function destinations(path: string): Destinations {
  return { kind: 'destinations', path };
}

/** A rendered phrase, and the request fields that its text accounts for. */
export interface Rendered {
  text: string;
  accounts: ReadonlySet<RequestField>;
  /** Whether every value in it is shown in full. */
  complete: boolean;
}

/** The text of a phrase over the fields of the requests. */
export function render(it: Phrase, fields: readonly RequestField[]): Rendered {
  const accounts = new Set<RequestField>();
  let complete = true;
  const add = (found: readonly RequestField[]): void => {
    for (const one of found) accounts.add(one);
  };
  const below = (path: string): RequestField[] => fields.filter((one) => one.path === path || one.path.startsWith(`${path}.`));
  const show = (text: string, cap: number): string => {
    if (!isShownWhole(text, cap)) complete = false;
    return quoteValue(text, cap);
  };
  const partText = (part: PhrasePart): string => {
    if (typeof part === 'number') return String(part);
    switch (part.kind) {
      case 'phrase':
        return part.texts.map((text, i) => text + (i < part.parts.length ? partText(part.parts[i] as PhrasePart) : '')).join('');
      case 'quoted':
        return show(part.text, part.cap);
      case 'stated':
        add(below(part.path).filter((one) => (part.value === undefined ? isHidden(one) : String(one.value) === part.value)));
        return partText(part.text);
      case 'field': {
        const found = part.paths.flatMap(below);
        const values = [...new Set(found.map(({ value }) => String(value)))];
        if (values.length === 0) return 'not given';
        if (found.some(isHidden)) return redactedValue;
        if (values.length > shownValues) return `${values.length} different values`;
        add(found.filter(({ value }) => isShownWhole(String(value), part.cap)));
        return values.map((value) => (part.word && /^[\w.-]+$/.test(value) ? value : show(value, part.cap))).join(', ');
      }
      case 'settings': {
        const found = below(part.path).filter(({ path }) => !part.except.some((name) => `${path}.`.startsWith(`${part.path}.${name}.`)));
        const lines = new Map<string, RequestField>(found.map((one) => [fieldLine(one, part.path), one]));
        add(found.filter((one) => isHidden(one) || isShownWhole(String(one.value), valueCap)));
        return [...lines.keys()].join(', ') || 'nothing';
      }
      case 'destinations': {
        const found = below(part.path).filter(({ value }) => typeof value === 'string');
        const shown = found.map((one) => ({ one, address: shownAddress(String(one.value)) }));
        add(shown.filter(({ address }) => address.whole).map(({ one }) => one));
        if (shown.some(({ address }) => !address.whole)) complete = false;
        return [...new Set(shown.map(({ address }) => address.text))].join(', ') || 'no address';
      }
    }
  };
  return { text: partText(it), accounts, complete };
}

/** More different values of one field than this are counted. */
const shownValues = 5;

const redactedValue = '[hidden]';

/** Whether the value of a field is never shown, because of the name of the field. */
const isHidden = ({ path }: RequestField): boolean => isSecretPath(path);

const isShownWhole = (value: string, cap: number): boolean => plainText(value, cap) === value.normalize('NFC');

/** `name = value` of a field, its name without the part of the request and without `prefix`. */
export function fieldLine(one: RequestField, prefix?: string): string {
  const path =
    prefix && one.path.startsWith(`${prefix}.`) ? one.path.slice(prefix.length + 1) : one.path.replace(/^(path|query|body)\./, '');
  return `${path} = ${fieldText(one)}`;
}

/** Names and street of a person: the approver is told that they are set; the record does not contain them. */
const personal = /(^|\.)(customerName\.\w+|addressLine\d*)$/;

/** The value of a field as a person reads it: secrets and personal data hidden, a cut value with its length. */
export function fieldText(one: RequestField): string {
  const { path, value } = one;
  if (isHidden(one)) return redactedValue;
  if (personal.test(path)) return '[personal data]';
  if (value === null || value === '') return 'empty';
  const text = String(value);
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return shownAddress(text).text;
  const length = [...text].length;
  if (isShownWhole(text, valueCap)) return quoteValue(text);
  return `${quoteValue(text)} (${length > valueCap ? `${length} characters` : 'not all characters shown'})`;
}
