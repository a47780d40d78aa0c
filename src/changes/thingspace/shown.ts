/** Parts of the phrases of several ThingSpace planners. */
import { plainText } from '../../text/sanitize.ts';
import { type PhrasePart, phrase, quoted, stated } from '../document/phrase.ts';

/**
 * One of several values at a path, such as the second custom field: quoted, at most `cap` characters. It accounts for the field only where all
 * of it can be shown.
 */
export function oneOf(path: string, value: string, cap = 60): PhrasePart {
  const shown = quoted(value, cap);
  return plainText(value, cap) === value.normalize('NFC') ? stated(path, value, phrase`${shown}`) : shown;
}

/** `1 SIM`, `5 SIMs`. */
export const countOf = (sims: number) => (sims === 1 ? phrase`1 SIM` : phrase`${sims} SIMs`);

/** The kind of an identifier in its usual spelling; another word of the caller is quoted. */
export function kindName(kind: string): PhrasePart {
  switch (kind.toLowerCase()) {
    case 'iccid':
      return phrase`ICCID`;
    case 'imei':
      return phrase`IMEI`;
    case 'eid':
      return phrase`EID`;
    case 'mdn':
      return phrase`MDN`;
    default:
      return quoted(kind);
  }
}
