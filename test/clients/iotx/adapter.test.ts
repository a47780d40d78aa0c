import { describe, expect, it } from 'vitest';

import { makeCall } from '../../../src/clients/http/client.ts';
import { iotxAdapter } from '../../../src/clients/iotx/adapter.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { fixedClock } from '../../../src/clock.ts';

const iotxApi = iotxAdapter({ name: 'iotx', url: 'https://api.iot-x.com', accessKey: 'demo-key' });
const sim = { path: { physicalId: '8944990000001000010' } };

function answering(body: unknown) {
  const fetch = async () => new Response(JSON.stringify(body), { status: 200 });
  return makeCall({ connection: 'iotx', adapter: iotxApi, fetch, clock: fixedClock(0), random: () => 0.5, timeoutMs: 1000 });
}

describe('iot-x error responses', () => {
  const parse = (body: unknown, status = 400) => iotxApi.parseError({ status, headers: new Headers(), body });

  it('reads code and message of a documented error body', () => {
    const body = { error: { message: 'Unable to find Subscriber with identifier 1.', code: 'NOT_FOUND', children: [] } };
    expect(parse(body, 404)).toEqual({ code: 'NOT_FOUND', message: 'Unable to find Subscriber with identifier 1.', fromApi: true });
  });

  it('reads numeric and string codes and children of any form', () => {
    expect(parse({ error: { message: 'bad', code: 400, children: 'no such product' } })).toEqual({
      code: '400',
      message: 'bad; no such product',
      fromApi: true,
    });
    expect(parse({ error: { message: 'bad', code: 'BAD_REQUEST', children: ['one', { message: 'two' }, 3, null] } })).toEqual({
      code: 'BAD_REQUEST',
      message: 'bad; one; two',
      fromApi: true,
    });
    expect(parse({ error: { message: 'bad' } })).toEqual({ code: undefined, message: 'bad', fromApi: true });
  });

  it.each([
    ['<html>502</html>', 'unrecognized response, possibly from a proxy', false],
    [undefined, 'empty response', false],
    [{ error: {} }, 'no reason given', true],
    [{ error: 'denied' }, 'unrecognized response, possibly from a proxy', false],
    [[], 'unrecognized response, possibly from a proxy', false],
  ])('gives a message for the error body %j', (body, message, fromApi) => {
    expect(parse(body)).toEqual({ code: undefined, message, fromApi });
  });

  it('suggests checking the access key after a 401', () => {
    expect(parse(undefined, 401).next).toBe('Check the access key: it may be disabled, deleted, or for another instance.');
  });
});

describe('iot-x responses', () => {
  it('reads a response with and without the content envelope', async () => {
    const products = [{ product: 'SMS MO/MT', description: 'Text', enabled: 'false' }];
    const read = [{ product: 'SMS MO/MT', description: 'Text', enabled: false }];
    expect(await answering({ content: products })(iotx.products.active, sim)).toEqual(read);
    expect(await answering(products)(iotx.products.active, sim)).toEqual(read);
  });

  it('converts quoted byte counts to numbers and numeric ids to strings', async () => {
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

  it('reads productSetId of a tariff in both spellings', async () => {
    const call = answering({ content: { 'Demo Operator': [{ productSetID: 4711, name: 'Demo 50MB' }, { productSetId: '4712' }] } });
    const tariffs = await call(iotx.provisioning.tariffs, sim);
    expect(tariffs['Demo Operator']?.map(({ productSetId }) => productSetId)).toEqual([4711, 4712]);
  });
});

describe('iotx.products.change', () => {
  it('has the effect billing when enabling, and also disruptive when disabling or unspecified', () => {
    const { effectsOf } = iotx.products.change;
    expect(effectsOf?.({ body: { action: 'enable' } })).toEqual(['billing']);
    expect(effectsOf?.({ body: { action: 'disable' } })).toEqual(['billing', 'disruptive']);
    expect(effectsOf?.({})).toEqual(['billing', 'disruptive']);
  });

  it.each([{ action: 'disable' as const }, { product: 'SMS', service: 'Voice', action: 'disable' as const }])(
    'rejects the body %j before sending',
    async (body) => {
      await expect(answering({})(iotx.products.change, { ...sim, body })).rejects.toThrow(/^iotx.products.change: body/);
    },
  );
});
