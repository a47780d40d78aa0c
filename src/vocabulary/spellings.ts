/** The spellings in which identifiers are typed, copied and scanned, turned into bare digits. */

/** Characters that a spelling of an identifier has at most, an onboarding tag with its extensions included. Longer text is none. */
export const maxSpelling = 400;

/** Without invisible characters, with plain dashes and spaces, and without the quotes or the formula in which a spreadsheet wraps text. */
export function plainText(text: string): string {
  // Nearly every identifier is plain already, and policies compare thousands.
  if (/^[0-9A-Za-z]*$/.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, (char) => (/[\t\r\n]/.test(char) ? ' ' : ''))
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^=?(["'`])(.*)\1$/, '$2')
    .replace(/^'/, '')
    .trim();
}

const hexLabel = /^(?:(?:dev|join|app)[-_ ]?eui|eui(?:-?64)?|dev[-_ ]?addr|meid|esn|0x)(?:\s*[:=#-]\s*|\s+|(?<=0x))/i;
const digitLabel = /^(?:urn:(?:gsma:)?imei|iccid|imeisv|imei|imsi|mdn|msisdn|eid|tel|sim)(?:\s*[:=#-]\s*|\s+)/i;

function withoutLabels(text: string, label: RegExp): string {
  if (text.length > maxSpelling) return text;
  const shorter = text.replace(label, '');
  return shorter === text ? text : withoutLabels(shorter, label);
}

const separators = /[\s:._-]+/;

/** Hex digits in upper case, without `0x`, `eui-` and separators. Separators are accepted between whole bytes only; other text stays as it is. */
export function bareHex(text: string): string {
  const value = withoutLabels(plainText(text), hexLabel).toUpperCase();
  const groups = value.split(separators).filter(Boolean);
  return groups.every((group) => group.length % 2 === 0) || groups.length < 2 ? groups.join('') : value;
}

/** Digits without separators and without the name of their kind; other characters stay. */
export function bareDigits(text: string): string {
  return withoutLabels(plainText(text), digitLabel).replace(/[\s:._()-]/g, '');
}

/** An ICCID without the F that fills its last byte on a SIM. */
export function bareIccid(text: string): string {
  return bareDigits(text).replace(/^(\d{18,19})F+$/i, '$1');
}

/** A phone number without `+` or `00` and without the trunk zero in brackets. */
export function barePhoneNumber(text: string): string {
  const value = withoutLabels(plainText(text), digitLabel);
  const international = /^(\+|00)/.test(value);
  const digits = bareDigits(international ? value.replace(/\(0\)/, '') : value);
  return digits.replace(/^\+/, '').replace(/^00(?=\d{11,15}$)/, '');
}

/** A North American number of ten digits, without the country code 1. */
export function bareMdn(text: string): string {
  return barePhoneNumber(text).replace(/^(?:00)?1(?=\d{10}$)/, '');
}

/** The beginnings of identifiers that a text can be: hex digits in lower case without labels and separators, four at least. */
export function beginningsIn(text: string): string[] {
  const bare = [bareHex(text), bareDigits(text).replace(/\//g, ''), barePhoneNumber(text)].map((one) => one.toLowerCase());
  return [...new Set(bare)].filter((one) => /^[0-9a-f]{4,}$/.test(one));
}

export function bareEsn(text: string): string {
  const digits = bareDigits(text.replace(/^\s*esn[\s:=#-]*/i, ''));
  return /^\d{11}$/.test(digits) ? digits : bareHex(text);
}

export function bareIp(text: string): string {
  const value = plainText(text).toLowerCase();
  if (!value.includes(':') || !URL.canParse(`http://[${value}]/`)) return value;
  return new URL(`http://[${value}]/`).hostname.slice(1, -1);
}

const tag = /^(?:URN:)?(?:DEV:)?LW[:;](?:(?:D\d|DP)[:;])?([0-9A-F]{16})[:;_]([0-9A-F]{16})(?:[:;_].*)?$/i;

/** The identifiers inside the QR code of a LoRaWAN device: `LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>...` and its older forms. */
export function onboardingTag(text: string): { joinEui: string; devEui: string } | undefined {
  const [, joinEui, devEui] = (text.length <= maxSpelling ? tag.exec(plainText(text)) : null) ?? [];
  return joinEui && devEui ? { joinEui: joinEui.toUpperCase(), devEui: devEui.toUpperCase() } : undefined;
}

/** Whether a spreadsheet turned the identifier into a number such as 8.91E+18: its last digits are lost. */
export function isSpreadsheetNumber(text: string): boolean {
  return text.length <= maxSpelling && /^\+?\d(?:[.,]\d*E[+-]?|E[+-])\d{1,3}$/i.test(plainText(text).replace(/\s/g, ''));
}
