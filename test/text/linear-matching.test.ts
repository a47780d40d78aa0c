/**
 * The time to look through a text grows with its length only. Nothing is timed: with a million characters, a pattern whose time grows with
 * the square of the length does not end within the time of a test.
 */
import { describe, expect, it } from 'vitest';

import { secretFinder } from '../../src/changes/input-secrets.ts';
import { parseImportRows } from '../../src/clients/thingpark/device-import-file.ts';
import { withoutPersonalData } from '../../src/text/personal-data.ts';
import { secretValuesIn, withoutCredentials, withoutSecrets } from '../../src/text/redact.ts';
import { quoteName, quoteUntrusted, quoteValue, sanitize } from '../../src/text/sanitize.ts';
import { keysAnywhereIn, resolveSecrets } from '../../src/tools/secrets.ts';
import { nearest, normaliseIdentifier, normalName, plainText } from '../../src/vocabulary.ts';

const million = 1_000_000;
const repeated = (part: string): string => part.repeat(Math.ceil(million / part.length));

/** Texts are made when they are needed: titles of tests do not carry them. */
const texts: Record<string, () => string> = {
  blanks: () => repeated(' '),
  'blanks before a letter': () => `${repeated(' ')}x`,
  'line breaks': () => repeated('\n'),
  dashes: () => repeated('-'),
  digits: () => repeated('1'),
  'digits with blanks': () => repeated('1 '),
  'hex digits': () => repeated('a1'),
  capitals: () => repeated('A'),
  words: () => repeated('aB'),
  colons: () => repeated(':'),
  'colons before a letter': () => `${repeated(':')}x`,
  dots: () => repeated('a.'),
  'beginnings of a token': () => repeated('eyJ-'),
  'beginnings of a private key': () => repeated('-----BEGIN PRIVATE KEY-----'),
  'beginnings of a URL': () => repeated('a://a:'),
  'names of secrets': () => repeated('password='),
  'signs of an address': () => repeated('a@'),
  'quotation marks': () => repeated('"'),
  slashes: () => repeated('/'),
  'equals signs': () => repeated('='),
};

const readers: Record<string, (text: string) => unknown> = {
  keysAnywhereIn: (text) => keysAnywhereIn({ [text]: text }),
  withoutCredentials,
  secretValuesIn: (text) => secretValuesIn({ password: text, url: text, csv: text }),
  withoutSecrets: (text) => withoutSecrets({ name: text, value: text, password: text, [text]: 1 }),
  resolveSecrets: (text) => resolveSecrets({ appKey: `secret:x${text}`, name: text }, new Map(), 'read'),
  withoutPersonalData: (text) => withoutPersonalData({ address: text, email: text, [text]: text }),
  sanitize: (text) => [sanitize(text), quoteName(text), quoteUntrusted(text), quoteValue(text)],
  names: (text) => [normalName(text), nearest(text, ['a']), plainText(text)],
  identifiers: (text) =>
    (['devEui', 'iccid', 'imei', 'mdn', 'aesKey', 'esn', 'ip'] as const).map((kind) => normaliseIdentifier(kind, text)),
};

describe.each(Object.keys(readers))('%s ends for a million characters', (name) => {
  it.each(Object.keys(texts))('%s', (form) => {
    try {
      readers[name]?.(texts[form]?.() ?? '');
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  });
});

it('A cell of an import file with a million blanks is read', () => {
  expect(parseImportRows(`CREATE_OTAA,A81758FFFE0A0001,"${' '.repeat(million)}x"`)).toHaveLength(1);
});

it('Looking for many secrets in many texts takes as many look-ups as the texts have characters', () => {
  let looked = 0;
  const many = Array.from({ length: 8000 }, (_, i) => String(i).padStart(4, '0'));
  const find = secretFinder(
    many.map((number) => ({ path: 'body.password', value: `passwordpasswordpassword${number}` })),
    () => {
      looked += 1;
    },
  );
  for (const number of many) expect(find(`${'d'.repeat(22)}${number}`)).toBeUndefined();
  for (const number of many.slice(0, 10)) expect(find(`passwordpasswordpasswordX${number}`)).toBeUndefined();
  // 26 characters have 6 places for a secret of at least 21, 29 characters have 9; one of them begins like a secret.
  expect(looked).toBe(8000 * 6 + 10 * (9 + 1));
  expect(find('see PASSWORD-password-password.0042!')).toEqual({ path: 'body.password', value: 'passwordpasswordpassword0042' });
});
