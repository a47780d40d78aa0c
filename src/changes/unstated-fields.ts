/** Request fields that the text of a plan does not mention: they are appended to what a person approves. */
import { isSecretName, isSecretPath, redactedText } from '../text/redact.ts';
import { quoteUntrusted } from '../text/sanitize.ts';
import type { Plan } from './planner.ts';

/** Fields that change nothing by themselves: the kind of the identifier beside them, the version that the request expects. */
const technical = /(^|\.)(kind|idType|occContext\.version)$/;

/** Names and street of a person: the approver is told that they are set; the record does not contain them. */
const personal = /(^|\.)(customerName\.\w+|addressLine\d*)$/;

interface Field {
  /** Member names from the request's part on, without list positions: `body.devices.ipAddress`. */
  path: string;
  value: string | number | boolean;
}

/**
 * The fields of the requests that neither identify a target nor appear in `text`, each as `name = value`, secrets hidden.
 * Short values and booleans count as mentioned only where the text also has a word of the field's name.
 */
export function unstatedFields(plan: Pick<Plan<unknown>, 'steps' | 'targets'>, text: string): string[] {
  const changing = plan.targets.filter((target) => target.verdict === 'change');
  const devices = changing.map(({ device }) => withoutSeparators(device.toLowerCase())).filter((device) => device.length >= 8);
  const known = [text, ...changing.flatMap(({ device, label, name }) => [device, label, name ?? ''])].join('\n').toLowerCase();
  const compact = withoutSeparators(known);
  const found = new Map<string, string>();
  for (const { input } of plan.steps) {
    for (const field of fieldsOf(input)) {
      const name = field.path.replace(/^(path|query|body)\./, '');
      const line = `${name} = ${shownValue(field)}`;
      if (!found.has(line) && !isMentioned(field, known, compact, devices)) found.set(line, line);
    }
  }
  return [...found.values()].sort();
}

function isMentioned({ path, value }: Field, known: string, compact: string, devices: readonly string[]): boolean {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (technical.test(path)) return true;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s._-]+/)
    .filter((word) => word.length > 2);
  const namesField = words.some((word) => known.includes(word.replace(/s$/, '')));
  const text = String(value).toLowerCase();
  // An enumeration such as SUBSCRIBER_SUSPENDED counts as mentioned where the text has a word of it and of the field's name.
  if (
    /^[A-Z]+(_[A-Z]+)*$/.test(String(value)) &&
    [text.split('_'), words].every((list) => list.some((word) => word.length > 5 && known.includes(word.slice(0, 6))))
  )
    return true;
  if (isSecretName(name)) return words.length > 0 && words.every((word) => known.includes(word));
  if (typeof value === 'boolean') return namesField;
  if (text.length < 4)
    return (
      (namesField || (typeof value === 'string' && text.length > 1)) && new RegExp(`(?<![\\w.])${escaped(text)}(?![\\w.])`).test(known)
    );
  // Names are shown without punctuation and cut after 40 characters.
  const plain = withoutSeparators(text.length > 40 ? text.slice(0, 30) : text);
  if (plain === '') return namesField;
  // A provider's key of a target may hold its identifier: `eA81758FFFE0A0001`.
  return (
    known.includes(text) || compact.includes(plain) || devices.some((device) => plain.endsWith(device) && plain.length <= device.length + 2)
  );
}

/** Every value of a request with its path; null and undefined are not sent. */
function fieldsOf(input: unknown, path = ''): Field[] {
  if (input === null || input === undefined || input === '') return [];
  if (Array.isArray(input)) return input.flatMap((item) => fieldsOf(item, path));
  if (typeof input === 'object')
    return Object.entries(input).flatMap(([name, value]) => fieldsOf(value, path === '' ? name : `${path}.${name}`));
  return typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean' ? [{ path, value: input }] : [];
}

function shownValue({ path, value }: Field): string {
  if (isSecretPath(path)) return redactedText;
  if (personal.test(path)) return '[personal data]';
  return quoteUntrusted(withoutQuery(String(value)), 40);
}

/** A URL without its query, which may hold a key. */
function withoutQuery(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return text;
  const { origin, pathname, search } = new URL(text);
  return `${origin}${pathname}${search ? '?…' : ''}`;
}

const withoutSeparators = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
