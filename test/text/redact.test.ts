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
  it('redacts a text that it has let pass before, once it has learnt its secret', () => {
    const redactor = knowing('another-secret');
    const narrower = redactor.with(['of-one-request']);
    expect([redactor.text('s3cret-value'), narrower.text('s3cret-value')]).toEqual(['s3cret-value', 's3cret-value']);
    redactor.add('s3cret-value');
    expect([redactor.text('s3cret-value'), narrower.text('s3cret-value')]).toEqual(['[redacted]', '[redacted]']);
    expect(redactor.text('of-one-request')).toBe('of-one-request');
  });
  it.each<[string, string, string]>([
    ['other case', 's3cret-Value', 'a S3CRET-VALUE.'],
    ['base64', 's3cret-value', `a ${Buffer.from('s3cret-value').toString('base64')}.`],
    ['base64url inside of another text', 's3cret?value>', `a ${Buffer.from('ab:s3cret?value>c').toString('base64url').slice(4)}.`],
    ['a form', 's3cret value&', 'a s3cret+value%26.'],
    ['JSON', 's3"cret\\value', `a ${JSON.stringify('s3"cret\\value').slice(1, -1)}.`],
    ['JSON inside of JSON', 's3"cret', `a ${JSON.stringify(JSON.stringify('s3"cret')).slice(3, -3)}.`],
    ['XML', 's3"cret&', 'a s3&quot;cret&amp;.'],
    ['hex of its bytes', 's3cret-value', `a ${Buffer.from('s3cret-value').toString('hex').toUpperCase()}.`],
    ['colons', key, 'a 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff.'],
    ['blanks', key, 'a 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF.'],
    ['0x and commas', key, 'a 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF.'],
    ['base64 of the bytes of a key', key, `a ${Buffer.from(key, 'hex').toString('base64')}.`],
  ])('finds a secret in %s', (_, secret, text) => {
    const shown = knowing(secret).text(text);
    expect(shown).toContain('[redacted]');
    expect(shown.length).toBeLessThan(24);
  });
  it('does not learn a key such as all zero, which payloads look like', () => {
    for (const weak of ['0'.repeat(32), 'FF'.repeat(16), 'A5'.repeat(8), '00:00:00:00:00:00:00:00', 'DEAD'.repeat(8)])
      expect(knowing(weak).text(`send ${weak}01`)).toBe(`send ${weak}01`);
  });
  it('keeps the newest two hundred tokens', () => {
    const redactor = new Redactor();
    for (let n = 1000; n < 1201; n++) redactor.addToken(`token-${n}`);
    expect([1000, 1001, 1200].map((n) => redactor.text(`token-${n}`))).toEqual(['token-1000', '[redacted]', '[redacted]']);
  });
  it('redacts short values of one request only where they stand as a word', () => {
    expect(new Redactor().with(['4711', '00', '1111']).text('PIN 4711, order 147110, code 1111')).toBe(
      'PIN [redacted], order 147110, code 1111',
    );
  });
  it.each([
    ['token=abc-def&x=1', 'token=[redacted]&x=1'],
    ['https://h.example/in?sig=abc%2Fdef', 'https://h.example/in?sig=[redacted]'],
    ['HostName=h;SharedAccessKeyName=n;SharedAccessKey=abc/def', 'HostName=h;SharedAccessKeyName=n;SharedAccessKey=[redacted]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x', '[redacted] x'],
    ['Authorization: token abcdefgh12345678', 'Authorization: [redacted]'],
    ['a eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abc b', 'a [redacted] b'],
    ['Basic connectivity, nextToken=abc, monkey=1', 'Basic connectivity, nextToken=abc, monkey=1'],
    ['name "-----BEGIN PRIVATE KEY-----" (1 device) on plant: delete', 'name "[redacted]" (1 device) on plant: delete'],
    ['"token=" (1 device) on plant', '"token=" (1 device) on plant'],
  ])('shows %j as %j without knowing a secret', (text, shown) => {
    expect(new Redactor().text(text)).toBe(shown);
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
    'headers',
    'httpHeaders',
    'genappkey',
    'APPKEY',
    'wifipassword',
    'accesstoken',
    'sharedAccessKey',
    'SharedAccessSignature',
    'connection_string',
    'pin_1',
    'pinCode',
    'PUK2',
    'adm1',
    'basicAuth',
    'privateKeyPem',
    'activationCode',
    'secretAccessKey',
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
    'turkey',
    'author',
    'sharedAccessKeyName',
    'tokenType',
    'costCenterCode',
    'reasonCode',
    'mapping',
    'passive',
    'keyboard',
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
