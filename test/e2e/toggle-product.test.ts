import { describe, expect, it } from 'vitest';
import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import type { Config } from '../../src/config.ts';
import type { World } from '../../src/sandbox/world.ts';
import { countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const toggle = 'iotx.products.change';
const pump17 = '8944990000001000010';
const pump18 = '8944990000001000028';
const barred = '8944990000001000036';
const sms = { product: 'SMS MO/MT', action: 'disable' };

describe('list_subscriber_products and toggle_product', () => {
  it('list_subscriber_products lists enabled and available products', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
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

  it('toggle_product switches several subscribers and reads each before and after', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
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
    expect(countRequests(world, toggle)).toBe(4);
    expect(world.iotx.subscribers.get(pump17)?.enabled).toEqual(['Data Access']);
  });

  it('toggle_product with enable is not disruptive', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient(client);
    const { change } = (await call('toggle_product', { subscribers: [pump17], product: 'Voice', action: 'enable' })).structured;
    expect(change.effects).toEqual(['billing']);
    expect(change.summary).toBe(
      `${pump17} (1 subscriber) on sandbox-iotx: enable product "Voice". May incur fees, cost unknown. Undo: disable it again.`,
    );
  });

  it('toggle_product rejects a product name that does not exist and suggests the nearest', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { text, structured } = await call('toggle_product', { subscribers: [pump17], product: 'SMS MT/MO', action: 'disable' });
    expect(text).toBe(
      `product: ${pump17} has no "SMS MT/MO", nearest is "SMS MO/MT". Nothing was sent. Names are exact; its products are: Data Access, SMS MO/MT, Voice.`,
    );
    expect(structured.error.field).toBe('product');
    expect(countRequests(world, toggle)).toBe(0);
  });

  it('toggle_product leaves out subscribers in the requested state, so no fee is charged for them', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const already = await call('toggle_product', { subscribers: [pump18], ...sms });
    expect(already.structured.change).toMatchObject({ status: 'unchanged', counts: { unchanged: 1 } });
    expect(asked).toEqual([]);
    const mixed = await call('toggle_product', { subscribers: [pump17, pump18], ...sms });
    expect(mixed.structured.change).toMatchObject({ status: 'applied', counts: { applied: 1, unchanged: 1 } });
    expect(countRequests(world, toggle)).toBe(1);
    expect(world.iotx.changes.filter((one) => one.fee)).toHaveLength(1);
  });

  it('toggle_product refuses the whole change for an inactive or unknown subscriber', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const held = await call('toggle_product', { subscribers: [pump17, barred], ...sms });
    expect(held.structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(held.structured.change.explanation).toContain(`${barred} "pump-19": it is barred, products change only while active`);
    const unknown = await call('toggle_product', { subscribers: ['8944990000009999999'], ...sms });
    expect(unknown.text).toContain('subscribers: sandbox-iotx has no subscriber 8944990000009999999. Nothing was sent.');
    for (const [args, message] of [
      [{ subscribers: [], ...sms }, 'subscribers: an empty list is an error, never "all". Example: ["8944990000001000010"]'],
      [{ subscribers: [pump17, pump17], ...sms }, 'subscribers: a subscriber is named twice'],
      [{ subscribers: ['89-44'], ...sms }, 'subscribers.0: must be an ICCID, Device EUI or satellite IMEI. Example: 8944990000001000010'],
      [{ subscribers: [pump17], product: 'Voice', action: 'on' }, 'action: '],
    ] as const)
      expect((await call('toggle_product', args)).structured.error.message).toContain(message);
    expect(countRequests(world, toggle)).toBe(0);
  });

  it('toggle_product polls until a lagging network shows the change', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lag', ms: 8000 });
    const { change } = (await call('toggle_product', { subscribers: [pump17], ...sms })).structured;
    expect(change).toMatchObject({ status: 'accepted', targets: [{ why: 'accepted, not yet visible in the lists' }] });
    const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({ status: 'applied', targets: [{ after: { 'SMS MO/MT': 'disabled' } }] });
    expect(countRequests(world, toggle)).toBe(1);
  });

  it('toggle_product supports either body member of the manual and a list that keeps disabled products', async () => {
    for (const [mode, keep] of [
      ['product-only', true],
      ['service-only', false],
    ] as const) {
      const { connectClient, world } = await startTestServer();
      const { call } = await connectClient({ ...client, person: yes });
      world.iotx.patchMode = mode;
      if (keep) world.faults.arm({ fault: 'disabled-stay-active' });
      expect((await call('toggle_product', { subscribers: [pump17], ...sms })).structured.change.status).toBe('applied');
      expect((await call('toggle_product', { subscribers: [pump17], ...sms })).structured.change.status).toBe('unchanged');
    }
  });
});

describe('toggle_product after sending', () => {
  it('a lost response to toggle_product is settled by reading both lists, without a second request', async () => {
    for (const lagMs of [0, 8000]) {
      const { connectClient, world } = await startTestServer();
      const { call } = await connectClient({ ...client, person: yes });
      if (lagMs > 0) world.faults.arm({ fault: 'lag', ms: lagMs });
      world.faults.arm({ fault: 'lost-answer', operation: toggle, skip: 0, times: 1 });
      const { change } = (await call('toggle_product', { subscribers: [pump17], ...sms })).structured;
      expect(change.status).toBe(lagMs === 0 ? 'applied' : 'unknown');
      if (lagMs > 0) {
        expect(change.targets).toMatchObject([{ outcome: 'unsure', why: 'not yet visible in the lists' }]);
        expect((await call('toggle_product', { subscribers: [pump17], ...sms })).structured.change.id).toBe(change.id);
      }
      const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
      expect(ended.structured.change).toMatchObject({ status: 'applied', targets: [{ after: { 'SMS MO/MT': 'disabled' } }] });
      expect(countRequests(world, toggle)).toBe(1);
      expect(world.iotx.changes).toHaveLength(1);
    }
  });

  it('a toggle_product request that never arrived is not repeated and stays unknown', async () => {
    const { connectClient, world, clock } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    for (const [fault, subscriber] of [
      ['500', pump17],
      ['html', '8944990001000000084'],
      ['cut', '8944990001000000100'],
    ] as const) {
      world.faults.arm({ fault, operation: toggle, skip: 0, times: 1 });
      const sent = countRequests(world, toggle);
      const { change } = (await call('toggle_product', { subscribers: [subscriber], ...sms })).structured;
      expect(change).toMatchObject({ status: 'unknown', targets: [{ outcome: 'unsure', after: { 'SMS MO/MT': 'enabled' } }] });
      clock.advance(700_000);
      expect((await call('get_change', { change: change.id })).structured.change.status).toBe('unknown');
      expect(countRequests(world, toggle)).toBe(sent + 1);
    }
    expect(world.iotx.changes).toEqual([]);
  });

  it('toggle_product is applied only when both lists confirm it; an empty list proves nothing', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const line = lineOf(world, pump17);
    const { tariff } = line;
    // The provider shows no products of the subscriber for a while.
    let emptied = true;
    Object.defineProperty(line, 'tariff', {
      get: () => (emptied && countRequests(world, toggle) > 0 ? { ...tariff, products: [] } : tariff),
    });
    const { change } = (await call('toggle_product', { subscribers: [pump17], ...sms })).structured;
    expect(change).toMatchObject({ status: 'accepted', targets: [{ outcome: 'pending', after: { 'SMS MO/MT': 'in neither list' } }] });
    emptied = false;
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({ status: 'applied' });
    expect(countRequests(world, 'iotx.products.active')).toBe(4);
    expect(countRequests(world, 'iotx.products.available')).toBe(4);
  });
});

describe('toggle_product for 500 subscribers', () => {
  it('toggle_product for 500 subscribers reports 3 failures, and repeating it sends only the rest', { timeout: 60_000 }, async () => {
    const { connectClient, world } = await startTestServer({ fleet: 900 });
    const many = [...world.iotx.subscribers.values()]
      .filter((one) => one.state === 'active' && one.enabled.includes('SMS MO/MT'))
      .map((one) => one.physicalId)
      .slice(0, 500);
    expect(many).toHaveLength(500);
    const failing = [many[7], many[250], many[499]].map(String);
    let barred = true;
    // The subscribers are barred after the first request was sent.
    for (const id of failing)
      Object.defineProperty(lineOf(world, id), 'state', { get: () => (barred && world.iotx.changes.length > 0 ? 'barred' : 'active') });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const said: string[] = [];
    const all = { subscribers: many, ...sms };
    const first = await call('toggle_product', all, { onprogress: ({ message }) => void said.push(message ?? '') });
    expect(asked[0]).toContain('(500 subscribers) on sandbox-iotx: disable product "SMS MO/MT", the service stops.');
    expect(asked[0]).toMatch(/type the number of targets: 500$/);
    const { change } = first.structured;
    expect(change).toMatchObject({
      status: 'partial',
      counts: { applied: 497, failed: 1, 'left out': 2 },
      explanation: '497 done, 1 failed, 0 not sent, 2 left out because they had changed.',
      targetsLeftOut: 497,
    });
    expect(change.targets).toHaveLength(3);
    const [early, ...late] = failing as [string, string, string];
    // The first one was in the canary, which is read before any of its requests is sent.
    expect(change.targets[0]).toMatchObject({ device: early, outcome: 'failed' });
    expect(change.targets[0].why).toContain(
      `sandbox-iotx refused with HTTP 400: BAD_REQUEST: Subscriber ${early} is not in an active state.`,
    );
    // The others were read again right before their batch and left out.
    for (const [i, id] of late.entries())
      expect(change.targets[i + 1]).toMatchObject({
        device: id,
        outcome: 'left out',
        why: expect.stringContaining('state was active, is barred'),
      });
    expect(first.text).toContain(
      `failed (sandbox-iotx refused with HTTP 400: BAD_REQUEST: Subscriber it is not in an active state. Sent with productKey "both": an operator may set "product" or "service" for the connection.): ${early}`,
    );
    expect(first.text).toContain(`state was active, is barred): ${late.join(' ')}`);
    expect(said.at(-1)).toBe('500 of 500 requests sent');
    expect(world.iotx.changes).toHaveLength(497);

    const held = await call('toggle_product', all);
    expect(held.structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle', counts: { unchanged: 497, planned: 3 } });
    expect(world.iotx.changes).toHaveLength(497);

    barred = false;
    said.length = 0;
    const rest = await call('toggle_product', all, { onprogress: ({ message }) => void said.push(message ?? '') });
    expect(rest.structured.change).toMatchObject({ status: 'applied', counts: { unchanged: 497, applied: 3 } });
    expect(asked[1]).toContain(`${failing.join(', ')} (3 subscribers) on sandbox-iotx`);
    expect(asked[1]).toContain('497 already in this state, left out.');
    expect(said.at(-1)).toBe('3 of 3 requests sent');
    expect(world.iotx.changes.slice(497).map(({ target }) => target)).toEqual(failing);
    expect((await call('toggle_product', all)).structured.change.status).toBe('unchanged');
  });
});

describe('productKey setting', () => {
  const modes = ['both', 'product', 'service'] as const;

  it('productKey works when it matches the API, and a mismatch names the other settings', async () => {
    const works = async (productKey: (typeof modes)[number], patchMode: World['iotx']['patchMode'], extraKeys: 'ignore' | 'refuse') => {
      const { connectClient, world } = await startTestServer({ adjust: keyed({ productKey }) });
      Object.assign(world.iotx, { patchMode, extraKeys });
      const { call } = await connectClient({ ...client, person: yes });
      const { change } = (await call('toggle_product', { subscribers: [pump17], ...sms })).structured;
      expect(countRequests(world, toggle)).toBe(1);
      return change.status === 'applied' ? 'applied' : change.explanation;
    };
    const other = (sent: string, first: string, second: string) =>
      `Sent with productKey "${sent}": an operator may set "${first}" or "${second}" for the connection.`;
    const no = (words: string, next: string) => `ix refused with HTTP 400: BAD_REQUEST: ${words} ${next}`;
    for (const mode of modes) expect(await works(mode, 'lenient', 'refuse')).toBe('applied');
    expect(await works('both', 'product-only', 'ignore')).toBe('applied');
    expect(await works('both', 'service-only', 'ignore')).toBe('applied');
    expect(await works('product', 'product-only', 'refuse')).toBe('applied');
    expect(await works('service', 'service-only', 'refuse')).toBe('applied');
    expect(await works('product', 'service-only', 'ignore')).toBe(no('service is required.', other('product', 'both', 'service')));
    expect(await works('service', 'product-only', 'ignore')).toBe(no('product is required.', other('service', 'both', 'product')));
    expect(await works('both', 'product-only', 'refuse')).toBe(no('service is not a known member.', other('both', 'product', 'service')));
    expect(await works('both', 'service-only', 'refuse')).toBe(no('product is not a known member.', other('both', 'product', 'service')));
  });
});

describe('access key permissions', () => {
  it('an access key with view permission lists products, and toggle_product is refused in the words of the provider', async () => {
    const { connectClient, world } = await startTestServer({ adjust: keyed({ accessKey: sandboxIotx.readKey }) });
    const { call } = await connectClient({ ...client, person: yes });
    expect((await call('list_subscriber_products', { subscriber: pump17 })).structured.total).toBe(3);
    const answer = await call('toggle_product', { subscribers: [pump17], ...sms });
    expect(answer.isError).toBe(true);
    expect(answer.structured.change).toMatchObject({
      status: 'failed',
      explanation:
        'ix refused with HTTP 403: FORBIDDEN: Permission required: Add a Product to a Subscriber. Grant the access key the permission; scopes cannot be edited later, so a new key may be needed.',
    });
    expect(world.iotx.changes).toEqual([]);
    expect(answer.text).not.toContain(sandboxIotx.readKey);
  });

  it('an access key without the permission to remove products cannot enable one either', async () => {
    const { connectClient, world } = await startTestServer({ adjust: keyed({ accessKey: sandboxIotx.halfWriteKey }) });
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('toggle_product', { subscribers: [pump17], product: 'Voice', action: 'enable' })).structured;
    expect(change.status).toBe('failed');
    expect(change.explanation).toContain('Permission required: Remove a Product From a Subscriber.');
    expect(world.iotx.changes).toEqual([]);
  });

  it('a disabled access key reads nothing, and nobody is asked', async () => {
    const { connectClient } = await startTestServer({ adjust: keyed({ accessKey: sandboxIotx.disabledKey }) });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { text } = await call('toggle_product', { subscribers: [pump17], ...sms });
    expect(text).toBe(
      'ix refused with HTTP 401: UNAUTHORIZED: The access token is missing, unknown, disabled or expired. Check the access key: it may be disabled, deleted, or for another instance.',
    );
    expect(asked).toEqual([]);
  });
});

describe('subscriber types', () => {
  it('each type of subscriber has the products of its tariff', async () => {
    const { connectClient, world } = await startTestServer({ fleet: 130 });
    const { call } = await connectClient({ ...client, person: yes });
    const large = [...world.iotx.subscribers.values()].find((one) => one.tariff.name === 'Demo 500MB' && one.state === 'active');
    for (const [subscriber, names] of [
      [pump17, ['Data Access', 'SMS MO/MT', 'Voice']],
      [large?.physicalId ?? '', ['Data Access', 'SMS MO/MT', 'Data Roaming', 'Fixed Private IP']],
      ['020000FFFE000001', ['Network Access']],
      ['004999010640000', ['Network Access']],
    ] as const) {
      const { products } = (await call('list_subscriber_products', { subscriber })).structured;
      expect(products.map((one: { product: string }) => one.product)).toEqual(names);
    }
    const voice = await call('toggle_product', { subscribers: [large?.physicalId], product: 'Voice', action: 'enable' });
    expect(voice.text).toContain(`product: ${large?.physicalId} has no "Voice"`);
    const probe = await call('toggle_product', { subscribers: ['020000FFFE000001'], product: 'Network Access', action: 'disable' });
    expect(probe.structured.change.status).toBe('applied');
    expect((await call('get_device', { device: 'sandbox-iotx/020000FFFE000001' })).structured.device.online).toBe('no');
  });
});

function lineOf(world: World, physicalId: string) {
  const line = world.iotx.subscribers.get(physicalId);
  if (!line) throw new Error(`the seed has no ${physicalId}`);
  return line;
}

const keyed =
  (more: { accessKey?: string; productKey?: 'both' | 'product' | 'service' }) =>
  (config: Config): void => {
    const settings = { url: 'http://sandbox.invalid', accessKey: sandboxIotx.accessKey, productKey: 'both', ...more } as const;
    config.connections = [{ name: 'ix', provider: 'iotx', sandbox: true, embedded: true, writes: true, allowGuessed: true, settings }];
    config.secretValues.push(settings.accessKey);
  };
