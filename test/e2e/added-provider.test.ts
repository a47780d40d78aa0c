/** A provider is added by its own files and one entry of the list: nothing under src/ knows the one of these tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { providers } from '../support/providers.ts';
import { testProvider } from '../support/test-provider/index.ts';
import { countRequests, startTestServer, type TestServerOptions, waitUntilEnded, yes } from '../support/test-server.ts';

const known = [...providers, testProvider];
const chat = { transport: 'stdio', era: 'auto', person: yes } as const;
const operation = 'meterhub.meters.report';
const input = { path: { id: 'WM-1' }, body: { minutes: 60 } };

const start = (more: TestServerOptions = {}) => startTestServer({ providers: known, ...more });

describe('a provider that is added to the list', () => {
  it('is a connection, a toolset and a part of the instructions', async () => {
    const { connectClient, product } = await start();
    const { client } = await connectClient(chat);
    expect(product.connections.map(({ name }) => name)).toEqual([
      'sandbox-thingpark',
      'sandbox-thingspace',
      'sandbox-iotx',
      'sandbox-meterhub',
    ]);
    expect(client.getInstructions()).toContain('Meterhub (water meters)');
    expect(client.getInstructions()).toContain('- sandbox-meterhub: meterhub, sandbox, changes allowed');
    const chosen = await (await start({ flags: { toolsets: 'meterhub' } })).connectClient(chat);
    expect((await chosen.client.listTools()).tools.map(({ name }) => name)).toEqual(['list_meters']);
  });

  it('has its devices in list_devices, find_device and get_device', async () => {
    const { connectClient } = await start();
    const { call } = await connectClient(chat);
    const { structured } = await call('list_devices', { provider: 'meterhub' });
    expect(structured).toMatchObject({ total: 2, devices: [{ device: 'WM-1' }, { device: 'WM-2' }] });
    expect((await call('find_device', { identifier: 'WM-2' })).structured.devices).toMatchObject([{ device: 'WM-2' }]);
    expect((await call('get_device', { device: 'WM-1' })).structured.device).toMatchObject({ device: 'WM-1', provider: 'meterhub' });
  });

  it('has its tool and its operations, which search_operations finds and read_operation runs', async () => {
    const { connectClient } = await start();
    const { call } = await connectClient(chat);
    const meters = [
      { id: 'WM-1', minutes: 15 },
      { id: 'WM-2', minutes: 15 },
    ];
    expect((await call('list_meters')).structured).toEqual({ meters });
    const found = await call('search_operations', { query: 'water meter', provider: 'meterhub' });
    expect(found.structured.operations).toMatchObject([{ operation: 'meterhub.meters.list' }, { operation, effects: 'write' }]);
    expect((await call('read_operation', { operation: 'meterhub.meters.list' })).structured.reply).toEqual(meters);
  });

  it('has its change planned, approved, applied and settled', async () => {
    const { connectClient, world } = await start();
    const { call, asked } = await connectClient(chat);
    const { change } = (await call('change_operation', { operation, input })).structured;
    expect(asked).toEqual([expect.stringContaining('WM-1 (1 meter) on sandbox-meterhub: report every 60 minutes.')]);
    const ended = await waitUntilEnded(call, change.id);
    expect(ended.structured.change).toMatchObject({
      status: 'applied',
      approval: 'elicited',
      targets: [{ device: 'WM-1', before: { minutes: '15' }, after: { minutes: '60' } }],
    });
    expect(world.meterhub[0]).toEqual({ id: 'WM-1', minutes: 60 });
    expect(countRequests(world, operation)).toBe(1);
  });

  it('is named by policy rules', async () => {
    const { connectClient, world } = await start({ rules: 'rules: [{ name: no meters, when: { provider: meterhub }, then: deny }]' });
    const { call } = await connectClient(chat);
    const { change } = (await call('change_operation', { operation, input })).structured;
    expect(change).toMatchObject({ status: 'refused', reason: 'policy', policy: { rule: 'no meters' } });
    expect(countRequests(world, operation)).toBe(0);
  });

  it('has its settings in the configuration, from the environment and with its secret hidden', async () => {
    const env = { IOT_OPS_METERHUB_URL: 'https://meters.example', IOT_OPS_METERHUB_KEY: 'planted-meter-key' };
    const config = readConfig({ toolsets: 'meterhub' }, env, known);
    expect(config.connections).toMatchObject([
      { name: 'meterhub', provider: 'meterhub', settings: { url: 'https://meters.example', key: 'planted-meter-key' } },
    ]);
    expect(config.secretValues).toContain('planted-meter-key');
    expect(config.toolsets).toEqual(['meterhub']);
    expect(() => readConfig({}, env)).toThrow('IOT_OPS_METERHUB_URL');
    expect(() => readConfig({}, { ...env, IOT_OPS_METERHUB_URL: '' }, known)).toThrow('url');
  });
});

it('the test provider takes at most 155 lines, and no file under src/ names it', () => {
  const folder = join(import.meta.dirname, '../support/test-provider');
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'));
  expect(lines.length).toBeLessThanOrEqual(155);
  const src = join(import.meta.dirname, '../../src');
  const naming = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.m?ts$/.test(file))
    .filter((file) => readFileSync(join(src, file), 'utf8').includes('meterhub'));
  expect(naming).toEqual([]);
});
