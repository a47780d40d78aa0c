/** The text that a list of devices is searched with: the start of a name or of an identifier, or a whole identifier in any spelling. */
import { beginningsIn, type IdentifierKind, kindsOf, normaliseIdentifier, normalName, plainText, sameName } from '../vocabulary.ts';
import { type Device, searchTextsOf } from './device.ts';
import { holds } from './meant.ts';

interface Query {
  name: string;
  /** Without separators, lower case. */
  bare: string;
  beginnings: readonly string[];
  whole: readonly (readonly [kind: IdentifierKind, value: string])[];
}

let last: { text: string; query: Query } | undefined;

/** The forms of a query, kept for the rows that follow. */
function queryOf(text: string): Query {
  if (last?.text === text) return last.query;
  const query = {
    name: normalName(text),
    bare: plainText(text)
      .replace(/[\s:._-]/g, '')
      .toLowerCase(),
    beginnings: beginningsIn(text),
    whole: kindsOf(text).map((kind) => [kind, normaliseIdentifier(kind, text) ?? ''] as const),
  };
  last = { text, query };
  return query;
}

/** Whether a name or identifier of the device begins with the text, or one of its identifiers is that text in another spelling. */
export function matches(device: Device, text: string): boolean {
  const { name, bare, beginnings, whole } = queryOf(text);
  const fits = (value: string): boolean =>
    normalName(value).startsWith(name) || sameName(value, text) || (bare !== '' && value.toLowerCase().startsWith(bare));
  return (
    searchTextsOf(device).some(fits) ||
    Object.values(device.identifiers).some((id) => beginnings.some((one) => id.toLowerCase().startsWith(one))) ||
    whole.some(([kind, value]) => holds(device, kind, value))
  );
}

/** The text as a provider can match it: identifiers without labels and separators; undefined where only the fleet's own comparison finds the spelling. */
export function providerQuery(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [kind] = kindsOf(text);
  const whole = kindsOf(text).includes('devEui') ? normaliseIdentifier('devEui', text) : kind && normaliseIdentifier(kind, text);
  if (whole) return whole;
  const plain = plainText(text);
  if (/^(?:[0-9a-f]{2}:)+[0-9a-f]{0,2}$/i.test(plain) || /^(?:[0-9a-f]{2}-){3,}[0-9a-f]{0,2}$/i.test(plain))
    return plain.replace(/[:-]/g, '');
  if (!/^[\x20-\x7e]+$/.test(plain)) return undefined;
  // With separators or a label it may be the beginning of an identifier or of a name, which a provider compares as they are.
  return beginningsIn(text).every((one) => one === plain.toLowerCase()) ? plain : undefined;
}
