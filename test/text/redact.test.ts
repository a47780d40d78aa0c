import { describe, expect, it, test } from 'vitest';

import { isSecretName, Redactor, withoutSecrets } from '../../src/text/redact.ts';

const key = '00112233445566778899AABBCCDDEEFF';

function knowing(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

describe('Redactor', () => {
  it('redacts every occurrence of a known secret', () => {
    expect(knowing('s3cret-value').text('a s3cret-value, and s3cret-value!')).toBe('a [redacted], and [redacted]!');
  });
  it('redacts a known secret in percent-encoding, and a 32-digit hex key in either case', () => {
    expect(knowing('p&ss word').text('password=p%26ss%20word')).toBe('password=[redacted]');
    expect(knowing(key).text(key.toLowerCase())).toBe('[redacted]');
    expect(knowing(key.toLowerCase()).text(key)).toBe('[redacted]');
  });
  it('redacts anything shaped like a Bearer or Basic token', () => {
    expect(new Redactor().text('authorization: Bearer eyJhbGciOi.abc-_ and Basic dXNlcjpwYXNz')).toBe(
      'authorization: Bearer [redacted] and Basic [redacted]',
    );
    expect(new Redactor().text('Bearer of news')).toBe('Bearer of news');
  });
  it('redacts a secret completely when another secret is its prefix', () => {
    expect(knowing('abcdef', 'abcdef-and-more').text('x abcdef-and-more y')).toBe('x [redacted] y');
    expect(knowing('abcdef-and-more', 'abcdef').text('x abcdef-and-more y')).toBe('x [redacted] y');
  });
  it('ignores secrets under six characters', () => {
    expect(knowing('on', '12345').text('on 12345')).toBe('on 12345');
  });
  it('redacts strings and member names inside values and keeps everything else', () => {
    const value = { 'key s3cret-value': 1, list: ['s3cret-value', null, true, 2], deep: { none: undefined } };
    expect(knowing('s3cret-value').value(value)).toEqual({
      'key [redacted]': 1,
      list: ['[redacted]', null, true, 2],
      deep: { none: undefined },
    });
  });
});

describe('isSecretName', () => {
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
    'apnPassword',
    'wifiPassword',
    'sasToken',
    'connectionString',
    'pwd',
    'pin1',
    'pin2',
    'puk',
    'genAppKey',
    'rootKey',
    'mcKey',
    'mcAppSKey',
    'joinServerKey',
    'customHttpHeaders',
  ])('isSecretName is true for %s', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each([
    'name',
    'EUI',
    'appEUI',
    'keyword',
    'tokens',
    'monkey',
    'iccid',
    'productKey',
    'publicKey',
    'nextToken',
    'pinned',
    'keyId',
    'servicePlan',
    'connection',
  ])('isSecretName is false for %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

test('withoutSecrets and Redactor.text redact user name and password of a URL and keep its host', () => {
  const url = 'https://plant:hunter2-pass@broker.example:8883/in?x=a@b';
  expect(withoutSecrets({ destination: url, mail: 'jane@example.com' })).toEqual({
    destination: 'https://[redacted]@broker.example:8883/in?x=a@b',
    mail: 'jane@example.com',
  });
  expect(knowing().text(`sent to ${url}.`)).toBe('sent to https://[redacted]@broker.example:8883/in?x=a@b.');
});

test('withoutSecrets redacts secret members of a raw response and keeps its structure', () => {
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
