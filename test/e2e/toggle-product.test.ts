import { describe, expect, it } from 'vitest';

import { run, sentOf, yes } from '../support/product.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const toggle = 'iotx.products.change';
const pump17 = '8944990000001000010';
const pump18 = '8944990000001000028';
const barred = '8944990000001000036';
const sms = { product: 'SMS MO/MT', action: 'disable' };

describe('products of a subscriber', () => {
  it('are listed, enabled and available', async () => {
    const { dial } = await run();
    const { call } = await dial(client);
    expect((await call('list_subscriber_products', { subscriber: pump17 })).structured).toEqual({
      connection: 'sandbox-iotx',
      total: 3,
      products: [
        { product: 'Data Access', state: 'enabled', description: 'Mobile data on the demo APN' },
        { product: 'SMS MO/MT', state: 'enabled', description: 'Text messages both ways' },
        { product: 'Voice', state: 'available', description: 'Circuit voice' },
      ],
    });
  });

  it('are switched for many at once, each read before and after', async () => {
    const { dial, world } = await run();
    const { call, asked } = await dial({ ...client, person: yes });
    const many = [pump17, '8944990001000000084', '8944990001000000100', '8944990001000000118'];
    const { change } = (await call('toggle_product', { subscribers: many, ...sms })).structured;
    expect(change.summary).toBe(
      `${pump17}, 8944990001000000084 and 2 more (4 subscribers) on sandbox-iotx: disable product "SMS MO/MT", the service stops. May incur fees, cost unknown. Undo: enable it again.`,
    );
    expect(change).toMatchObject({ status: 'applied', effects: ['billing', 'disruptive'], counts: { applied: 4 } });
    for (const target of change.targets) {
      expect(target.before['SMS MO/MT']).toBe('enabled');
      expect(target.after).toEqual({ 'SMS MO/MT': 'disabled' });
    }
    expect(asked).toHaveLength(1);
    expect(sentOf(world, toggle)).toBe(4);
    expect(world.iotx.subscribers.get(pump17)?.on).toEqual(['Data Access']);
  });

  it('enabling stops nothing, so its effects are fewer', async () => {
    const { dial } = await run();
    const { call } = await dial(client);
    const { change } = (await call('toggle_product', { subscribers: [pump17], product: 'Voice', action: 'enable' })).structured;
    expect(change.effects).toEqual(['billing']);
    expect(change.summary).toBe(
      `${pump17} (1 subscriber) on sandbox-iotx: enable product "Voice". May incur fees, cost unknown. Undo: disable it again.`,
    );
  });

  it('a name that is nearly right is refused with the right one', async () => {
    const { dial, world } = await run();
    const { call } = await dial({ ...client, person: yes });
    const { text, structured } = await call('toggle_product', { subscribers: [pump17], product: 'SMS MT/MO', action: 'disable' });
    expect(text).toBe(
      `product: ${pump17} has no "SMS MT/MO", nearest is "SMS MO/MT". Nothing was sent. Names are exact; its products are: Data Access, SMS MO/MT, Voice.`,
    );
    expect(structured.error.field).toBe('product');
    expect(sentOf(world, toggle)).toBe(0);
  });

  it('what is so already is left out, and fees are not risked for it', async () => {
    const { dial, world } = await run();
    const { call, asked } = await dial({ ...client, person: yes });
    const already = await call('toggle_product', { subscribers: [pump18], ...sms });
    expect(already.structured.change).toMatchObject({ status: 'unchanged', counts: { unchanged: 1 } });
    expect(asked).toEqual([]);
    const mixed = await call('toggle_product', { subscribers: [pump17, pump18], ...sms });
    expect(mixed.structured.change).toMatchObject({ status: 'applied', counts: { applied: 1, unchanged: 1 } });
    expect(sentOf(world, toggle)).toBe(1);
    expect(world.iotx.changes.filter((one) => one.fee)).toHaveLength(1);
  });

  it('a subscriber that is not active, or not known, stops the whole change', async () => {
    const { dial, world } = await run();
    const { call } = await dial({ ...client, person: yes });
    const held = await call('toggle_product', { subscribers: [pump17, barred], ...sms });
    expect(held.structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(held.structured.change.explanation).toContain(`${barred} "pump-19": it is barred, products change only while active`);
    const unknown = await call('toggle_product', { subscribers: ['8944990000009999999'], ...sms });
    expect(unknown.text).toContain('subscribers: sandbox-iotx has no subscriber 8944990000009999999. Nothing was sent.');
    for (const [args, message] of [
      [{ subscribers: [], ...sms }, 'subscribers: an empty list is an error, never "all". Example: ["8944990000001000010"]'],
      [{ subscribers: [pump17, pump17], ...sms }, 'subscribers: a subscriber is named twice'],
      [{ subscribers: ['89-44'], ...sms }, 'subscribers.0: is an ICCID, Device EUI or satellite IMEI. Example: 8944990000001000010'],
      [{ subscribers: [pump17], product: 'Voice', action: 'on' }, 'action: '],
    ] as const)
      expect((await call('toggle_product', args)).structured.error.message).toContain(message);
    expect(sentOf(world, toggle)).toBe(0);
  });

  it('a network that lags behind is followed to the end', async () => {
    const { dial, world } = await run();
    const { call } = await dial({ ...client, person: yes });
    world.faults.arm({ fault: 'lag', ms: 8000 });
    const { change } = (await call('toggle_product', { subscribers: [pump17], ...sms })).structured;
    expect(change).toMatchObject({ status: 'accepted', targets: [{ why: 'accepted, not yet visible in the lists' }] });
    const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({ status: 'applied', targets: [{ after: { 'SMS MO/MT': 'disabled' } }] });
    expect(sentOf(world, toggle)).toBe(1);
  });

  it('either key of the manual, and a list that keeps what is disabled, are understood', async () => {
    for (const [mode, keep] of [
      ['product-only', true],
      ['service-only', false],
    ] as const) {
      const { dial, world } = await run();
      const { call } = await dial({ ...client, person: yes });
      world.iotx.patchMode = mode;
      if (keep) world.faults.arm({ fault: 'disabled-stay-active' });
      expect((await call('toggle_product', { subscribers: [pump17], ...sms })).structured.change.status).toBe('applied');
      expect((await call('toggle_product', { subscribers: [pump17], ...sms })).structured.change.status).toBe('unchanged');
    }
  });
});
