/**
 * Texts of a plan. A phrase is fixed text of this program with typed values in it. A plain string cannot stand in a phrase, so text of a
 * caller or a provider is always quoted and capped, and a request field that a phrase shows is known by its path.
 */
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

export interface FieldValue {
  readonly kind: 'field';
  readonly paths: readonly string[];
  readonly cap: number;
  readonly word: boolean;
}

interface Stated {
  readonly kind: 'stated';
  readonly path: string;
  readonly value: string | number | boolean | undefined;
  readonly text: Phrase;
}

export interface Settings {
  readonly kind: 'settings';
  readonly path: string;
  readonly except: readonly string[];
}

export interface Destinations {
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
  return { kind: 'stated', path, value, text };
}

/** Every field below a path as `name = value`, secrets hidden, except the members named. */
export function settings(path: string, except: readonly string[] = []): Settings {
  return { kind: 'settings', path, except };
}

/** The addresses below a path, each as a URL without credentials and query, or from its registrable domain where it is long. */
export function destinations(path: string): Destinations {
  return { kind: 'destinations', path };
}
