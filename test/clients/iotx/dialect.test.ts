import { describe, expect, it } from 'vitest';

import { makeCall } from '../../../src/clients/http/client.ts';
import { iotxDialect } from '../../../src/clients/iotx/dialect.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { fixedClock } from '../../../src/clock.ts';

const dialect = iotxDialect({ name: 'iotx', url: 'https://api.iot-x.com', accessKey: 'demo-key' });
const sim = { path: { physicalId: '8944990000001000010' } };

function answering(body: unknown) {
  const fetch = async () => new Response(JSON.stringify(body), { status: 200 });
  return makeCall({ connection: 'iotx', dialect, fetch, clock: fixedClock(0), chance: () => 0.5, timeoutMs: 1000 });
}

describe('a refusal', () => {
  const words = (body: unknown, status = 400) => dialect.refusal({ status, headers: new Headers(), body });

  it('reads code and message of the documented body', () => {
    const body = { error: { message: 'Unable to find Subscriber with identifier 1.', code: 'NOT_FOUND', children: [] } };
    expect(words(body, 404)).toEqual({ code: 'NOT_FOUND', words: 'Unable to find Subscriber with identifier 1.' });
  });

  it('takes a code of either kind and children of any shape', () => {
    expect(words({ error: { message: 'bad', code: 400, children: 'no such product' } })).toEqual({
      code: '400',
      words: 'bad; no such product',
    });
    expect(words({ error: { message: 'bad', code: 'BAD_REQUEST', children: ['one', { message: 'two' }, 3, null] } })).toEqual({
      code: 'BAD_REQUEST',
      words: 'bad; one; two',
    });
    expect(words({ error: { message: 'bad' } })).toEqual({ code: undefined, words: 'bad' });
  });

  it.each([
    ['<html>502</html>', 'an answer of unknown form, perhaps from a proxy'],
    [undefined, 'an empty answer'],
    [{ error: {} }, 'no reason given'],
    [{ error: 'denied' }, 'an answer of unknown form, perhaps from a proxy'],
    [[], 'an answer of unknown form, perhaps from a proxy'],
  ])('survives %j', (body, said) => {
    expect(words(body)).toEqual({ code: undefined, words: said });
  });

  it('says what to do about a key that is refused', () => {
    expect(words(undefined, 401).next).toBe('Check the access key: it may be disabled or deleted, or belong to another instance.');
  });
});

describe('an answer', () => {
  it('is read under content and bare', async () => {
    const products = [{ product: 'SMS MO/MT', description: 'Text', enabled: 'false' }];
    const read = [{ product: 'SMS MO/MT', description: 'Text', enabled: false }];
    expect(await answering({ content: products })(iotx.products.active, sim)).toEqual(read);
    expect(await answering(products)(iotx.products.active, sim)).toEqual(read);
  });

  it('gives numbers for quoted byte counts and text for ids', async () => {
    const call = answering({
      content: { physicalId: '8944990000001000010', subscriberId: 447700900101, dataUsage: '7340032', groupId: 12, isActive: true },
    });
    expect(await call(iotx.subscribers.read, sim)).toEqual({
      physicalId: '8944990000001000010',
      subscriberId: '447700900101',
      dataUsage: 7340032,
      groupId: '12',
      isActive: true,
    });
  });

  it('reads the number of a tariff in either spelling', async () => {
    const call = answering({ content: { 'Demo Operator': [{ productSetID: 4711, name: 'Demo 50MB' }, { productSetId: '4712' }] } });
    const tariffs = await call(iotx.provisioning.tariffs, sim);
    expect(tariffs['Demo Operator']?.map(({ productSetId }) => productSetId)).toEqual([4711, 4712]);
  });
});

describe('a product change', () => {
  it('is billing when it enables, disruptive as well when it disables or says neither', () => {
    const { effectsOf } = iotx.products.change;
    expect(effectsOf?.({ body: { action: 'enable' } })).toEqual(['billing']);
    expect(effectsOf?.({ body: { action: 'disable' } })).toEqual(['billing', 'disruptive']);
    expect(effectsOf?.({})).toEqual(['billing', 'disruptive']);
  });

  it.each([{ action: 'disable' as const }, { product: 'SMS', service: 'Voice', action: 'disable' as const }])(
    'is not sent as %j',
    async (body) => {
      await expect(answering({})(iotx.products.change, { ...sim, body })).rejects.toThrow(/^iotx.products.change: body/);
    },
  );
});
