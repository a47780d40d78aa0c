/** Questions over the fleet in one call: counts by facts, from kept readings, honest about what was not read. */
import { expect, it } from 'vitest';

import { startPortClient } from '../support/sandbox-on-port.ts';
import { runPendingTasks, startTestServer } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;

it('summarize_fleet counts all devices by one fact, and the groups add up to the total', async () => {
  const { connectClient } = await startTestServer({ fleet: 60 });
  const { call } = await connectClient(client);
  const { structured, text } = await call('summarize_fleet', { by: ['technology'] });
  const counted = (await call('list_devices', { count: true })).structured.total;
  expect(structured.total).toBe(counted);
  expect(structured.groups.reduce((sum: number, one: { devices: number }) => sum + one.devices, 0)).toBe(counted);
  expect(structured.groups.map((one: { technology: string }) => one.technology)).toEqual(['cellular', 'lorawan']);
  expect(text).toMatch(/^\d+ devices by technology\n/);
});

it('the groups of summarize_fleet are the devices that list_devices finds with the same filters', async () => {
  const { connectClient } = await startTestServer({ fleet: 60 });
  const { call } = await connectClient(client);
  const { groups } = (await call('summarize_fleet', { by: ['plan', 'state'], provider: 'thingspace', technology: 'cellular' })).structured;
  expect(groups.length).toBeGreaterThan(2);
  for (const { plan, state, devices } of groups.filter((one: { plan: string }) => one.plan !== 'not told')) {
    const listed = await call('list_devices', { provider: 'thingspace', plan: ` ${plan.toLowerCase()}`, state, limit: 500 });
    expect(listed.structured.devices).toHaveLength(devices);
  }
});

it('a second question is answered from the kept reading, and fresh: true reads again', async () => {
  const { call, requests, clock } = await startPortClient({ only: ['thingpark'] });
  await call('summarize_fleet', { by: ['state'] });
  const first = requests.length;
  clock.advance(5 * 60_000);
  const { text } = await call('summarize_fleet', { by: ['model'] });
  expect(requests.length).toBe(first);
  expect(text).toContain('read 5m ago');
  expect((await call('delete_device', { devices: ['A81758FFFE0A0001'] })).structured.change.status).toBe('applied');
  const before = (await call('summarize_fleet', { by: ['state'] })).structured.total;
  expect((await call('summarize_fleet', { by: ['state'], fresh: true })).structured.total).toBe(before - 1);
  expect(requests.length).toBeGreaterThan(first);
  clock.advance(11 * 60_000);
  const again = requests.length;
  await call('summarize_fleet', { by: ['state'] });
  expect(requests.length).toBeGreaterThan(again);
});

it('a connection that cannot be read is named, its former reading serves, and nothing is counted as zero', async () => {
  const { call, between, clock } = await startPortClient({ only: ['thingpark'] });
  const { total } = (await call('summarize_fleet', { by: ['state'] })).structured;
  between.answer = () => Response.json({ code: 403, message: 'no right' }, { status: 403 });
  const stale = await call('summarize_fleet', { by: ['state'], fresh: true });
  expect(stale.structured.total).toBe(total);
  expect(stale.text).toContain('NOT READ sandbox-thingpark');
  expect(stale.text).toMatch(/^at least /);
  clock.advance(60_000);
  const fresh = await startPortClient({
    only: ['thingpark'],
    between: { answer: () => Response.json({ code: 403, message: 'no right' }, { status: 403 }) },
  });
  const none = await fresh.call('summarize_fleet', { by: ['state'] });
  expect(none.isError).toBe(true);
  expect(none.text).toContain('nothing was read to its end');
});

it('a reading that does not end within the call goes on, and the next call has its result', async () => {
  const { call, between, clock } = await startPortClient({ only: ['thingpark'] });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  between.hold = held;
  const asked = call('summarize_fleet', { by: ['state'] });
  await runPendingTasks(200);
  clock.advance(30_000);
  const early = await asked;
  expect(early.isError).toBe(true);
  expect(early.text).toContain('STILL READING sandbox-thingpark: call again in 20 s');
  release();
  await runPendingTasks(200);
  const { structured } = await call('summarize_fleet', { by: ['state'] });
  expect(structured.total).toBeGreaterThan(5);
});

it('a fact that a provider does not tell is "not told", never "never heard"', async () => {
  const { connectClient } = await startTestServer();
  const { call } = await connectClient(client);
  const { structured } = await call('summarize_fleet', { by: ['heard'], provider: 'iotx' });
  expect(structured.groups.map((one: { heard: string }) => one.heard)).toEqual(['not told']);
});
