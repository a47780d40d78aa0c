import { describe, expect, it, test } from 'vitest';

import { isSecretName, Redactor, withoutSecrets } from '../../src/text/redact.ts';

const key = '00112233445566778899AABBCCDDEEFF';

function knowing(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

describe('the redactor', () => {
  it('hides a known secret wherever it stands', () => {
    expect(knowing('s3cret-value').text('a s3cret-value, and s3cret-value!')).toBe('a [redacted], and [redacted]!');
  });
  it('hides it percent-encoded, and a key in either case', () => {
    expect(knowing('p&ss word').text('password=p%26ss%20word')).toBe('password=[redacted]');
    expect(knowing(key).text(key.toLowerCase())).toBe('[redacted]');
    expect(knowing(key.toLowerCase()).text(key)).toBe('[redacted]');
  });
  it('hides anything shaped like a token in a header', () => {
    expect(new Redactor().text('authorization: Bearer eyJhbGciOi.abc-_ and Basic dXNlcjpwYXNz')).toBe(
      'authorization: Bearer [redacted] and Basic [redacted]',
    );
    expect(new Redactor().text('Bearer of news')).toBe('Bearer of news');
  });
  it('leaves no tail of a secret that begins with another one', () => {
    expect(knowing('abcdef', 'abcdef-and-more').text('x abcdef-and-more y')).toBe('x [redacted] y');
    expect(knowing('abcdef-and-more', 'abcdef').text('x abcdef-and-more y')).toBe('x [redacted] y');
  });
  it('leaves short texts alone, they would blank out innocent words', () => {
    expect(knowing('on', '12345').text('on 12345')).toBe('on 12345');
  });
  it('walks values, in names of members too, and keeps everything else', () => {
    const value = { 'key s3cret-value': 1, list: ['s3cret-value', null, true, 2], deep: { none: undefined } };
    expect(knowing('s3cret-value').value(value)).toEqual({
      'key [redacted]': 1,
      list: ['[redacted]', null, true, 2],
      deep: { none: undefined },
    });
  });
});

describe('secrets by their name', () => {
  it.each([
    'appKey',
    'AppKey',
    'app_key',
    'nwkKey',
    'nwKey',
    'appSKey',
    'nwkSKey',
    'appKeys',
    'sNwkSIntKey',
    'nwkSEncKey',
    'fNwkSIntKey',
    'ownerToken',
    'downlinkAsKey',
    'ki',
    'opc',
    'password',
    'clientSecret',
    'client_secret',
    'appSecret',
    'accessKey',
    'apiKey',
    'access_token',
    'refreshToken',
    'sessionToken',
    'token',
    'Authorization',
    'VZ-M2M-Token',
    'X-API-Key',
    'Shared Access Key',
    'private.key',
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each(['name', 'EUI', 'appEUI', 'keyword', 'tokens', 'pin2', 'monkey', 'iccid', 'productKey', 'servicePlan', 'connection'])(
    '%s is none',
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});

test('a raw answer keeps its shape without its secrets', () => {
  expect(
    withoutSecrets({
      name: 'Fridge 1',
      appKey: key,
      appKeys: [{ port: 1, key: 'abc' }, 'plain'],
      token: null,
      password: undefined,
      secret: true,
      list: [{ clientSecret: 42 }],
    }),
  ).toEqual({
    name: 'Fridge 1',
    appKey: '[redacted]',
    appKeys: [{ port: '[redacted]', key: '[redacted]' }, '[redacted]'],
    token: null,
    password: undefined,
    secret: true,
    list: [{ clientSecret: '[redacted]' }],
  });
});
