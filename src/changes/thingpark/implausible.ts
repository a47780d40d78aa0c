import { normaliseIdentifier } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { joined, ownText, type Phrase, phrase, quoted } from '../document/phrase.ts';
import type { Warning } from '../planner.ts';

export interface LorawanValues {
  devEui: string;
  joinEui?: string | null | undefined;
  devAddr?: string | null | undefined;
  /** Keys by field name. They are compared, never shown. */
  keys: Readonly<Record<string, string | null | undefined>>;
}

/** Test keys of public documents: AES (FIPS 197), the LoRaWAN stacks' default. */
const knownKeys = ['2B7E151628AED2A6ABF7158809CF4F3C', '603DEB1015CA71BE2B73AEF0857D7781'];

/** Warnings for values that a provider accepts and that nearly always are a mistake. Empty for a plausible device. */
export function implausibleValues({ devEui, joinEui, devAddr, keys }: LorawanValues): Warning[] {
  const eui = devEui.toUpperCase();
  const join = joinEui?.toUpperCase();
  const warn = (when: boolean, code: string, text: Phrase): Warning[] => (when ? [warning(code, phrase`${quoted(eui)}: ${text}`)] : []);
  return [
    ...warn(/^0+$/.test(eui), 'implausible-eui', phrase`a DevEUI of zeros is no device`),
    ...warn(/^F+$/.test(eui), 'implausible-eui', phrase`a DevEUI of Fs is no device`),
    ...warn(join !== undefined && join === eui, 'implausible-eui', phrase`DevEUI and JoinEUI are equal, one of them may be mistyped`),
    ...warn(join !== undefined && join !== eui && /^F+$/.test(join), 'implausible-eui', phrase`the JoinEUI is all Fs`),
    ...warn(devAddr !== undefined && devAddr !== null && /^0+$/.test(devAddr), 'implausible-devaddr', phrase`the DevAddr is 0`),
    ...keyWarnings(keys).map((text) => warning('weak-key', phrase`${quoted(eui)}: ${text}`)),
  ];
}

/** The names of keys are this program's, with the column of an import file. */
function keyWarnings(keys: LorawanValues['keys']): Phrase[] {
  const given = Object.entries(keys).flatMap(([name, text]): [string, string][] => {
    const key = text ? normaliseIdentifier('aesKey', text) : undefined;
    return key === undefined ? [] : [[name, key]];
  });
  const equal = given.filter(([, key], i) => given.some(([, other], j) => i !== j && key === other)).map(([name]) => name);
  return [
    ...given.flatMap(([name, key]) => {
      const why = whyWeak(key);
      return why ? [phrase`${ownText(name)} ${why}`] : [];
    }),
    ...(equal.length > 0 ? [phrase`${joined(equal.map(ownText), phrase` and `)} are equal`] : []),
  ];
}

function whyWeak(key: string): Phrase | undefined {
  if (/^0+$/.test(key)) return phrase`is all zeros`;
  if (knownKeys.includes(key)) return phrase`is a test key of public documents`;
  if (/^(..)\1+$/.test(key)) return phrase`is one byte repeated`;
  return isAscending(key) ? phrase`is a counting pattern` : undefined;
}

/** Whether the bytes or the digits count up or down by one constant step, such as 000102...0F, 00112233... or 0123456789ABCDEF0123... */
function isAscending(key: string): boolean {
  const counts = (values: number[], modulus: number): boolean => {
    const steps = new Set(values.slice(1).map((value, i) => (value - (values[i] ?? 0) + modulus) % modulus));
    return steps.size === 1;
  };
  const bytes = (key.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return (
    counts(bytes, 256) ||
    counts(
      [...key].map((digit) => Number.parseInt(digit, 16)),
      16,
    )
  );
}
