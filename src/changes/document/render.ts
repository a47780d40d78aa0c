/** Renders phrases, and finds the request fields that a text states in full. */
import { plainText, quoteValue } from '../../text/sanitize.ts';
import { fieldLines } from './field-text.ts';
import type { Destinations, FieldValue, Phrase, PhrasePart, Settings } from './phrase.ts';
import type { RequestField } from './request-fields.ts';
import { shownAddress } from './shown-address.ts';

/** A rendered phrase, and the request fields that its text accounts for. */
export interface Rendered {
  text: string;
  accounts: ReadonlySet<RequestField>;
  /** Whether every value in it is shown in full. */
  complete: boolean;
}

/** Longest value of a caller or a provider inside a sentence, characters. */
const valueCap = 40;
/** More different values of one field than this are counted. */
const shownValues = 5;
const hiddenValue = '[hidden]';

type StatedValue = string | number | boolean;

/** The text of a phrase over the fields of the requests. */
export function render(it: Phrase, fields: readonly RequestField[]): Rendered {
  const targets = [...new Set(fields.flatMap((one) => one.targets))];
  const accounts = new Set<RequestField>();
  const stated = new Map<string, StatedValue[]>();
  let complete = true;
  const add = (found: readonly RequestField[]): void => {
    for (const one of found) accounts.add(one);
  };
  const below = (path: string): RequestField[] => fields.filter((one) => one.path === path || one.path.startsWith(`${path}.`));
  const show = (text: string, cap: number): string => {
    if (!isShownWhole(text, cap)) complete = false;
    return quoteValue(text, cap);
  };

  const fieldText = ({ paths, cap, word }: FieldValue): string => {
    const found = paths.flatMap(below);
    if (found.length === 0) return 'not given';
    if (found.some(({ hidden }) => hidden)) return hiddenValue;
    const values = [...new Set(found.map(({ value }) => textOf(value)))];
    // Paths for members with the same value state all of them only where it is the same.
    const clear = paths.every((path) => isClear(below(path), path, fields)) && (paths.length === 1 || values.length === 1);
    if (clear) add(found.filter((one) => typeof one.value !== 'object' && isShownWhole(textOf(one.value), cap) && isTyped(one)));
    if (values.length > shownValues) return `${values.length} different values`;
    return values.map((value) => (word && /^[\w.-]+$/.test(value) ? value : show(value, cap))).join(', ');
  };

  const settingsText = ({ path, except }: Settings): string => {
    const found = below(path).filter((one) => !except.some((name) => `${one.path}.`.startsWith(`${path}.${name}.`)));
    const lines = fieldLines(found, { targets, cap: valueCap, prefix: path });
    for (const line of lines) if (line.whole) add(line.fields);
    return lines.map(({ text }) => text).join(', ') || 'nothing';
  };

  const destinationsText = ({ path }: Destinations): string => {
    const found = below(path);
    const clear = isClear(found, path, fields);
    const texts = found.flatMap((one) => {
      if (one.hidden) return [hiddenValue];
      if (typeof one.value !== 'string') return [];
      const address = shownAddress(one.value);
      if (!address.whole || !clear) complete = false;
      else if (isTyped(one, address.text)) add([one]);
      return [address.text];
    });
    return [...new Set(texts)].join(', ') || 'no address';
  };

  const partText = (part: PhrasePart): string => {
    if (typeof part === 'number') return String(part);
    switch (part.kind) {
      case 'phrase':
        return part.texts.map((text, i) => text + (i < part.parts.length ? partText(part.parts[i] as PhrasePart) : '')).join('');
      case 'quoted':
        return show(part.text, part.cap);
      case 'stated':
        if (part.value === undefined) add(below(part.path).filter(({ hidden }) => hidden));
        else stated.set(part.path, [...(stated.get(part.path) ?? []), part.value]);
        return partText(part.text);
      case 'field':
        return fieldText(part);
      case 'settings':
        return settingsText(part);
      case 'destinations':
        return destinationsText(part);
    }
  };

  const text = partText(it);
  for (const [path, values] of stated) add(statedFields(fields, path, values));
  return { text, accounts, complete };
}

/** Whether a value stands in a sentence as it is. */
const isShownWhole = (value: string, cap: number): boolean => plainText(value, cap) === value.normalize('NFC');

const textOf = (value: RequestField['value']): string =>
  Array.isArray(value) ? '[]' : typeof value === 'object' && value !== null ? '{}' : String(value);

/** In a place of any type, only a text that stands in quotes cannot be taken for another type. */
const isTyped = ({ open, value }: RequestField, shown = quoteValue(String(value))): boolean =>
  !open || typeof value !== 'string' || shown.startsWith('"') || !/^[-+]?\d+(\.\d+)?$|^(true|false|null)$/i.test(value);

/**
 * The fields at a path that a phrase states by these values: all of them where there is one value, otherwise only where each request has them
 * in this order.
 */
function statedFields(fields: readonly RequestField[], path: string, values: readonly StatedValue[]): readonly RequestField[] {
  const found = fields.filter((one) => one.path === path);
  const fits = ({ value, open }: RequestField, wanted: StatedValue | undefined): boolean =>
    open ? value === wanted : typeof value !== 'object' && String(value) === String(wanted);
  if (values.every((one) => one === values[0])) {
    const those = found.filter((one) => fits(one, values[0]));
    if (those.length === found.length) return found;
  }
  const requests = [...Map.groupBy(found, ({ request }) => request).values()];
  return requests.every((those) => those.length === values.length && those.every((one, i) => fits(one, values[i]))) ? found : [];
}

/**
 * Whether a text that lists the values at a path says which value stands where: every request, and every target of a list, has the same
 * values, and the only list among them is that of the values themselves.
 */
function isClear(found: readonly RequestField[], path: string, fields: readonly RequestField[]): boolean {
  if (found.some((one) => one.path !== path)) return false;
  // What a caller may form as he likes is clear only where it is one value.
  if (found.some(({ open, steps }) => open && typeof steps.at(-1) === 'number')) return false;
  if (found.some((one) => severalElements(one, fields))) return false;
  const unitOf = (one: RequestField): string => JSON.stringify([one.request, one.element > 0 ? one.steps.slice(0, one.element) : []]);
  const sequences = [...Map.groupBy(found, unitOf).values()].map((those) => JSON.stringify(those.map(({ value }) => value)));
  if (new Set(sequences).size > 1) return false;
  const [first] = found;
  if (!first) return true;
  const units = new Set(
    fields
      .filter((one) => (first.element > 0 ? one.element > 0 && sameList(one, first) : true))
      .map((one) => (first.element > 0 ? unitOf(one) : JSON.stringify([one.request, []]))),
  );
  return sequences.length === units.size;
}

const sameList = (a: RequestField, b: RequestField): boolean =>
  JSON.stringify(a.steps.slice(0, b.element - 1)) === JSON.stringify(b.steps.slice(0, b.element - 1));

/** Whether the field belongs to one of several objects in a list, other than the one that names its target. */
function severalElements({ steps, element, request }: RequestField, fields: readonly RequestField[]): boolean {
  return steps.some((step, i) => {
    if (typeof step !== 'number' || i === element - 1 || i === steps.length - 1) return false;
    const list = JSON.stringify(steps.slice(0, i));
    return fields.some(
      (one) => one.request === request && one.steps.length > i && one.steps[i] !== step && JSON.stringify(one.steps.slice(0, i)) === list,
    );
  });
}
