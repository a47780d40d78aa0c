import { describe, expect, it } from 'vitest';

import { iotx } from '../../../src/clients/iotx/index.ts';
import { productBody } from '../../../src/clients/iotx/products.ts';
import { sandboxIotx } from '../../../src/clients/iotx/sandbox-account.ts';
import { setStateInPortal } from '../../../src/sandbox/iotx/subscribers.ts';
import { account, began, errorResponse } from './account.ts';

const pump = '8944990000001000010';
const route = `PATCH /subscribers/${pump}/products`;
const smsOff = { product: 'SMS MO/MT', service: 'SMS MO/MT', action: 'disable' };

describe('products.change', () => {
  it('products.change checks key, permissions, subscriber, body, state and product in this order', async () => {
    const { request, world } = account();
    const unknown = 'PATCH /subscribers/8944990000001999999/products';
    const barred = 'PATCH /subscribers/8944990000001000036/products';
    const unauthorized = errorResponse(401, 'UNAUTHORIZED', 'The access token is missing, unknown, disabled or expired.');
    expect(await request(unknown, {}, sandboxIotx.disabledKey)).toEqual(unauthorized);
    expect(await request(unknown, {}, 'nobody')).toEqual(unauthorized);
    expect(await request(unknown, {}, sandboxIotx.readKey)).toEqual(
      errorResponse(403, 'FORBIDDEN', 'Permission required: Add a Product to a Subscriber.'),
    );
    expect(await request(unknown, {})).toEqual(
      errorResponse(404, 'NOT_FOUND', 'Unable to find Subscriber with identifier 8944990000001999999.'),
    );
    expect(await request(barred, { action: 'disable' })).toEqual(errorResponse(400, 'BAD_REQUEST', 'product is required.'));
    expect(await request(barred, { product: 'SMS MO/MT', action: 'Disable' })).toEqual(
      errorResponse(400, 'BAD_REQUEST', 'action must be enable or disable.'),
    );
    expect(await request(barred, { product: 'Fax', action: 'disable' })).toEqual(
      errorResponse(400, 'BAD_REQUEST', 'Subscriber 8944990000001000036 is not in an active state.'),
    );
    expect(await request(route, { product: 'Fax', action: 'disable' })).toEqual(
      errorResponse(400, 'BAD_REQUEST', 'Unable to find Product with identifier Fax.'),
    );
    expect(await request(route, { product: 'SMS MO/MT', action: 'enable' })).toEqual(
      errorResponse(400, 'BAD_REQUEST', 'Product SMS MO/MT is already enabled.'),
    );
    expect(world.iotx.changes).toEqual([]);
    expect(await request(route, smsOff)).toEqual({ status: 204, body: undefined });
    expect(world.iotx.changes).toEqual([
      { at: began, operation: 'iotx.products.change', target: pump, what: 'disable SMS MO/MT', fee: true },
    ]);
  });

  it('products.change requires the add and the remove permission for either action', async () => {
    const { request } = account();
    const enable = { product: 'Voice', service: 'Voice', action: 'enable' };
    expect(await request(route, enable, sandboxIotx.halfWriteKey)).toEqual(
      errorResponse(403, 'FORBIDDEN', 'Permission required: Remove a Product From a Subscriber.'),
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
    const { request } = account();
    expect(await request(route, { product: 'Voice', service: 'SMS MO/MT', action: 'enable' })).toEqual(
      errorResponse(400, 'BAD_REQUEST', 'product and service differ.'),
    );
  });

  it('the fault disabled-stay-active keeps a disabled product in the active list', async () => {
    const { request, world } = account();
    world.faults.arm({ fault: 'disabled-stay-active' });
    world.faults.arm({ fault: 'quoted' });
    await request(route, smsOff);
    expect((await request(`GET /subscribers/${pump}/products/active`)).body).toEqual({
      content: [
        { product: 'Data Access', description: 'Mobile data on the demo APN', enabled: 'true' },
        { product: 'SMS MO/MT', description: 'Text messages both ways', enabled: 'false' },
      ],
    });
  });

  it('the fault lag delays when a product change becomes visible', async () => {
    const { request, world, clock } = account();
    world.faults.arm({ fault: 'lag', ms: 4000 });
    const names = async () => {
      const { body } = await request(`GET /subscribers/${pump}/products/active`);
      return (body as { content: { product: string }[] }).content.map(({ product }) => product);
    };
    await request(route, smsOff);
    expect(await names()).toEqual(['Data Access', 'SMS MO/MT']);
    clock.advance(3999);
    expect(await names()).toEqual(['Data Access', 'SMS MO/MT']);
    clock.advance(1);
    expect(await names()).toEqual(['Data Access']);
  });

  it('products.change can accept an already enabled product without a charge', async () => {
    const { request, world } = account();
    world.iotx.repeatedChange = 'accept';
    expect((await request(route, { product: 'SMS MO/MT', action: 'enable' })).status).toBe(204);
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
    const { request, world } = account();
    setStateInPortal(world, pump, 'barred');
    expect((await request(route, smsOff)).status).toBe(400);
    setStateInPortal(world, pump, 'active');
    expect((await request(route, smsOff)).status).toBe(204);
  });
});
