import { describe, expect, it } from 'vitest';
import type { Hint } from '../../src/changes/follower.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { memoryStore } from '../../src/store/memory.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import { callbackDoor, hintOf } from '../../src/web/callbacks.ts';
import { type Running, run, yes } from '../support/product.ts';

const listener = { connection: 'verizon', username: 'cb-user', password: 'cb-pass-of-the-listener', from: ['3.87.163.45'] };
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

describe('the listener', () => {
  const heard: Hint[] = [];
  const door = callbackDoor([listener], (_, hint) => heard.push(hint));
  const answer = async (body: unknown, address = '3.87.163.45', connection = 'verizon'): Promise<number> => {
    heard.length = 0;
    const { status } = await door.receive(posted(body), connection, address);
    await later();
    return status;
  };

  it('takes a message of the carrier, and answers before anything is done with it', async () => {
    const response = door.receive(posted(message), 'verizon', '::ffff:3.87.163.45');
    expect((await response).status).toBe(202);
    await later();
    expect(heard.at(-1)).toEqual({ requestId: message.requestId, devices: ['89148000000077000037'], succeeded: true, words: undefined });
  });

  it.each([
    ['a wrong password', { ...message, password: 'cb-pass-of-the-listeneR' }, 401],
    ['no password', { ...message, password: undefined }, 401],
    ['text that is no JSON', 'status=Success', 400],
    ['more than 8 KiB', { ...message, comment: 'x'.repeat(8200) }, 413],
  ])('refuses %s', async (_, body, status) => {
    expect(await answer(body)).toBe(status);
    expect(heard).toEqual([]);
  });

  it('refuses a foreign address, and a connection that has no listener', async () => {
    expect(await answer(message, '198.51.100.7')).toBe(403);
    expect(await answer(message, '3.87.163.45', 'other')).toBe(404);
    expect(heard).toEqual([]);
  });

  it('drops what it has heard, however often it is repeated', async () => {
    const other = { ...message, requestId: 'b1', callbackCount: 1 };
    expect(await answer(other)).toBe(202);
    expect(heard).toHaveLength(1);
    for (const callbackCount of [1, 2, 3, 4]) expect(await answer({ ...other, callbackCount })).toBe(202);
    expect(heard).toEqual([]);
  });

  it('reads faults, warnings and absent members leniently', () => {
    const fault = {
      faultcode: 'UnifiedWebService.REQUEST_FAILED.DeviceAlreadyActive',
      faultstring: 'REQUEST_FAILED. Device is already active',
    };
    expect(hintOf({ ...message, status: 'Failed', faultResponse: fault })).toMatchObject({ succeeded: false, words: fault.faultstring });
    expect(hintOf({ requestId: 7, status: 'warning', deviceIds: null, faultResponse: null })).toEqual({
      requestId: '7',
      devices: [],
      succeeded: undefined,
      words: undefined,
    });
  });
});

/** The sandbox's carrier calls our listener; ten SIMs are suspended, two of which another hand has deactivated meanwhile. */
async function tenSims(...faults: Fault['fault'][]) {
  const store = memoryStore();
  let writings = 0;
  const move: ChangeStore['move'] = (...asked) => {
    writings += 1;
    return store.move(...asked);
  };
  const running: Running = await run({
    store: { ...store, move },
    fleet: 60,
    callbacks: [{ connection: 'sandbox-thingspace', username: 'cb-user', password: 'cb-pass-of-the-listener', from: [] }],
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
  const { call } = await running.dial({ transport: 'stdio', era: 'auto', person: yes });
  const asked = await call('suspend_sim', { sims: sims.map(({ iccid }) => ({ iccid })) });
  return {
    ...running,
    call,
    sims,
    change: asked.structured.change as { id: string; status: string },
    calls: () => calls,
    writings: () => writings,
  };
}

const flush = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await later();
};

describe('what a callback says is checked by reading', () => {
  it('each outcome is followed without being asked, the change ends by itself', async () => {
    const { world, clock, change, product, call, calls } = await tenSims();
    expect(change.status).toBe('accepted');
    clock.advance(5000);
    await flush();
    expect(calls()).toBe(10);
    const requests = world.seen.length;
    expect((await call('list_changes', {})).structured.changes[0]).toMatchObject({ change: change.id, status: 'applied' });
    expect(world.seen).toHaveLength(requests);
    expect(product.connections).toHaveLength(3);
  });

  it('a storm of duplicates out of order changes nothing in that', async () => {
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

  it('a forged success ends nothing: the lines are still active', async () => {
    const { change, call, product, sims, world } = await tenSims('no-callbacks');
    const requestId = [...world.thingspace.requests.keys()].at(-1) ?? '';
    await product.hint('sandbox-thingspace', { requestId, devices: sims.map((one) => one.iccid), succeeded: true, words: undefined });
    expect((await call('list_changes', {})).structured.changes[0]).toMatchObject({ change: change.id, status: 'accepted' });
  });

  it('successes of all ten at once are one look, and written down once', async () => {
    const { product, sims, world, writings } = await tenSims('no-callbacks');
    const requestId = [...world.thingspace.requests.keys()].at(-1) ?? '';
    const before = { requests: world.seen.length, writings: writings() };
    const hints = sims.map(({ iccid }) => ({ requestId, devices: [iccid], succeeded: true, words: undefined }));
    await Promise.all(hints.map((hint) => product.hint('sandbox-thingspace', hint)));
    // Ten lines and the status of their request.
    expect(world.seen.length - before.requests).toBe(11);
    expect(writings() - before.writings).toBe(1);
  });

  it('an unknown request id changes nothing', async () => {
    const { change, call, product } = await tenSims('no-callbacks');
    await product.hint('sandbox-thingspace', { requestId: 'made-up', devices: ['89148000000077000037'], succeeded: false, words: 'x' });
    await product.hint('sandbox-iotx', { requestId: 'made-up', devices: [], succeeded: true, words: undefined });
    expect((await call('list_changes', {})).structured.changes[0]).toMatchObject({ change: change.id, status: 'accepted' });
  });

  it('a failure is believed where reading shows the line as it was, and told in the carrier’s words', async () => {
    const { change, call, product, sims, world, clock } = await tenSims('no-callbacks');
    const requestId = [...world.thingspace.requests.keys()].at(-1) ?? '';
    const [one, two] = sims.map((sim) => sim.iccid);
    for (const iccid of [one, two])
      await product.hint('sandbox-thingspace', {
        requestId,
        devices: [iccid as string],
        succeeded: false,
        words: 'REQUEST_FAILED. Not allowed today',
      });
    const told = (await call('get_change', { change: change.id })).structured.change;
    expect(told).toMatchObject({ status: 'accepted', counts: { failed: 2, pending: 8 } });
    expect(told.targets.find((target: { device: string }) => target.device === one)?.why).toBe(
      'the carrier reports: REQUEST_FAILED. Not allowed today',
    );
    clock.advance(5000);
    expect((await call('get_change', { change: change.id })).structured.change).toMatchObject({
      status: 'partial',
      counts: { applied: 8, failed: 2 },
    });
  });
});
