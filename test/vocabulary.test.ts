import { describe, expect, it, test } from 'vitest';

import {
  checkDigitWarning,
  Duration,
  durationMs,
  type IdentifierKind,
  Instant,
  identifier,
  identifierFormats,
  isLuhnValid,
  kindsOf,
  luhnCheckDigit,
  namedAs,
  nearest,
  nearReason,
  otherForms,
  sameIdentifier,
  sameName,
  Zone,
} from '../src/vocabulary.ts';

/** The error message of a schema for an invalid text. */
function messageOf(schema: { safeParse(value: unknown): { success: boolean; error?: { issues: { message: string }[] } } }, value: unknown) {
  const result = schema.safeParse(value);
  return result.success ? 'accepted' : result.error?.issues[0]?.message;
}

describe('identifier', () => {
  const forms: [IdentifierKind, string, string][] = [
    ['devEui', 'A81758FFFE0A0001', 'A81758FFFE0A0001'],
    ['devEui', ' a8-17-58-ff-fe-0a-00-01 ', 'A81758FFFE0A0001'],
    ['devEui', 'a8:17:58:ff:fe:0a:00:01', 'A81758FFFE0A0001'],
    ['devEui', 'A817.58FF.FE0A.0001', 'A81758FFFE0A0001'],
    ['joinEui', 'a817 58ff fe00 0000', 'A81758FFFE000000'],
    ['devAddr', '04abcdef', '04ABCDEF'],
    ['aesKey', '00112233-44556677-8899aabb-ccddeeff', '00112233445566778899AABBCCDDEEFF'],
    ['iccid', '8914 8000 0000 7700 0037', '89148000000077000037'],
    ['iccid', '894499000000100001', '894499000000100001'],
    ['imei', '35-900000-120009-1', '359000001200091'],
    ['imei', '35900000120009', '35900000120009'],
    ['imei', '3590000012000912', '3590000012000912'],
    ['imsi', '311480005550001', '311480005550001'],
    ['imsi', '31148000555000', '31148000555000'],
    ['mdn', '208-555-0101', '2085550101'],
    ['msisdn', '+1 208 555 0101', '12085550101'],
    ['msisdn', '882360012345678', '882360012345678'],
    ['meid', 'a1000000 9296f2', 'A10000009296F2'],
    ['esn', '12803654321', '12803654321'],
    ['esn', '80-ab-cd-ef', '80ABCDEF'],
    ['eid', '8904 9032 0000 0000 0000 0000 0000 7711', '89049032000000000000000000007711'],
    ['ip', ' 10.61.4.1 ', '10.61.4.1'],
    ['ip', '2001:DB8::1', '2001:db8::1'],
    ['ip', '2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['devEui', '0xa81758fffe0a0001', 'A81758FFFE0A0001'],
    ['devEui', 'eui-a81758fffe0a0001', 'A81758FFFE0A0001'],
    ['devEui', 'DevEUI: A8_17_58_FF_FE_0A_00_01', 'A81758FFFE0A0001'],
    ['devEui', 'a8\u201317\u201158\u2212ff\u00a0fe\u200b0a\ufeff0001', 'A81758FFFE0A0001'],
    ['devEui', 'LW:D0:A81758FFFE000000:A81758FFFE0A0001:AABB1122:OAABBCC:S123', 'A81758FFFE0A0001'],
    ['joinEui', 'LW:D0:A81758FFFE000000:A81758FFFE0A0001:AABB1122', 'A81758FFFE000000'],
    ['devEui', 'URN:LW:DP:A81758FFFE000000:A81758FFFE0A0001:AABB1122:%V0001', 'A81758FFFE0A0001'],
    ['devEui', 'urn:dev:lw:a81758fffe000000_a81758fffe0a0001_aabb1122', 'A81758FFFE0A0001'],
    ['devEui', 'LW;D0;A81758FFFE000000;A81758FFFE0A0001;AABB1122', 'A81758FFFE0A0001'],
    ['devAddr', '0x04:AB:CD:EF', '04ABCDEF'],
    ['iccid', '8914800000007700003F', '8914800000007700003'],
    ['iccid', "'89148000000077000037", '89148000000077000037'],
    ['iccid', 'ICCID: 8914.8000.0000.7700.0037', '89148000000077000037'],
    ['imei', '35/900000/120009/1', '359000001200091'],
    ['imei', '35-900000-120009-12', '3590000012000912'],
    ['msisdn', '0012085550101', '12085550101'],
    ['msisdn', '+44 (0)7700 900101', '447700900101'],
    ['msisdn', '+1 (208) 555.0101', '12085550101'],
    ['mdn', '(208) 555-0101', '2085550101'],
    ['mdn', '+1 208.555.0101', '2085550101'],
    ['esn', '128-03654321', '12803654321'],
  ];
  it.each(forms)('identifier normalises %s %j to %s', (kind, text, normal) => {
    expect(identifier(kind).parse(text)).toBe(normal);
  });

  const refused: [IdentifierKind, string, string][] = [
    ['devEui', 'A81758FFFE0A000', 'DevEUI must be 16 hex digits, got "A81758FFFE0A000" (15 characters). Example: A81758FFFE0A0001'],
    ['devEui', 'A81758FFFE0A00011', 'DevEUI must be 16 hex digits, got "A81758FFFE0A00011" (17 characters). Example: A81758FFFE0A0001'],
    ['devEui', 'G81758FFFE0A0001', 'DevEUI must be 16 hex digits, got "G81758FFFE0A0001" (16 characters). Example: A81758FFFE0A0001'],
    ['devEui', '', 'DevEUI must be 16 hex digits, got "" (0 characters). Example: A81758FFFE0A0001'],
    ['joinEui', '00', 'JoinEUI must be 16 hex digits, got "00" (2 characters). Example: A81758FFFE000000'],
    ['devAddr', '04ABCDE', 'DevAddr must be 8 hex digits, got "04ABCDE" (7 characters). Example: 04ABCDEF'],
    ['aesKey', '00112233', 'AES-128 key must be 32 hex digits, got 8 characters. Example: secret:name-in-the-secrets-file'],
    ['iccid', '89148000000077000', 'ICCID must be 18 to 20 digits, got "89148000000077000" (17 characters). Example: 89148000000077000037'],
    ['imei', '3590000012000', 'IMEI must be 14 to 16 digits, got "3590000012000" (13 characters). Example: 359000001200091'],
    ['imsi', '3114800055500011', 'IMSI must be 14 or 15 digits, got "3114800055500011" (16 characters). Example: 311480005550001'],
    ['mdn', '442085550101', 'MDN must be 10 digits, got "442085550101" (12 characters). Example: 2085550101'],
    [
      'devEui',
      '7.012345678901E15',
      'DevEUI was mangled by a spreadsheet ("7.012345678901E15"), its last digits are lost. Copy it again from its source, with the column formatted as text. Example: A81758FFFE0A0001',
    ],
    [
      'iccid',
      '8.91E+18',
      'ICCID was mangled by a spreadsheet ("8.91E+18"), its last digits are lost. Copy it again from its source, with the column formatted as text. Example: 89148000000077000037',
    ],
    [
      'imei',
      "'1,234567E+15",
      `IMEI was mangled by a spreadsheet ("'1,234567E+15"), its last digits are lost. Copy it again from its source, with the column formatted as text. Example: 359000001200091`,
    ],
    ['devEui', 'A8175:8FFFE0A0001', 'DevEUI must be 16 hex digits, got "A8175:8FFFE0A0001" (17 characters). Example: A81758FFFE0A0001'],
    ['msisdn', '2085550101', 'MSISDN must be 11 to 15 digits, got "2085550101" (10 characters). Example: 12085550101'],
    ['meid', 'A10000009296F', 'MEID must be 14 hex digits, got "A10000009296F" (13 characters). Example: A10000009296F2'],
    ['esn', '1280365432', 'ESN must be 11 digits or 8 hex digits, got "1280365432" (10 characters). Example: 12803654321'],
    ['eid', '8904', 'EID must be 32 digits, got "8904" (4 characters). Example: 89049032000000000000000000007711'],
    ['ip', '10.61.4', 'IP must be an IPv4 or IPv6 address, got "10.61.4" (7 characters). Example: 10.61.4.1'],
    ['devEui', 'x'.repeat(60), `DevEUI must be 16 hex digits, got "${'X'.repeat(40)}" (60 characters). Example: A81758FFFE0A0001`],
  ];
  it.each(refused)('identifier rejects %s %j with rule and example', (kind, text, words) => {
    expect(messageOf(identifier(kind), text)?.replace(/x{40}/, 'X'.repeat(40))).toBe(words);
  });

  it('identifier never echoes a rejected key', () => {
    expect(messageOf(identifier('aesKey'), '00112233445566778899AABBCCDDEEFG')).not.toContain('0011');
  });

  it.each(['999.1.1.1', '10.61.4.256', ':::::', '1:2', 'a:b'])('identifier rejects %j as an IP address', (text) => {
    expect(identifier('ip').safeParse(text).success).toBe(false);
  });

  it('the example of every identifier matches its own pattern', () => {
    for (const [kind, shape] of Object.entries(identifierFormats)) if (kind !== 'aesKey') expect(shape.example).toMatch(shape.pattern);
  });
});

test('kindsOf returns the identifier kinds whose format a text matches', () => {
  const kinds: [string, IdentifierKind[]][] = [
    ['a8-17-58-ff-fe-0a-00-01', ['devEui']],
    ['04abcdef', ['devAddr', 'esn']],
    ['89148000000077000037', ['iccid']],
    ['359000001200091', ['imei', 'imsi', 'msisdn']],
    ['3590000012000912', ['devEui', 'imei']],
    ['2085550101', ['mdn']],
    ['+12085550101', ['mdn', 'msisdn']],
    ['LW:D0:A81758FFFE000000:A81758FFFE0A0001:AABB1122', ['devEui']],
    ['7.012345678901E15', []],
    ['8.91E+18', []],
    ['A10000009296F2', ['meid']],
    ['89049032000000000000000000007711', ['eid']],
    ['10.61.4.1', ['ip']],
    ['Fridge 1', []],
    ['0001', []],
    ['', []],
  ];
  expect(kinds.map(([text]) => [text, kindsOf(text)])).toEqual(kinds);
});

describe('sameIdentifier', () => {
  it.each<[IdentifierKind, string, string, boolean]>([
    ['devEui', 'a8:17:58:ff:fe:0a:00:01', 'A81758FFFE0A0001', true],
    ['devEui', 'A81758FFFE0A0001', 'A81758FFFE0A0002', false],
    ['iccid', '8914800000007700003', '89148000000077000037', true],
    ['iccid', '8914800000007700003F', '89148000000077000037', true],
    ['iccid', '89148000000077000038', '89148000000077000037', false],
    ['imei', '35900000120009', '359000001200091', true],
    ['imei', '3590000012000912', '359000001200091', true],
    ['imei', '359000001200092', '359000001200091', false],
    ['msisdn', '+1 208 555 0101', '2085550101', true],
    ['mdn', '001 208 555 0101', '2085550101', true],
    ['msisdn', '0044 7700 900101', '+447700900101', true],
    ['msisdn', '447700900101', '447700900102', false],
    ['iccid', 'pump', 'pump', false],
  ])('sameIdentifier(%s, %j, %j) is %s', (kind, a, b, same) => {
    expect(sameIdentifier(kind, a, b)).toBe(same);
    expect(sameIdentifier(kind, b, a)).toBe(same);
  });
});

test('otherForms adds and removes check digits and the North American country code', () => {
  expect(otherForms('iccid', '8914800000007700003')).toEqual([`8914800000007700003${luhnCheckDigit('8914800000007700003')}`]);
  expect(otherForms('imei', '49015420323751')).toEqual(['490154203237518']);
  expect(otherForms('imei', '490154203237518')).toEqual(['49015420323751']);
  expect(otherForms('imei', '490154203237519')).toEqual([]);
  expect(otherForms('imei', '4901542032375101')).toEqual(['490154203237518', '49015420323751']);
  expect(otherForms('mdn', '2085550101')).toEqual(['12085550101']);
  expect(otherForms('msisdn', '12085550101')).toEqual(['2085550101']);
  expect(otherForms('devEui', 'A81758FFFE0A0001')).toEqual([]);
});

test('nearReason says why an existing identifier may be meant by a text that is not one of its spellings', () => {
  const near: [string, string, string | undefined][] = [
    ['01000AFEFF5817A8', 'A81758FFFE0A0001', 'bytes reversed'],
    ['01:00:0a:fe:ff:58:17:a8', 'A81758FFFE0A0001', 'bytes reversed'],
    ['A81758FFFEOAOOO1', 'A81758FFFE0A0001', 'letter typed for a digit'],
    ['A81758FFFE0A000l', 'A81758FFFE0A0001', 'letter typed for a digit'],
    ['A81758FFFE0A0009', 'A81758FFFE0A0001', 'one character differs'],
    ['A81758FFFE0A001', 'A81758FFFE0A0001', 'one character differs'],
    ['A81785FFFE0A0001', 'A81758FFFE0A0001', 'one character differs'],
    ['89148000000077000000', '89148000000077000037', 'last digits lost in a spreadsheet'],
    ['8.91480000000770E+19', '89148000000077000037', 'digits lost in a spreadsheet'],
    ['8914800000007700003', '89148000000077000037', 'last digit missing'],
    ['07700 900101', '447700900101', 'country code missing'],
    ['A81758FFFE0A0001', 'A81758FFFE0A0001', undefined],
    ['A81758FFFE0B0002', 'A81758FFFE0A0001', undefined],
    ['0001', 'A81758FFFE0A0001', undefined],
  ];
  expect(near.map(([typed, existing]) => [typed, existing, nearReason(typed, existing)])).toEqual(near);
});

describe('names', () => {
  it.each([
    ['Cafe\u0301', 'CAF\u00c9', true],
    ['4G 250MB ', '4g 250MB', true],
    ['pump\u200c 17', 'pump 17', true],
    ['\u{1f468}\u200d\u{1f469}\u200d\u{1f467} house', '\u{1f468}\u{1f469}\u{1f467} house', true],
    ['a very long name of a pump in the cellar', 'a very long name of a p…', true],
    ['pump', 'p…', false],
    ['pump 1', 'pump 2', false],
  ])('sameName(%j, %j) is %s', (stored, given, same) => {
    expect(sameName(stored, given)).toBe(same);
  });
  it('namedAs returns the stored spelling, and nothing where two names differ only in their form', () => {
    expect(namedAs('4g 250mb', ['4G 250MB ', '4G 1GB'])).toBe('4G 250MB ');
    expect(namedAs('sms', ['SMS', 'Sms'])).toBeUndefined();
    expect(namedAs('Sms', ['SMS', 'Sms'])).toBe('Sms');
    expect(namedAs('voice', ['SMS'])).toBeUndefined();
  });
});

test('identifier refuses a JSON number and says that digits may be lost', () => {
  expect(messageOf(identifier('imei'), 359000001200091)).toBe(
    'IMEI must be text in quotes: digits of a JSON number may be lost. Example: "359000001200091"',
  );
});

test('checkDigitWarning warns about a wrong Luhn check digit, where the identifier has one', () => {
  expect(isLuhnValid('490154203237519')).toBe(false);
  expect(isLuhnValid('490154203237518')).toBe(true);
  expect(luhnCheckDigit('49015420323751')).toBe('8');
  expect(checkDigitWarning('imei', '490154203237518')).toBeUndefined();
  expect(checkDigitWarning('imei', '490154203237519')).toBe('IMEI 490154203237519: wrong check digit, a digit may be mistyped');
  expect(checkDigitWarning('imei', '49015420323751')).toBeUndefined();
  expect(checkDigitWarning('imei', '4901542032375190')).toBeUndefined();
  expect(checkDigitWarning('iccid', '8944990000001000011')).toBe('ICCID 8944990000001000011: wrong check digit, a digit may be mistyped');
  expect(checkDigitWarning('iccid', `894499000000100001${luhnCheckDigit('894499000000100001')}`)).toBeUndefined();
  expect(checkDigitWarning('iccid', '894499000000100001')).toBeUndefined();
  expect(identifier('imei').parse('490154203237519')).toBe('490154203237519');
});

describe('durationMs and Duration', () => {
  it.each([
    ['PT1S', 1000],
    ['PT1H', 3_600_000],
    ['P1D', 86_400_000],
    ['P7D', 604_800_000],
    ['P1W', 604_800_000],
    ['P1W2DT3H4M5S', 788_645_000],
    ['PT90M', 5_400_000],
    ['P0D', 0],
    ['', undefined],
    ['P', undefined],
    ['PT', undefined],
    ['P1DT', undefined],
    ['P1M', undefined],
    ['P1Y', undefined],
    ['1D', undefined],
    ['p7d', undefined],
    ['-P1D', undefined],
    ['P1.5D', undefined],
    ['PT1H ', undefined],
    ['P1H', undefined],
    ['7 days', undefined],
  ])('durationMs(%j) is %s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
  it('Duration rejects invalid and zero durations with rule and example', () => {
    expect(Duration('P7D').parse('P1D')).toBe('P1D');
    const rule = 'must be an ISO 8601 duration of weeks, days, hours, minutes or seconds, got';
    expect(messageOf(Duration('P7D'), '7 days')).toBe(`${rule} "7 days". Example: P7D`);
    expect(messageOf(Duration('P7D'), 'P0D')).toBe(`${rule} "P0D". Example: P7D`);
    expect(messageOf(Duration('P7D'), 'P1M')).toBe(`${rule} "P1M". Example: P7D`);
  });
});

describe('Instant', () => {
  it.each([
    ['2026-11-22T08:00:00Z', 1_795_334_400_000],
    ['2026-11-22T08:00:00.250Z', 1_795_334_400_250],
    ['2026-11-22T08:00Z', 1_795_334_400_000],
    ['2026-11-22T09:00:00+01:00', 1_795_334_400_000],
    ['2026-11-22T09:00:00+0100', 1_795_334_400_000],
    ['2026-11-22T08:00:00', 1_795_334_400_000],
    ['2026-11-22T08:00', 1_795_334_400_000],
    ['2026-11-22', 1_795_305_600_000],
    ['2026-11-22 08:00', 1_795_334_400_000],
    ['2026-11-22T09:00+01', 1_795_334_400_000],
  ])('Instant parses %s as %i', (text, ms) => {
    expect(Instant.parse(text)).toBe(ms);
  });
  it.each(['', 'yesterday', '22.11.2026', '2026-13-01', '2026-02-30', '2026-11-22T25:00:00Z', '22-11-2026', '1795334400', '2026'])(
    'Instant rejects %j',
    (text) => {
      expect(messageOf(Instant, text)).toBe(`must be an ISO 8601 date-time, got "${text}". Example: 2026-11-22T08:00:00Z`);
    },
  );
});

describe('Zone', () => {
  it.each(['UTC', 'Europe/Paris', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('Zone accepts %s', (zone) => {
    expect(Zone.parse(zone)).toBe(zone);
  });
  it.each(['Europe/Pariss', '+02:00', '', 'Paris', 'CEST'])('Zone rejects %j', (zone) => {
    expect(messageOf(Zone, zone)).toBe(`must be an IANA time zone, got "${zone}". Example: Europe/Paris`);
  });
});

test('nearest finds the entry closest to a mistyped word and returns undefined when none is close', () => {
  const names = ['fleet', 'thingpark', 'thingspace', 'iotx', 'changes', 'operations'];
  const near: [string, string | undefined][] = [
    ['flet', 'fleet'],
    ['THINGPARK', 'thingpark'],
    ['thingspacee', 'thingspace'],
    ['iot-x', 'iotx'],
    ['change', 'changes'],
    ['kubernetes cluster', undefined],
    ['zzzzzzzzzz', undefined],
  ];
  expect(near.map(([word]) => [word, nearest(word, names)])).toEqual(near);
  expect(nearest('fleet', [])).toBeUndefined();
});
