/** Identifiers, names, durations, instants and time zones: every accepted spelling, one normal form. */
export { isLuhnValid, luhnCheckDigit } from './vocabulary/check-digit.ts';
export {
  checkDigitWarning,
  type IdentifierField,
  type IdentifierFormat,
  type IdentifierKind,
  identifier,
  identifierField,
  identifierFieldOf,
  identifierFormats,
  isSameImei,
  kindsOf,
  normalFormsOf,
  normaliseIdentifier,
  otherForms,
  sameIdentifier,
  spreadsheetMessage,
  textOnly,
} from './vocabulary/identifiers.ts';
export { namedAs, normalName, sameName, shownName } from './vocabulary/names.ts';
export { isNearName, nearest, nearReason, reversedBytes } from './vocabulary/near.ts';
export { beginningsIn, isSpreadsheetNumber, onboardingTag, plainText } from './vocabulary/spellings.ts';
export { Duration, durationMs, durationParts, Instant, LocalTime, type WrittenTime, writtenTime, Zone } from './vocabulary/time.ts';

/** Whether a host name or address, in the notation of a URL or a socket, is loopback. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}
