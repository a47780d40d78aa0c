import { describe, expect, it } from 'vitest';
import type { CallbackReport } from '../../src/changes/status-poller.ts';
import { parseCallback } from '../../src/changes/thingspace/parse-callback.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { memoryStore } from '../../src/store/memory.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { makeCallbackHandler } from '../../src/web/callbacks.ts';
import { startTestServer, type TestServer, yes } from '../support/test-server.ts';

const listener = { connection: 'verizon', username: 'cb-user', password: 'cb-pass-of-the-listener', from: ['3.87.163.45'], parseCallback };
const message = {
  username: 'cb-user',
  password: 'cb-pass-of-the-listener',
  requestId: '7c2f6a1e-3b0d-4a44-9a52-0d5be1f0a9c3',
  deviceIds: [{ id: '89148000000077000037', kind: 'Iccid' }],
  deviceResponse: { suspendResponse: {} },
  status: 'Success',
  callbackCount: 1,
};

const posted = (body: unknown): Request =>
  new Request('http://127.0.0.1/callbacks/verizon', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
const later = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('makeCallbackHandler', () => {
  const hints: CallbackReport[] = [];
  const handler = makeCallbackHandler([listener], (_, reports) => hints.push(...reports));
  const statusOf = async (body: unknown, address = '3.87.163.45', connection = 'verizon'): Promise<number> => {
    hints.length = 0;
    const { status } = await handler.receive(posted(body), connection, address);
    await later();
    return status;
  };

  it('a callback of the carrier is answered 202 and its hint passed on after the response', async () => {
    const response = handler.receive(posted(message), 'verizon', '::ffff:3.87.163.45');
    expect((await response).status).toBe(202);
    await later();
    expect(hints.at(-1)).toEqual({ requestId: message.requestId, devices: ['89148000000077000037'], succeeded: true, words: undefined });
  });

  it.each([
    ['a wrong password', { ...message, password: 'cb-pass-of-the-listeneR' }, 401],
    ['no password', { ...message, password: undefined }, 401],
    ['a body that is not JSON', 'status=Success', 400],
    ['a body over 8 KiB', { ...message, comment: 'x'.repeat(8200) }, 413],
  ])('a callback with %s is refused', async (_, body, status) => {
    expect(await statusOf(body)).toBe(status);
    expect(hints).toEqual([]);
  });

  it('a foreign source address is answered 403, and a connection without a listener 404', async () => {
    expect(await statusOf(message, '198.51.100.7')).toBe(403);
    expect(await statusOf(message, '3.87.163.45', 'other')).toBe(404);
    expect(hints).toEqual([]);
  });

  it('a repeated callback is answered 202 but passed on only once', async () => {
    const other = { ...message, requestId: 'b1', callbackCount: 1 };
    expect(await statusOf(other)).toBe(202);
    expect(hints).toHaveLength(1);
    for (const callbackCount of [1, 2, 3, 4]) expect(await statusOf({ ...other, callbackCount })).toBe(202);
    expect(hints).toEqual([]);
  });

  it('parseCallback reads faults, warnings and absent members', () => {
    const fault = {
      faultcode: 'UnifiedWebService.REQUEST_FAILED.DeviceAlreadyActive',
      faultstring: 'REQUEST_FAILED. Device is already active',
    };
    expect(parseCallback({ ...message, status: 'Failed', faultResponse: fault })).toMatchObject([
      { succeeded: false, words: fault.faultstring },
    ]);
    expect(parseCallback({ requestId: 7, status: 'warning', deviceIds: null, faultResponse: null })).toEqual([
      { requestId: '7', devices: [], succeeded: undefined, words: undefined },
    ]);
  });
});

/** Starts the suspension of ten SIMs, with the sandbox carrier sending callbacks to this server. */
async function tenSims(...faults: Fault['fault'][]) {
  const store = memoryStore();
  let moves = 0;
  const move: ChangeStore['move'] = (...asked) => {
    moves += 1;
    return store.move(...asked);
  };
  const running: TestServer = await startTestServer({
    store: { ...store, move },
    fleet: 60,
    callbacks: [{ connection: 'sandbox-thingspace', username: 'cb-user', password: 'cb-pass-of-the-listener', from: [], parseCallback }],
  });
  const { world } = running;
  const own = {
    account: '0442000123-00001',
    service: 'CarrierService' as const,
    url: 'https://ops.example.com/callbacks/sandbox-thingspace',
    username: 'cb-user',
    password: 'cb-pass-of-the-listener',
  };
  world.thingspace.listeners.set('0442000123-00001 carrierservice', own);
  let calls = 0;
  world.thingspace.deliver = async (url, body) => {
    calls += 1;
    const request = new Request(`http://127.0.0.1${new URL(url).pathname}`, {
      method: 'POST',
      headers: { host: '127.0.0.1' },
      body: JSON.stringify(body),
    });
    return (await running.fetch(request)).status;
  };
  for (const fault of faults) world.faults.arm({ fault } as Fault);
  const sims = world.thingspace.devices.filter((one) => one.state === 'active' && one.account === '0442000123-00001').slice(0, 10);
  const { call } = await running.connectClient({ transport: 'stdio', era: 'auto', person: yes });
  const suspended = await call('suspend_sim', { sims: sims.map(({ iccid }) => ({ iccid })) });
  return {
    ...running,
    call,
    sims,
    change: suspended.structured.change as { id: string; status: string },
    calls: () => calls,
    moves: () => moves,
  };
}

const flush = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await later();
};

describe('carrier callbacks for a change', () => {
  it('callbacks end a change without further requests from the client', async () => {
    const { world, clock, change, product, call, calls } = await tenSims();
    expect(change.status).toBe('accepted');
    clock.advance(5000);
    await flush();
    expect(calls()).toBe(10);
    const requests = world.requestLog.length;
    expect((await call('list_changes', {})).structured.changes[0]).toMatchObject({ change: change.id, status: 'applied' });
    expect(world.requestLog).toHaveLength(requests);
    expect(product.connections).toHaveLength(3);
  });

  it('duplicate and unordered callbacks do not change the result', async () => {
    const { clock, change, call } = await tenSims('duplicate-callbacks', 'unordered-callbacks');
    for (let i = 0; i < 12; i++) {
      clock.advance(5000);
      await flush();
    }
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({
      status: 'applied',
      counts: { applied: 10 },
    });
  });

  it('a forged success callback does not end a change whose SIMs are still active', async () => {
    const { change, call, product, sims, world } = await tenSims('no-callbacks');
    const requestId = [...world.thingspace.requests.keys()].at(-1) ?? '';
    await product.handleCallback('sandbox-thingspace', [
      {
        requestId,
        devices: sims.map((one) => one.iccid),
        succeeded: true,
        words: undefined,
      },
    ]);
    expect((await call('list_changes', {})).structured.changes[0]).toMatchObject({ change: change.id, status: 'accepted' });
  });

  it('ten simultaneous success callbacks cause one status poll and one store update', async () => {
    const { product, sims, world, moves } = await tenSims('no-callbacks');
    const requestId = [...world.thingspace.requests.keys()].at(-1) ?? '';
    const before = { requests: world.requestLog.length, moves: moves() };
    const hints = sims.map(({ iccid }) => ({ requestId, devices: [iccid], succeeded: true, words: undefined }));
    await Promise.all(hints.map((hint) => product.handleCallback('sandbox-thingspace', [hint])));
    // Ten SIMs and the status of their request.
    expect(world.requestLog.length - before.requests).toBe(11);
    expect(moves() - before.moves).toBe(1);
  });

  it('a callback with an unknown request id has no effect', async () => {
    const { change, call, product } = await tenSims('no-callbacks');
    await product.handleCallback('sandbox-thingspace', [
      {
        requestId: 'made-up',
        devices: ['89148000000077000037'],
        succeeded: false,
        words: 'x',
      },
    ]);
    await product.handleCallback('sandbox-iotx', [{ requestId: 'made-up', devices: [], succeeded: true, words: undefined }]);
    expect((await call('list_changes', {})).structured.changes[0]).toMatchObject({ change: change.id, status: 'accepted' });
  });

  it('a failure callback counts when the SIM is unchanged, and the reason quotes the carrier', async () => {
    const { change, call, product, sims, world, clock } = await tenSims('no-callbacks');
    const requestId = [...world.thingspace.requests.keys()].at(-1) ?? '';
    const [one, two] = sims.map((sim) => sim.iccid);
    for (const iccid of [one, two])
      await product.handleCallback('sandbox-thingspace', [
        {
          requestId,
          devices: [iccid as string],
          succeeded: false,
          words: 'REQUEST_FAILED. Not allowed today',
        },
      ]);
    const updated = (await call('get_change', { change: change.id })).structured.change;
    expect(updated).toMatchObject({ status: 'accepted', counts: { failed: 2, pending: 8 } });
    expect(updated.targets.find((target: { device: string }) => target.device === one)?.why).toBe(
      'the carrier reports: REQUEST_FAILED. Not allowed today',
    );
    clock.advance(5000);
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({
      status: 'partial',
      counts: { applied: 8, failed: 2 },
    });
  });
});
