/**
 * Personal data by one rule, for every read: the names of persons, also of those who did something, their e-mail addresses, telephone
 * numbers and postal addresses, and where a SIM is. Identifiers are none: those of devices, also the phone number of a SIM, and the login of a
 * user, with which it is named in another call or in the history of a device. Positions that an operator entered for its own equipment are none either.
 */

/** Stands for each value that is left out. */
export const personalText = '[personal data]';

/** Names of fields, compared without separators and case. */
const personalNames: readonly RegExp[] = [
  /(first|last|middle|full|given|family|sur|customer|contact|recipient|person|owner)name$/,
  /^(contact|recipient|person|primaryuser|customer(?!id$|admindata$).*)$/,
  /^(delivery|shipping|billing|home|postal|recipient|contact|customer|service)?address$/,
  /placeofuse|addressline|street|postal|postcode|telephone|birth|trackingnumber|trackingref/,
  /^(mdn)?zip(code)?\d?$/,
  /(?<!geo|admin)(latitude|longitude)$|coordinate/,
  /e?mail(address)?$/,
];

/** Last words of such names that may also end another word, as "city" ends "capacity". */
const personalWords = new Set(['city', 'county', 'phone', 'fax', 'mail', 'by']);

/** Fields that name a login or whose act an event of a history was; everywhere else an e-mail address is personal. */
const logins = new Set(['id', 'user', 'userid', 'username', 'login', 'who', 'author', 'ackauthor', 'clientid', 'eventby']);

/** The end of a name of more characters is looked at: a text of any length may stand where a name is expected. */
const maxName = 200;

/** Whether a field of this name holds data of a person. */
export function isPersonalName(name: string): boolean {
  const words = name
    .slice(-maxName)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const joined = words.join('');
  if (logins.has(joined)) return false;
  return personalWords.has((words.at(-1) ?? '').replace(/\d+$/, '')) || personalNames.some((pattern) => pattern.test(joined));
}

/** Whether all values of a category of diagnostic data are personal. */
export function isPersonalCategory(name: string): boolean {
  return /place\s*of\s*use|location|contact|customer/i.test(name);
}

/** An answer without personal data, and how many values were left out. */
export interface WithoutPersonalData<T> {
  value: T;
  leftOut: number;
}

/** A copy of a provider's answer in which each personal value reads `[personal data]`; its structure stays. */
export function withoutPersonalData<T>(value: T): WithoutPersonalData<T> {
  let leftOut = 0;
  const hide = (item: unknown): unknown => {
    if (item === null || item === undefined || item === '' || typeof item === 'boolean') return item;
    if (Array.isArray(item)) return item.map(hide);
    if (typeof item === 'object') return Object.fromEntries(Object.entries(item).map(([name, inner]) => [name, hide(inner)]));
    if (isTechnicalAddress(item)) return item;
    leftOut += 1;
    return personalText;
  };
  const walk = (item: unknown): unknown => {
    if (typeof item === 'string') return isEmail(item) ? hide(item) : item;
    if (Array.isArray(item)) return item.map(walk);
    if (item === null || typeof item !== 'object') return item;
    const { category, label } = labelsOf(item);
    return Object.fromEntries(
      Object.entries(item).map(([name, inner]) => {
        if (isPersonalName(name) || (label && name === 'value')) return [name, hide(inner)];
        if (typeof inner === 'string' && logins.has(name.toLowerCase())) return [name, inner];
        return [name, category && Array.isArray(inner) ? inner.map(hideValue) : walk(inner)];
      }),
    );
  };
  const hideValue = (pair: unknown): unknown =>
    pair !== null && typeof pair === 'object' && 'value' in pair ? { ...pair, value: hide(pair.value) } : walk(pair);
  // The structure stays, and what was a text stays one.
  return { value: walk(value) as T, leftOut };
}

/** Pairs name their value by a member: `{ key: "CustomerName", value: "..." }`; lists of pairs may have a category. */
function labelsOf(item: object): { category: boolean; label: boolean } {
  const text = (name: string): string => {
    const found: unknown = Reflect.get(item, name);
    return typeof found === 'string' ? found : '';
  };
  return {
    category: isPersonalCategory(text('categoryName')),
    label: 'value' in item && ['key', 'name', 'attribute', 'field'].some((name) => isPersonalName(text(name))),
  };
}

const isEmail = (text: string): boolean => /^[^\s@/]+@[^\s@/]+\.[A-Za-z]{2,}$/.test(text);

/** An address on a network instead of one of a person: of a device in hex, an IP address, a URL. */
function isTechnicalAddress(item: unknown): boolean {
  return (
    typeof item === 'string' &&
    /^([0-9A-Fa-f]{8}|\d{1,3}(\.\d{1,3}){3}|[a-z][a-z\d+.-]*:\/\/[^@]*|[0-9A-Fa-f:]{0,40}:[0-9A-Fa-f:]{0,40}:[0-9A-Fa-f:]{0,40})$/.test(
      item,
    )
  );
}
