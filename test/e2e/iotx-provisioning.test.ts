import { describe, expect, it } from 'vitest';
import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import type { Config } from '../../src/config.ts';
import { countRequests, no, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const provision = 'iotx.provisioning.activate';
const tariffs = 'iotx.provisioning.tariffs';
const stock = '89449900000020000109';
const other = '8944990002000000017';
const pump = '8944990000001000010';
const sim = { sims: [{ iccid: stock, nickname: 'pump-20' }], tariff: 4711 };

/** A connection configured as live, where guessed operations are refused. */
const live = (config: Config): void => {
  config.connections = [
    {
      name: 'ix',
      provider: 'iotx',
      sandbox: false,
      embedded: true,
      writes: true,
      allowGuessed: false,
      settings: { url: 'http://sandbox.invalid', accessKey: sandboxIotx.accessKey, productKey: 'both' },
    },
  ];
};

describe('provision_subscriber with a stock SIM', () => {
  it('provision_subscriber shows the tariff, needs the typed ICCID, is pending and becomes active hours later', async () => {
    const { connectClient, world, clock } = await startTestServer();
    world.iotx.settleMs = 26 * 3_600_000;
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('provision_subscriber', sim)).structured;
    expect(asked).toEqual([
      [
        `${stock} (1 stock SIM) on sandbox-iotx: start a contract on tariff 4711 "Demo 50MB", nickname "pump-20". Billed by contract, cost unknown. Cannot be undone.`,
        `- ${stock}: tariff "4711 Demo 50MB", nickname "pump-20"`,
        'This is the sandbox: nothing real changes.',
        'On a live connection a named person outside the chat approves this.',
        `To approve, type the identifier: ${stock}`,
      ].join('\n'),
    ]);
    expect(change).toMatchObject({
      status: 'accepted',
      effects: ['billing', 'destructive'],
      irreversible: true,
      settles: 'up to 48 hours',
      targets: [
        {
          device: stock,
          outcome: 'pending',
          before: { state: 'stock', offered: '4711 Demo 50MB' },
          after: { state: 'pending' },
          why: 'accepted, not among the subscribers yet',
        },
      ],
    });
    clock.advance(25 * 3_600_000);
    expect((await call('get_change', { change: change.id })).structured.change.status).toBe('accepted');
    expect((await call('provision_subscriber', sim)).structured.change.id).toBe(change.id);
    clock.advance(3_600_000);
    const ended = await call('get_change', { change: change.id });
    expect(ended.structured.change).toMatchObject({
      status: 'applied',
      targets: [{ outcome: 'applied', after: { state: 'active', tariff: 'Demo 50MB', subscriberId: '447702000010', nickname: 'pump-20' } }],
    });
    expect(countRequests(world, provision)).toBe(1);
    expect(world.iotx.changes).toMatchObject([{ operation: provision, target: stock, what: 'activate on Demo 50MB', fee: true }]);
  });

  it('a pending provisioning is polled less often over time: under 300 reads in two days', async () => {
    const { connectClient, world, clock } = await startTestServer();
    world.iotx.settleMs = 72 * 3_600_000;
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('provision_subscriber', sim)).structured;
    const before = countRequests(world, 'iotx.subscribers.read');
    for (let n = 0; n < 48 * 60 + 30; n++) {
      clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(countRequests(world, 'iotx.subscribers.read') - before).toBeLessThan(300);
    expect(countRequests(world, 'iotx.subscribers.read') - before).toBeGreaterThan(150);
    const ended = await call('get_change', { change: change.id });
    expect(ended.structured.change).toMatchObject({
      status: 'unknown',
      targets: [{ outcome: 'unsure', why: 'not confirmed within the expected time' }],
    });
  });

  it('provision_subscriber for two SIMs needs the typed count and sets each nickname', async () => {
    const { connectClient, world } = await startTestServer();
    const { call, asked } = await connectClient({ ...client, person: yes });
    const two = { sims: [{ iccid: stock, nickname: 'pump-20' }, { iccid: other }], tariff: 4712 };
    const { change } = (await call('provision_subscriber', two)).structured;
    expect(asked[0]).toContain(`${stock}, ${other} (2 stock SIMs) on sandbox-iotx: start a contract on tariff 4712 "Demo 500MB".`);
    expect(asked[0]).toMatch(/type the number of targets: 2$/);
    const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({ status: 'applied', counts: { applied: 2 } });
    expect(world.iotx.subscribers.get(stock)?.nickname).toBe('pump-20');
    expect(world.iotx.subscribers.get(other)?.nickname).toBeNull();
  });

  it('provision_subscriber sends nothing when the person declines or the client cannot ask', async () => {
    const { connectClient, world } = await startTestServer();
    const declined = await (await connectClient({ ...client, person: no })).call('provision_subscriber', sim);
    expect(declined.structured.change).toMatchObject({ status: 'refused', reason: 'declined' });
    const withoutElicitation = await (await connectClient(client)).call('provision_subscriber', sim);
    expect(withoutElicitation.structured.change).toMatchObject({ status: 'refused', reason: 'policy' });
    expect(withoutElicitation.structured.change.explanation).toContain('this cannot be undone and this client cannot ask a person');
    expect(countRequests(world, provision)).toBe(0);
  });

  it('provision_subscriber rejects a tariff that is not offered and lists those that are', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const { text, structured } = await call('provision_subscriber', { ...sim, tariff: 4720 });
    expect(text).toBe(`tariff: ${stock} is not offered 4720. Nothing was sent. It is offered: 4711 "Demo 50MB", 4712 "Demo 500MB".`);
    expect(structured.error.field).toBe('tariff');
    expect(countRequests(world, provision)).toBe(0);
  });
});

describe('provision_subscriber with a SIM that is not in stock', () => {
  it('provision_subscriber refuses an active, pending or unknown SIM with its state', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    const active = await call('provision_subscriber', { sims: [{ iccid: pump }], tariff: 4711 });
    expect(active.isError).toBe(true);
    expect(active.structured.change).toMatchObject({ status: 'refused', reason: 'lifecycle' });
    expect(active.structured.change.explanation).toContain(
      `${pump} "pump-17": it is active on "Demo 50MB" already, only stock can be provisioned. Nothing was sent.`,
    );
    const unknown = await call('provision_subscriber', { sims: [{ iccid: '89449900000099999999' }], tariff: 4711 });
    expect(unknown.structured.change.explanation).toContain(
      '89449900000099999999: iot-x does not have it in stock: Unable to find Subscriber with identifier 89449900000099999999.',
    );
    const line = world.iotx.subscribers.get(other);
    if (line) line.state = 'pending';
    const pending = await call('provision_subscriber', { sims: [{ iccid: stock }, { iccid: other }], tariff: 4711 });
    expect(pending.structured.change.explanation).toContain(
      `${other}: iot-x does not have it in stock: Subscriber ${other} is not in stock.`,
    );
    expect(countRequests(world, provision)).toBe(0);
  });

  it('provision_subscriber rejects invalid input without planning', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    for (const [args, message] of [
      [{ ...sim, sims: [] }, 'sims: an empty list is an error, never "all"'],
      [{ ...sim, sims: [{ iccid: stock }, { iccid: stock }] }, `sims: ${stock} is named twice`],
      [{ ...sim, sims: [{ iccid: '8944' }] }, 'sims.0.iccid: ICCID must be 18 to 20 digits, got "8944" (4 characters)'],
      [{ ...sim, tariff: 'IoT 4711' }, 'tariff: '],
      [{ ...sim, tarif: 4711 }, 'tarif: is not a field of this tool, nearest is tariff'],
    ] as const)
      expect((await call('provision_subscriber', args)).structured.error.message).toContain(message);
  });

  it('provision_subscriber sends nothing when the SIM left the stock between plan and approval', async () => {
    const { connectClient, world } = await startTestServer({ policy: { irreversibleTwoStep: true } });
    const { call } = await connectClient(client);
    const { change } = (await call('provision_subscriber', sim)).structured;
    const line = world.iotx.subscribers.get(stock);
    if (line) line.state = 'pending';
    const late = await call('apply_change', { change: change.id, confirm: change.confirm ?? change.summary });
    expect(late.structured.change).toMatchObject({ status: 'refused', reason: 'drift' });
    expect(countRequests(world, provision)).toBe(0);
  });
});

describe('lost response to provision_subscriber', () => {
  it('a lost response to provision_subscriber is settled by reading, without a second request', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'lost-answer', operation: provision, skip: 0, times: 1 });
    const { change } = (await call('provision_subscriber', sim)).structured;
    expect(change).toMatchObject({
      status: 'unknown',
      targets: [{ outcome: 'unsure', why: 'no longer in stock, not among the subscribers yet' }],
    });
    const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({ status: 'applied', targets: [{ after: { state: 'active' } }] });
    expect(countRequests(world, provision)).toBe(1);
    expect(world.iotx.changes).toHaveLength(1);
  });

  it('a provisioning request that never arrived stays unknown and reports that the SIM is still in stock', async () => {
    const { connectClient, world } = await startTestServer();
    const { call } = await connectClient({ ...client, person: yes });
    world.faults.arm({ fault: 'cut', operation: provision, skip: 0, times: 1 });
    const { change } = (await call('provision_subscriber', sim)).structured;
    expect(change).toMatchObject({
      status: 'unknown',
      targets: [{ why: 'iot-x still offers it tariffs, as it does for stock: the request may never have arrived' }],
    });
    expect((await call('provision_subscriber', sim)).structured.change.id).toBe(change.id);
    expect((await call('get_change', { change: change.id, waitSeconds: 30 })).structured.change.status).toBe('unknown');
    expect(countRequests(world, provision)).toBe(1);
    expect(world.iotx.changes).toEqual([]);
  });
});

describe('provision_subscriber on a live connection', () => {
  const inChat = 'rules: [{ name: asked in the chat, when: { provider: iotx }, then: ask }]';
  it('provision_subscriber on a live connection does not read the guessed tariffs and warns that nothing was checked', async () => {
    const { connectClient, world } = await startTestServer({ adjust: live, rules: inChat });
    const { call, asked } = await connectClient({ ...client, person: yes });
    const { change } = (await call('provision_subscriber', { sims: [{ iccid: other }], tariff: 4711 })).structured;
    const warning =
      'the tariffs could not be read, so neither stock nor tariff 4711 is checked: "iotx.provisioning.tariffs is only guessed: no document shows its path"';
    expect(change.warnings).toEqual([warning]);
    expect(asked[0]).toContain(
      `${other} (1 stock SIM) on ix: start a contract on tariff 4711. Billed by contract, cost unknown. Cannot be undone.`,
    );
    expect(asked[0]).toContain(`Warning: ${warning}.`);
    expect(change).toMatchObject({ status: 'accepted', targets: [{ before: { state: 'no subscriber yet' } }] });
    const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(ended.structured.change.status).toBe('applied');
    expect(countRequests(world, tariffs)).toBe(0);
  });

  it('provision_subscriber on a live connection reports a tariff refused by the provider in its words', async () => {
    const { connectClient } = await startTestServer({ adjust: live, rules: inChat });
    const { call } = await connectClient({ ...client, person: yes });
    const { change } = (await call('provision_subscriber', { sims: [{ iccid: other }], tariff: 4720 })).structured;
    expect(change.status).toBe('failed');
    expect(change.explanation).toContain(
      'ix refused with HTTP 400: BAD_REQUEST: productSetId must be a tariff offered for this subscriber.',
    );
  });
});
