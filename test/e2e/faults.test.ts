/** Every sandbox fault, armed through the admin API. Each test counts the requests that reached the provider. */
import { describe, expect, it } from 'vitest';
import { makeAdminApi } from '../../src/sandbox/admin-api.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { sandboxProviders } from '../support/providers.ts';
import { countRequests, startTestServer, type TestClient, type TestServer, type ToolAnswer, yes } from '../support/test-server.ts';
import { fridge } from './six-jobs.ts';

const client = { transport: 'stdio', era: 'auto', person: yes } as const;
const pump = '89148000000077000037';
const account = '0442000123-00001';
const subscriber = '8944990000001000010';
const day = 86_400_000;

const create = 'thingpark.devices.create';
const createGroup = 'thingspace.groups.create';
const suspend = 'thingspace.devices.suspend';
const toggle = 'iotx.products.change';
const lines = (...iccids: string[]) => ({ sims: iccids.map((iccid) => ({ iccid })) });
const smsOff = { subscribers: [subscriber], product: 'SMS MO/MT', action: 'disable' };

/** One list read and one write for each provider, in the column order of every table below. */
const at = [
  { provider: 'thingpark', list: 'thingpark.devices.list', write: create, tool: 'add_lorawan_device', args: fridge },
  { provider: 'thingspace', list: 'thingspace.devices.list', write: suspend, tool: 'suspend_sim', args: lines(pump) },
  { provider: 'iotx', list: 'iotx.subscribers.list', write: toggle, tool: 'toggle_product', args: smsOff },
] as const;

interface FaultTest extends TestServer, TestClient {
  /** Arms the fault under test. */
  arm(more?: Record<string, unknown>): Promise<void>;
  adminApi(method: string, body?: unknown): Promise<{ status: number; body: unknown }>;
}

async function start(fault: string, fleet = 24): Promise<FaultTest> {
  const running = await startTestServer({ fleet });
  const handle = makeAdminApi(running.world);
  const adminApi: FaultTest['adminApi'] = async (method, body) => {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await handle(new Request('http://127.0.0.1/_sandbox/faults', init));
    return { status: response.status, body: await response.json() };
  };
  return {
    ...running,
    ...(await running.connectClient(client)),
    get world() {
      return running.world;
    },
    adminApi,
    async arm(more = {}) {
      expect((await adminApi('POST', { fault, ...more })).status).toBe(200);
    },
  };
}

const covered = new Set<string>();

/** Registers a test for one fault and fails it when the fault was never armed. */
function faultTest(fault: string, title: string, story: (story: FaultTest) => Promise<void>): void {
  covered.add(fault);
  it(`${fault}: ${title}`, async () => {
    const begun = await start(fault);
    let armed = 0;
    await story({
      ...begun,
      get world() {
        return begun.world;
      },
      arm: async (more) => {
        armed += 1;
        await begun.arm(more);
      },
    });
    expect(armed).toBeGreaterThan(0);
  });
}

const statusOf = (answer: ToolAnswer): string => answer.structured.change.status;
const statuses = ({ world }: TestServer, operation: string) =>
  world.requestLog.filter((one) => one.operation === operation).map((one) => one.status);

describe('faults during list_devices', () => {
  const expectedRequests: [fault: string, requests: [number, number, number]][] = [
    ['429', [3, 2, 6]],
    ['html-429', [3, 2, 6]],
    ['500', [3, 2, 6]],
    ['503', [3, 2, 6]],
    ['html', [3, 2, 6]],
    ['cut', [3, 2, 6]],
    ['lost-answer', [3, 2, 6]],
    ['half', [3, 2, 6]],
    ['500-after', [3, 2, 6]],
    ['truncated', [3, 2, 6]],
    ['slow', [2, 1, 5]],
  ];
  for (const [fault, requests] of expectedRequests) {
    it(`list_devices retries and returns all 130 devices of each provider under fault ${fault}`, async () => {
      const { world, call, arm } = await start(fault, 130);
      for (const { list } of at) await arm({ operation: list });
      const rows = new Set<string>();
      for (const { provider } of at) {
        const { structured, isError } = await call('list_devices', { provider, limit: 500 });
        expect(isError).toBe(false);
        expect(structured.total, provider).toBe(130);
        for (const { device } of structured.devices) rows.add(`${provider}/${device}`);
      }
      expect(rows.size).toBe(390);
      expect(at.map(({ list }) => countRequests(world, list))).toEqual(requests);
      expect(world.faults.list()).toEqual([]);
    });
  }

  it('list_devices reports a persistent fault with its error and the next step', async () => {
    const limit = ['sandbox-iotx is rate limited', 'Retry in 5 s, or request less data at once.'] as const;
    const trouble = 'The provider reported an internal error; try again later.';
    const refusals: [fault: string, error: string, next: string][] = [
      ['429', ...limit],
      ['html-429', ...limit],
      ['503', 'sandbox-iotx refused with HTTP 503: SERVICE_UNAVAILABLE: An error occurred.', trouble],
      ['html', 'sandbox-iotx refused with HTTP 502: unrecognized response, possibly from a proxy', trouble],
      ['truncated', 'sandbox-iotx did not answer: its response was cut off', 'Retry a read. For a change, read the current state first.'],
    ];
    for (const [fault, error, next] of refusals) {
      const { call, arm } = await start(fault);
      await arm({ operation: 'iotx.subscribers.list', times: 50 });
      const { structured } = await call('list_devices', { provider: 'iotx' });
      expect(structured.failures, fault).toMatchObject([{ connection: 'sandbox-iotx', error, next }]);
    }
  });
});

describe('faults during a write', () => {
  /** Columns: status after the call, number of requests, final status, each as [thingpark, thingspace, iotx]. */
  const outcomes: [fault: string, after: string[], requests: number[], end: string[]][] = [
    ['expired-token', ['applied', 'accepted', 'failed'], [2, 2, 1], ['applied', 'applied', 'failed']],
    ['429', ['applied', 'accepted', 'applied'], [2, 2, 2], ['applied', 'applied', 'applied']],
    ['html-429', ['applied', 'accepted', 'applied'], [2, 2, 2], ['applied', 'applied', 'applied']],
    ['slow', ['applied', 'accepted', 'applied'], [1, 1, 1], ['applied', 'applied', 'applied']],
    // The request had no effect, which the server cannot know. A device that never appears has failed; the others may still be done.
    ['500', ['unknown', 'unknown', 'unknown'], [1, 1, 1], ['failed', 'unknown', 'unknown']],
    ['503', ['unknown', 'unknown', 'unknown'], [1, 1, 1], ['failed', 'unknown', 'unknown']],
    ['html', ['unknown', 'unknown', 'unknown'], [1, 1, 1], ['failed', 'unknown', 'unknown']],
    ['cut', ['unknown', 'unknown', 'unknown'], [1, 1, 1], ['failed', 'unknown', 'unknown']],
    // The request took effect, which reading the state back shows.
    ['lost-answer', ['applied', 'unknown', 'applied'], [1, 1, 1], ['applied', 'applied', 'applied']],
    ['half', ['applied', 'unknown', 'applied'], [1, 1, 1], ['applied', 'applied', 'applied']],
    ['500-after', ['applied', 'unknown', 'applied'], [1, 1, 1], ['applied', 'applied', 'applied']],
    ['truncated', ['applied', 'unknown', 'applied'], [1, 1, 1], ['applied', 'applied', 'applied']],
  ];
  for (const [fault, after, requests, end] of outcomes) {
    covered.add(fault);
    it(`a write under fault ${fault} is sent as often as allowed and settled by reading the state back`, async () => {
      const { world, clock, call, arm } = await start(fault);
      for (const { write } of at) await arm({ operation: write });
      const changes: string[] = [];
      for (const [i, { tool, args }] of at.entries()) {
        const answer = await call(tool, args);
        expect(statusOf(answer), tool).toBe(after[i]);
        changes.push(answer.structured.change.id);
        // Repeating the call while the outcome is unknown returns the same change.
        if (after[i] === 'unknown') expect((await call(tool, args)).structured.change.id).toBe(changes[i]);
      }
      clock.advance(2 * day);
      const ends = await Promise.all(changes.map((change) => call('get_change', { change })));
      expect(ends.map(statusOf)).toEqual(end);
      expect(at.map(({ write }) => countRequests(world, write))).toEqual(requests);
      expect(world.faults.list()).toEqual([]);
    });
  }

  it('a rejected iot-x access key is reported with what to check', async () => {
    const { call, arm } = await start('expired-token');
    await arm({ provider: 'iotx' });
    const refused = await call('list_subscriber_products', { subscriber });
    expect(refused.text).toBe(
      'sandbox-iotx refused with HTTP 401: UNAUTHORIZED: The access token is missing, unknown, disabled or expired. Check the access key: it may be disabled, deleted, or for another instance.',
    );
  });
});

describe('ThingPark faults', () => {
  faultTest('unknown-400', 'an HTTP 400 for an unknown device counts as not found, so the device can be added', async (story) => {
    const { world, call, arm } = story;
    const before = await call('get_device', { device: fridge.devEui, connection: 'sandbox-thingpark' });
    await arm();
    const after = await call('get_device', { device: fridge.devEui, connection: 'sandbox-thingpark' });
    expect(after).toEqual(before);
    expect(after.text).toContain('there is no device a8-17-58-ff-fe-0b-00-01');
    expect(statusOf(await call('add_lorawan_device', fridge))).toBe('applied');
    expect(statuses(story, 'thingpark.devices.read')).toContain(400);
    expect(countRequests(world, create)).toBe(1);
  });

  faultTest('same-page', 'list_gateways stops at a repeated page and reports an incomplete list', async ({ world, call, arm }) => {
    world.thingpark.page = { defaultSize: 2, maxSize: 2 };
    await arm();
    const { structured } = await call('list_gateways');
    expect(structured).toMatchObject({ total: 4, incomplete: expect.any(String) });
    expect(structured.gateways).toHaveLength(2);
    expect(countRequests(world, 'thingpark.baseStations.list')).toBe(2);
  });
});

describe('ThingSpace faults', () => {
  faultTest('expired-session', 'an expired session is renewed and the read or write is sent again', async (story) => {
    const { world, call, arm } = story;
    await arm({ operation: 'thingspace.devices.list', skip: 1 });
    expect((await call('list_devices', { provider: 'thingspace' })).structured.total).toBe(24);
    await arm({ operation: suspend });
    expect(statusOf(await call('suspend_sim', lines(pump)))).toBe('accepted');
    expect(statuses(story, suspend)).toEqual([400, 200]);
    expect(countRequests(world, 'thingspace.session.login')).toBe(3);
    expect(countRequests(world, 'thingspace.tokens.token')).toBe(1);
  });

  faultTest('xml-403', 'an XML 403 from the gateway is reported in its words, and the write can be requested again', async (story) => {
    const { world, call, arm } = story;
    await arm({ operation: 'thingspace.plans.list' });
    const refused = await call('list_service_plans', { account });
    expect(refused.isError).toBe(true);
    expect(refused.text).toBe(
      'sandbox-thingspace refused with HTTP 403: 404: Not Found: The requested resource is not available. Check the credentials and rights configured for this connection.',
    );
    expect(countRequests(world, 'thingspace.plans.list')).toBe(1);
    await arm({ operation: suspend });
    expect(statusOf(await call('suspend_sim', lines(pump)))).toBe('failed');
    expect(statusOf(await call('suspend_sim', lines(pump)))).toBe('accepted');
    expect(statuses(story, suspend)).toEqual([403, 200]);
  });

  faultTest('stall', 'a stalled read is sent again within the 50 s of its call, and no longer', async (story) => {
    const { world, clock, call, arm } = story;
    const begun = clock.now();
    await arm({ operation: 'thingspace.plans.list' });
    expect((await call('list_service_plans', { account })).isError).toBe(false);
    expect(statuses(story, 'thingspace.plans.list')).toEqual([400, 200]);
    expect(world.requestLog.at(-1)?.at).toBeGreaterThanOrEqual(begun + 30_000);
    await arm({ operation: 'thingspace.plans.list', times: 50 });
    const refused = await call('list_service_plans', { account });
    expect(refused.text).toBe(
      'sandbox-thingspace did not answer thingspace.plans.list in the time of this call: 50 s, sent 2 times, last: HTTP 400. Try again later, or ask for less at once: one connection, a filter, a shorter period.',
    );
    expect(countRequests(world, 'thingspace.plans.list')).toBe(4);
  });

  faultTest('stall', 'a stalled write has an unknown outcome and is not sent again', async (story) => {
    const { clock, call, arm } = story;
    await arm({ operation: suspend });
    const { change } = (await call('suspend_sim', lines(pump))).structured;
    expect(change).toMatchObject({
      status: 'unknown',
      targets: [{ device: pump, outcome: 'unsure', why: expect.stringContaining('HTTP 400') }],
    });
    expect(change.targets[0].why).not.toContain('nothing was changed');
    clock.advance(2 * day);
    expect(statusOf(await call('get_change', { change: change.id }))).toBe('unknown');
    expect(statuses(story, suspend)).toEqual([400]);
  });

  faultTest('stall', 'a stalled login does not count as a wrong password, and the next call logs in', async ({ world, call, arm }) => {
    await arm({ operation: 'thingspace.session.login' });
    const refused = await call('list_service_plans', { account });
    expect(refused.text).toContain('UnexpectedError');
    expect(refused.text).toContain('The provider reported an internal error; try again later.');
    expect((await call('list_service_plans', { account })).isError).toBe(false);
    expect(countRequests(world, 'thingspace.session.login')).toBe(2);
  });

  /** The first active SIMs of the account. */
  const active = ({ world }: TestServer, count: number): string[] =>
    world.thingspace.devices
      .filter((device) => device.state === 'active' && device.account === account)
      .slice(0, count)
      .map(({ iccid }) => iccid);

  faultTest('half-fails', 'a request that fails for half of its SIMs reports each SIM as applied or failed', async (story) => {
    const { world, clock, call, arm } = story;
    const sims = active(story, 4);
    await arm();
    const { change } = (await call('suspend_sim', lines(...sims))).structured;
    expect(change).toMatchObject({ status: 'accepted', counts: { pending: 4 } });
    clock.advance(10_000);
    const half = (await call('get_change', { change: change.id })).structured.change;
    expect(half).toMatchObject({ status: 'partial', counts: { applied: 2, failed: 2 } });
    expect(half.targets.map((one: { device: string; outcome: string }) => [one.device, one.outcome])).toEqual([
      [sims[0], 'applied'],
      [sims[1], 'failed'],
      [sims[2], 'applied'],
      [sims[3], 'failed'],
    ]);
    expect(countRequests(world, suspend)).toBe(1);
  });

  faultTest('line-quotas', 'a plan warns of SIMs near the daily action quota, and the carrier refuses the sixth action', async (story) => {
    const { world, clock, call, asked, arm } = story;
    await arm();
    const act = async (tool: 'suspend_sim' | 'restore_sim') => {
      const { change } = (await call(tool, lines(pump))).structured;
      return (await call('get_change', { change: change.id, waitSeconds: 30 })).structured.change;
    };
    for (const tool of ['suspend_sim', 'restore_sim', 'suspend_sim', 'restore_sim', 'suspend_sim'] as const)
      expect((await act(tool)).status).toBe('applied');
    const warned = asked.map((question) => /took \d provisioning actions within 24 hours: [^.]*/.exec(question)?.[0]);
    expect(warned).toEqual([
      undefined,
      undefined,
      ...[2, 3, 4].map((n) => `took ${n} provisioning actions within 24 hours: a SIM takes 5 a day, older text says 2`),
    ]);
    expect(await act('restore_sim')).toMatchObject({ status: 'failed', explanation: 'the carrier reports that the request failed' });
    expect(asked[5]).toContain(
      `${pump} took 5 provisioning actions within 24 hours: the carrier takes no more than 5 a day and may refuse`,
    );
    expect([...world.thingspace.requests.values()].at(-1)?.outcomes[0]?.fault?.faultcode).toBe(
      'UnifiedWebService.REQUEST_FAILED.ProvisioningLimitExceeded',
    );
    clock.advance(day);
    expect((await act('restore_sim')).status).toBe('applied');
    expect(asked[6]).not.toContain('provisioning actions');
  });

  faultTest('line-quotas', 'the fifth service plan change within a month fails', async ({ clock, call, arm }) => {
    await arm();
    const put = async (servicePlan: string) => {
      const { change } = (await call('change_service_plan', { ...lines(pump), servicePlan })).structured;
      clock.advance(6000);
      return (await call('get_change', { change: change.id })).structured.change.status;
    };
    const plans = ['IOTLOW5MB', 'IOTSHR250MB', 'IOTLOW5MB', 'IOTSHR250MB'];
    for (const plan of plans) expect(await put(plan)).toBe('applied');
    expect(await put('IOTLOW5MB')).toBe('accepted');
    clock.advance(31 * day);
    expect(await put('IOTNB50KB')).toBe('applied');
  });

  /** Registers a callback listener. Returns rows of [seconds since registration, identifier of the SIM, status]. */
  function listen({ world, clock }: TestServer, service: 'CarrierService' | 'DeviceProfileService'): unknown[][] {
    const received: unknown[][] = [];
    const begun = clock.now();
    const url = 'https://listener.example/ts';
    world.thingspace.listeners.set(`${account} ${service.toLowerCase()}`, { account, service, url });
    world.thingspace.deliver = async (_url, body) => {
      const { deviceIds, status } = body as { deviceIds: { id: string }[]; status: string };
      received.push([(clock.now() - begun) / 1000, deviceIds[0]?.id, status]);
      return 200;
    };
    return received;
  }

  const callbacks: [fault: string, heard: [s: number, sim: 0 | 1][]][] = [
    [
      'duplicate-callbacks',
      [
        [5, 0],
        [5, 0],
        [5, 1],
        [5, 1],
      ],
    ],
    [
      'unordered-callbacks',
      [
        [5, 1],
        [13, 0],
      ],
    ],
    ['no-callbacks', []],
  ];
  for (const [fault, expected] of callbacks)
    faultTest(fault, 'a suspension settles from the state of the SIMs, whatever callbacks arrive', async (story) => {
      const { world, clock, call, arm } = story;
      const received = listen(story, 'CarrierService');
      const sims = active(story, 2);
      await arm();
      const { change } = (await call('suspend_sim', lines(...sims))).structured;
      expect(change.status).toBe('accepted');
      const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
      expect(ended.structured.change).toMatchObject({ status: 'applied', counts: { applied: 2 } });
      clock.advance(60_000);
      // Callbacks name a SIM by any of its identifiers: the first one here by its IMEI.
      const named = ['359000001200091', '89148000000077000074'];
      expect(received).toEqual(expected.map(([s, i]) => [s, named[i], 'Success']));
      expect(countRequests(world, suspend)).toBe(1);
    });

  faultTest('older-forms', 'callbacks by ICCID and accounts with ipPools are read like the present forms', async (story) => {
    const { world, clock, call, arm } = story;
    const read = () => call('read_operation', { operation: 'thingspace.accounts.read', input: { path: { accountName: account } } });
    expect((await read()).text).toContain('iPPools');
    const received = listen(story, 'CarrierService');
    await arm();
    expect((await read()).text).toContain('ipPools');
    const { change } = (await call('suspend_sim', lines(...active(story, 2)))).structured;
    const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({ status: 'applied', counts: { applied: 2 } });
    clock.advance(60_000);
    expect(received).toEqual([
      [5, '89148000000077000037', 'Success'],
      [5, '89148000000077000074', 'Success'],
    ]);
    expect(countRequests(world, suspend)).toBe(1);
  });

  faultTest('soft-refusals', 'a refusal with HTTP 200 and success false ends the change as failed, in its words', async (story) => {
    const { world, clock, call, arm, adminApi } = story;
    await arm();
    // Someone else creates the group after the plan was checked, while the request is on its way.
    await adminApi('POST', { fault: 'slow', operation: createGroup, ms: 1000 });
    clock.later(500, () => world.thingspace.groups.push({ account, name: 'Night shift', description: 'gates', isDefault: false }));
    const body = { accountName: account, groupName: 'Night shift', groupDescription: 'pumps' };
    const { change } = (await call('change_operation', { operation: createGroup, input: { body } })).structured;
    expect(change).toMatchObject({ status: 'failed', targets: [{ device: 'Night shift', outcome: 'failed' }] });
    expect(change.targets[0].why).toContain('The device group exists already.');
    expect(statuses(story, createGroup)).toEqual([200]);
  });

  faultTest(
    'warning-first',
    'a warning callback does not settle a profile change, which is sent once and followed to its end',
    async (story) => {
      const { world, clock, call, arm } = story;
      const received = listen(story, 'DeviceProfileService');
      const device = world.thingspace.devices.find((one) => one.account === account && one.state === 'active' && one.eid !== undefined);
      const deviceIds = [
        { id: device?.eid, kind: 'eid' },
        { id: device?.iccid, kind: 'iccid' },
      ];
      await arm({ ms: 20_000 });
      const operation = 'thingspace.profiles.setFallback';
      const { change } = (
        await call('change_operation', { operation, input: { body: { accountName: account, devices: [{ deviceIds }] } } })
      ).structured;
      clock.advance(5000);
      expect([received, device?.fallback]).toEqual([[[5, device?.iccid, 'warning']], undefined]);
      clock.advance(20_000);
      expect(received).toEqual([
        [5, device?.iccid, 'warning'],
        [25, device?.iccid, 'Success'],
      ]);
      expect(device?.fallback).toBe(true);
      expect(statusOf(await call('get_change', { change: change.id }))).toBe('applied');
      expect(countRequests(world, operation)).toBe(1);
    },
  );
});

describe('iot-x faults', () => {
  it('empty-page: an empty page in the middle of a list is requested again', async () => {
    const { world, call, arm } = await start('empty-page', 130);
    await arm({ skip: 1 });
    const { structured } = await call('list_devices', { provider: 'iotx', limit: 500 });
    expect(structured.devices).toHaveLength(130);
    expect(structured.total).toBe(130);
    expect(countRequests(world, 'iotx.subscribers.list')).toBe(6);
  });

  faultTest('empty-page', 'an account with one empty first page is not reported as empty', async ({ world, call, arm }) => {
    await arm();
    expect((await call('list_devices', { provider: 'iotx' })).structured.total).toBe(24);
    expect(countRequests(world, 'iotx.subscribers.list')).toBe(4);
  });

  faultTest('lag', 'a change that is not visible yet is accepted, and applied once it shows', async ({ world, call, arm }) => {
    await arm({ ms: 20_000 });
    const { change } = (await call('toggle_product', smsOff)).structured;
    expect(change).toMatchObject({ status: 'accepted', targets: [{ why: 'accepted, not yet visible in the lists' }] });
    const ended = await call('get_change', { change: change.id, waitSeconds: 30 });
    expect(ended.structured.change).toMatchObject({ status: 'applied', targets: [{ after: { 'SMS MO/MT': 'disabled' } }] });
    expect(countRequests(world, toggle)).toBe(1);
  });

  const readings: string[] = ['quoted', 'bare-lists'];
  for (const fault of readings)
    faultTest(fault, 'reads return the same result, and a change is sent once', async ({ world, call, arm }) => {
      const reads = async () => [
        await call('list_devices', { provider: 'iotx', limit: 500 }),
        await call('list_devices', { provider: 'iotx', count: true }),
        await call('list_subscriber_products', { subscriber }),
      ];
      const before = await reads();
      await arm();
      expect(await reads()).toEqual(before);
      expect(statusOf(await call('toggle_product', smsOff))).toBe('applied');
      expect(countRequests(world, toggle)).toBe(1);
    });

  faultTest('disabled-stay-active', 'a disabled product that stays in the list is reported as available', async ({ world, call, arm }) => {
    await arm();
    expect(statusOf(await call('toggle_product', smsOff))).toBe('applied');
    const { products } = (await call('list_subscriber_products', { subscriber })).structured;
    expect(products.map(({ product, state }: { product: string; state: string }) => [product, state])).toEqual([
      ['Data Access', 'enabled'],
      ['SMS MO/MT', 'available'],
      ['Voice', 'available'],
    ]);
    expect(statusOf(await call('toggle_product', smsOff))).toBe('unchanged');
    expect(countRequests(world, toggle)).toBe(1);
  });
});

describe('faults in the sandbox admin API', () => {
  it('GET /_sandbox/faults lists one-shot and persistent faults, and DELETE clears both', async () => {
    const { adminApi } = await start('lag');
    await adminApi('POST', { fault: 'lag', ms: 3000 });
    await adminApi('POST', { fault: 'lag', ms: 5000 });
    await adminApi('POST', { fault: 'cut', provider: 'iotx', skip: 2 });
    expect(await adminApi('GET')).toEqual({
      status: 200,
      body: {
        faults: [
          { fault: 'cut', provider: 'iotx', skip: 2, times: 1 },
          { fault: 'lag', ms: 5000 },
        ],
      },
    });
    expect(await adminApi('DELETE')).toEqual({ status: 200, body: { faults: [] } });
    expect(await adminApi('GET')).toEqual({ status: 200, body: { faults: [] } });
  });

  it('POST /_sandbox/faults rejects an unknown fault or one of another provider and lists the valid ones', async () => {
    const { adminApi } = await start('cut');
    const iotx =
      '429, 500, 500-after, 503, bare-lists, cut, disabled-stay-active, empty-page, expired-token, half, html, html-429, lag, lost-answer, quoted, slow, truncated';
    for (const [body, said] of [
      [{ fault: 'explode' }, 'Unknown fault. Use one of: 429, 500, 500-after, 503, bare-lists, cut, '],
      [{}, 'Unknown fault. Use one of: 429, '],
      [{ fault: 'xml-403', provider: 'iotx' }, `xml-403 applies only to thingspace. Faults of iotx: ${iotx}.`],
      [{ fault: 'stall', operation: 'iotx.subscribers.list' }, `stall applies only to thingspace. Faults of iotx: ${iotx}.`],
      [{ fault: 'quoted', provider: 'thingpark' }, 'quoted applies only to iotx. Faults of thingpark: 429, '],
      [{ fault: 'cut', operation: 'devices.list' }, 'Unknown provider devices. Use one of: thingpark, thingspace, iotx.'],
      [{ fault: 'quoted', times: 3 }, 'times'],
      [{ fault: 'cut', times: 0 }, 'times'],
    ] as const) {
      const refused = await adminApi('POST', body);
      expect(refused.status, JSON.stringify(body)).toBe(400);
      expect(JSON.stringify(refused.body)).toContain(said);
    }
    expect((await adminApi('GET')).body).toEqual({ faults: [] });
  });
});

it('every fault kind has a test', () => {
  expect(new Faults(sandboxProviders).kinds.filter((kind) => !covered.has(kind))).toEqual([]);
});
