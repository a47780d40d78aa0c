import { describe, expect, it } from 'vitest';

import { parseJson } from '../../../src/clients/http/read-json.ts';

describe('parseJson', () => {
  it.each([
    ['{"physicalId": 8912345000000000017}', { physicalId: '8912345000000000017' }],
    ['{"id":89148000000000000039,"more":[-9007199254740993]}', { id: '89148000000000000039', more: ['-9007199254740993'] }],
    ['89148000000000000039', '89148000000000000039'],
    ['[1,\n9007199254740992]', [1, '9007199254740992']],
    ['{"id":89148000000077000037.0}', { id: '89148000000077000037' }],
    ['{"id":89148000000077000037e0}', { id: '89148000000077000037' }],
    ['{"id":8.9148000000077000037E+19}', { id: '89148000000077000037' }],
    ['[0.89148000000077000037e20]', ['89148000000077000037']],
  ])('gives the exact digits of an integer beyond the safe range as text: %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each([
    ['{"at": 1764144000000, "n": 9007199254740991}', { at: 1764144000000, n: 9007199254740991 }],
    ['{"text": "1, 8912345000000000017"}', { text: '1, 8912345000000000017' }],
    ['{"share": 0.1234567890123456, "big": 1e22}', { share: 0.1234567890123456, big: 1e22 }],
    ['{"id": 8.9148E19}', { id: 8.9148e19 }],
    ['{"bytes": 1234567890123456.5}', { bytes: 1234567890123456.5 }],
  ])('leaves every other value as JSON.parse gives it: %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('throws a SyntaxError for cut off JSON', () => {
    expect(() => parseJson('{"physicalId": 8912345000000000017')).toThrow(SyntaxError);
  });
});
