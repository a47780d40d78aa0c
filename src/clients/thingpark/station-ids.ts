/** The identifiers of base stations in the spellings in which they are typed, printed on labels and shown by other tools. */
import { plainText } from '../../vocabulary.ts';

/** The identifier of a base station in normal form, and the UID under which its API has it. */
export interface StationId {
  kind: 'LRR ID' | 'LRR UUID';
  value: string;
  /** `i<LRR ID>` or `u<LRR UUID>` (Network API 7.3). */
  uid: string;
}

const label = /^(?:(?:lrr|gateway)?[-_ ]?(?:uuid|id)|lrr|gateway|0x)\s*[:=#-]?\s*/i;

/** An LRR ID is 8 hex digits; an LRR UUID is an OUI of 6 hex digits, a dash, and 2 to 48 hex digits. Undefined for other text. */
export function stationIdOf(text: string): StationId | undefined {
  const plain = plainText(text).replace(label, '').replace(label, '').toUpperCase();
  const dashed = /^U?([0-9A-F]{6}-[0-9A-F]{2,48})$/.exec(plain)?.[1];
  if (dashed) return { kind: 'LRR UUID', value: dashed, uid: `u${dashed}` };
  const bare = bareOf(plain.replace(/^[IU](?=[0-9A-F])/, ''));
  if (/^[0-9A-F]{8}$/.test(bare)) return { kind: 'LRR ID', value: bare, uid: `i${bare}` };
  const [, oui, serial] = /^([0-9A-F]{6})([0-9A-F]{4,48})$/.exec(bare) ?? [];
  return oui && serial ? { kind: 'LRR UUID', value: `${oui}-${serial}`, uid: `u${oui}-${serial}` } : undefined;
}

/** The beginning of an LRR ID that a text can be, in upper case: hex digits without label and separators. Undefined for other text. */
export function stationBeginningOf(text: string): string | undefined {
  const bare = bareOf(plainText(text).replace(label, '').replace(label, '').toUpperCase().replace(/^I/, ''));
  return /^[0-9A-F]{2,8}$/.test(bare) ? bare : undefined;
}

/** Without separators, which stand between whole bytes only. */
function bareOf(text: string): string {
  const groups = text.split(/[\s:._-]+/).filter(Boolean);
  return groups.every((group) => group.length % 2 === 0) ? groups.join('') : text;
}
