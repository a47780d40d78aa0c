import { describe, expect, it } from 'vitest';

import { iotx } from '../../../src/clients/iotx/index.ts';
import { productBody } from '../../../src/clients/iotx/products.ts';
import { sandboxIotx } from '../../../src/clients/iotx/sandbox-account.ts';
import { portal } from '../../../src/sandbox/iotx/subscribers.ts';
import { account, began, refused } from './account.ts';

const pump = '8944990000001000010';
const route = `PATCH /subscribers/${pump}/products`;
const smsOff = { product: 'SMS MO/MT', service: 'SMS MO/MT', action: 'disable' };

describe('products.change', () => {
  it('products.change checks key, permissions, subscriber, body, state and product in this order', async () => {
    const { ask, world } = account();
    const unknown = 'PATCH /subscribers/8944990000001999999/products';
    const barred = 'PATCH /subscribers/8944990000001000036/products';
    const unauthorized = refused(401, 'UNAUTHORIZED', 'The access token is missing, unknown, disabled or expired.');
    expect(await ask(unknown, {}, sandboxIotx.disabledKey)).toEqual(unauthorized);
    expect(await ask(unknown, {}, 'nobody')).toEqual(unauthorized);
    expect(await ask(unknown, {}, sandboxIotx.readKey)).toEqual(
      refused(403, 'FORBIDDEN', 'Permission required: Add a Product to a Subscriber.'),
    );
    expect(await ask(unknown, {})).toEqual(refused(404, 'NOT_FOUND', 'Unable to find Subscriber with identifier 8944990000001999999.'));
    expect(await ask(barred, { action: 'disable' })).toEqual(refused(400, 'BAD_REQUEST', 'product is required.'));
    expect(await ask(barred, { product: 'SMS MO/MT', action: 'Disable' })).toEqual(
      refused(400, 'BAD_REQUEST', 'action must be enable or disable.'),
    );
    expect(await ask(barred, { product: 'Fax', action: 'disable' })).toEqual(
      refused(400, 'BAD_REQUEST', 'Subscriber 8944990000001000036 is not in an active state.'),
    );
    expect(await ask(route, { product: 'Fax', action: 'disable' })).toEqual(
      refused(400, 'BAD_REQUEST', 'Unable to find Product with identifier Fax.'),
    );
    expect(await ask(route, { product: 'SMS MO/MT', action: 'enable' })).toEqual(
      refused(400, 'BAD_REQUEST', 'Product SMS MO/MT is already enabled.'),
    );
    expect(world.iotx.changes).toEqual([]);
    expect(await ask(route, smsOff)).toEqual({ status: 204, body: undefined });
    expect(world.iotx.changes).toEqual([
      { at: began, operation: 'iotx.products.change', target: pump, what: 'disable SMS MO/MT', fee: true },
    ]);
  });

  it('products.change requires the add and the remove permission for either action', async () => {
    const { ask } = account();
    const enable = { product: 'Voice', service: 'Voice', action: 'enable' };
    expect(await ask(route, enable, sandboxIotx.halfWriteKey)).toEqual(
      refused(403, 'FORBIDDEN', 'Permission required: Remove a Product From a Subscriber.'),
    );
  });

  it('products.change moves a product between the active and the available list', async () => {
    const { call } = account();
    const path = { physicalId: pump };
    await call(iotx.products.change, { path, body: productBody('both', 'SMS MO/MT', 'disable') });
    expect(await call(iotx.products.active, { path })).toEqual([
      { product: 'Data Access', description: 'Mobile data on the demo APN', enabled: true },
    ]);
    expect(await call(iotx.products.available, { path })).toEqual([
      { product: 'SMS MO/MT', description: 'Text messages both ways', enabled: false },
      { product: 'Voice', description: 'Circuit voice', enabled: false },
    ]);
  });

  it('products.change reads only the member that patchMode allows', async () => {
    const { call, world } = account();
    const path = { physicalId: pump };
    const change = (mode: 'both' | 'product' | 'service', action: 'enable' | 'disable') =>
      call(iotx.products.change, { path, body: productBody(mode, 'SMS MO/MT', action) });
    world.iotx.patchMode = 'product-only';
    await expect(change('service', 'disable')).rejects.toThrow('iotx refused with HTTP 400: BAD_REQUEST: product is required.');
    await change('product', 'disable');
    await change('both', 'enable');
    world.iotx.patchMode = 'service-only';
    await expect(change('product', 'disable')).rejects.toThrow('iotx refused with HTTP 400: BAD_REQUEST: service is required.');
    await change('service', 'disable');
    await change('both', 'enable');
    expect(world.iotx.changes.map(({ what }) => what)).toEqual([
      'disable SMS MO/MT',
      'enable SMS MO/MT',
      'disable SMS MO/MT',
      'enable SMS MO/MT',
    ]);
  });

  it('products.change refuses product and service with different names', async () => {
    const { ask } = account();
    expect(await ask(route, { product: 'Voice', service: 'SMS MO/MT', action: 'enable' })).toEqual(
      refused(400, 'BAD_REQUEST', 'product and service differ.'),
    );
  });

  it('the fault disabled-stay-active keeps a disabled product in the active list', async () => {
    const { ask, world } = account();
    world.faults.arm({ fault: 'disabled-stay-active' });
    world.faults.arm({ fault: 'quoted' });
    await ask(route, smsOff);
    expect((await ask(`GET /subscribers/${pump}/products/active`)).body).toEqual({
      content: [
        { product: 'Data Access', description: 'Mobile data on the demo APN', enabled: 'true' },
        { product: 'SMS MO/MT', description: 'Text messages both ways', enabled: 'false' },
      ],
    });
  });

  it('the fault lag delays when a product change becomes visible', async () => {
    const { ask, world, clock } = account();
    world.faults.arm({ fault: 'lag', ms: 4000 });
    const names = async () => {
      const { body } = await ask(`GET /subscribers/${pump}/products/active`);
      return (body as { content: { product: string }[] }).content.map(({ product }) => product);
    };
    await ask(route, smsOff);
    expect(await names()).toEqual(['Data Access', 'SMS MO/MT']);
    clock.advance(3999);
    expect(await names()).toEqual(['Data Access', 'SMS MO/MT']);
    clock.advance(1);
    expect(await names()).toEqual(['Data Access']);
  });

  it('products.change can accept an already enabled product without a charge', async () => {
    const { ask, world } = account();
    world.iotx.alreadySo = 'accept';
    expect((await ask(route, { product: 'SMS MO/MT', action: 'enable' })).status).toBe(204);
    expect(world.iotx.changes.map(({ fee }) => fee)).toEqual([false]);
  });

  it('disabling Network Access takes a device offline and enabling it brings it back', async () => {
    const { call, clock } = account();
    const path = { physicalId: 'A81758FFFE0A0001' };
    const online = async () => (await call(iotx.subscribers.read, { path })).networkState?.isOnline;
    await call(iotx.products.change, { path, body: productBody('both', 'Network Access', 'disable') });
    expect(await online()).toBe(false);
    clock.advance(60_000);
    await call(iotx.products.change, { path, body: productBody('both', 'Network Access', 'enable') });
    expect(await online()).toBe(true);
  });

  it('products.change takes effect even if its response is lost', async () => {
    const { call, world } = account();
    const path = { physicalId: pump };
    world.faults.arm({ fault: 'lost-answer', operation: 'iotx.products.change', skip: 0, times: 1 });
    await expect(call(iotx.products.change, { path, body: productBody('both', 'SMS MO/MT', 'disable') })).rejects.toThrow('did not answer');
    expect(world.iotx.changes).toHaveLength(1);
  });

  it('products.change is refused while the subscriber is barred', async () => {
    const { ask, world } = account();
    portal(world, pump, 'barred');
    expect((await ask(route, smsOff)).status).toBe(400);
    portal(world, pump, 'active');
    expect((await ask(route, smsOff)).status).toBe(204);
  });
});
