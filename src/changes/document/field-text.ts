/** Request fields as a person reads them: `domains[1].name = "Dock 1"`. Different fields and values never give the same text. */
import { exactText, wholeCap } from '../../text/exact-text.ts';
import { quoteUntrusted, quoteValue, truncate } from '../../text/sanitize.ts';
import { isEmptyHolder, type RequestField } from './request-fields.ts';
import { exactAddress, isAddress } from './shown-address.ts';

/** A text, and whether it shows all of what it stands for. */
export interface ShownText {
  text: string;
  whole: boolean;
}

/** One `name = value` for all targets that have it. */
export interface FieldLine extends ShownText {
  fields: readonly RequestField[];
  /** Name of the field with list positions. */
  place: string;
}

const hiddenValue = '[hidden]';

/** Longest name of a member that is shown whole, characters. */
const nameCap = 60;
/** Of more targets than this, those of a line are counted. */
const namedTargets = 5;

/**
 * Name and street of the person at the place of use of a SIM: the approver is told that they are set; the record does not contain them. Only
 * where contracts have them, so that no other field hides by its name.
 */
const personal = /^body\.primaryPlaceOfUse\.(customerName\.\w+|address\.addressLine\d)$/;

/** The value of a field: secrets and personal data hidden, one of more than `cap` characters with its length. */
export function valueText(one: RequestField, cap = wholeCap): ShownText {
  const { path, value, hidden, open } = one;
  if (hidden) return { text: hiddenValue, whole: true };
  if (personal.test(path)) return { text: '[personal data]', whole: true };
  if (value === '') return { text: 'empty', whole: true };
  if (value === null) return { text: 'null', whole: true };
  if (isEmptyHolder(value)) return { text: Array.isArray(value) ? 'empty list' : 'empty object', whole: true };
  if (typeof value !== 'string') return { text: String(value), whole: true };
  if (isAddress(path, value)) return capped(exactAddress(value), value, cap);
  const bare = quoteValue(value, cap);
  // In a place that may hold any type, a text that reads like another type stands in quotes.
  if (bare === value && !(open && likeAnotherType.test(value))) return { text: value, whole: true };
  return capped({ text: exactText(value), whole: true }, value, cap);
}

const likeAnotherType = /^(true|false|[-+]?\d+(\.\d+)?(e[-+]?\d+)?)$/i;

function capped(shown: ShownText, value: string, cap: number): ShownText {
  if (shown.text.length <= cap + 2) return shown;
  return { text: `${exactText(truncate(value, cap - 1)).slice(0, -1)}…" (${[...value].length} characters)`, whole: false };
}

/** The name of a field without the part of the request, without `prefix` and without the position of the element that names its target. */
export function placeText({ steps, element }: RequestField, prefix = ''): ShownText {
  const left = prefix === '' ? 1 : prefix.split('.').length;
  let names = 0;
  let text = '';
  let whole = true;
  for (const [i, step] of steps.entries()) {
    if (typeof step === 'number') {
      if (names > left && i !== element - 1) text += `[${step}]`;
      continue;
    }
    names += 1;
    if (names <= left) continue;
    const name = nameText(step);
    text += `${text === '' ? '' : '.'}${name.text}`;
    whole &&= name.whole;
  }
  return { text: text === '' ? String(steps[0] ?? '') : text, whole };
}

/** A member's name: as it is if it has only letters, digits and `_$@-`, otherwise in quotes. */
function nameText(name: string): ShownText {
  if (name.length > nameCap)
    return { text: `${exactText(truncate(name, nameCap - 1)).slice(0, -1)}…" (${[...name].length} characters)`, whole: false };
  return { text: /^[\w$@-]+$/.test(name) ? name : exactText(name), whole: true };
}

export interface LineOptions {
  /** All targets of the plan: a line that is not for all of them names those that it is for. */
  targets: readonly string[];
  /** Longest value that is shown whole, characters. */
  cap?: number;
  /** Path whose names are left out. */
  prefix?: string;
}

/** The lines of fields, in their order, equal ones of several targets in one. */
export function fieldLines(fields: readonly RequestField[], { targets, cap = wholeCap, prefix }: LineOptions): FieldLine[] {
  const lines = new Map<string, { place: ShownText; value: ShownText; fields: RequestField[]; of: Set<string> }>();
  for (const one of fields) {
    const [place, value] = [placeText(one, prefix), valueText(one, cap)];
    // Values that were cut to the same text are different ones.
    const key = JSON.stringify([place.whole ? place.text : one.steps, value.whole ? value.text : one.value]);
    const line = lines.get(key) ?? { place, value, fields: [], of: new Set<string>() };
    line.fields.push(one);
    for (const target of one.targets) line.of.add(target);
    lines.set(key, line);
  }
  return [...lines.values()].map(({ place, value, fields: those, of }) => {
    const whose = ownersText([...of], targets);
    return {
      text: `${place.text} = ${value.text}${whose.text}`,
      whole: place.whole && value.whole && whose.whole,
      fields: those,
      place: place.text,
    };
  });
}

/** ` (for 89148000000077000037)`; empty where it is for all targets. */
function ownersText(of: readonly string[], targets: readonly string[]): ShownText {
  if (of.length === 0 || targets.every((one) => of.includes(one))) return { text: '', whole: true };
  const named = of.slice(0, namedTargets).map((one) => quoteUntrusted(one, nameCap));
  const more = of.length - named.length;
  return { text: ` (for ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''})`, whole: more === 0 };
}

/** The whole text of a field, however long. Secrets and personal data stay hidden. */
export function wholeLine(line: FieldLine): string {
  const [first] = line.fields;
  if (!first) return line.text;
  const name = first.steps
    .slice(1)
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${/^[\w$@-]+$/.test(step) ? step : exactText(step)}`));
  const of = [...new Set(line.fields.flatMap(({ targets }) => targets))];
  const whose =
    line.text.endsWith(')') && / \(for /.test(line.text) ? ` (for ${of.map((one) => quoteUntrusted(one, 1000)).join(', ')})` : '';
  return `${name.join('').replace(/^\./, '')} = ${valueText(first, Number.MAX_SAFE_INTEGER).text}${whose}`;
}
