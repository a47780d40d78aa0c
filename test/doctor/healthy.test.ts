/** The doctor finds nothing where nothing is wrong, changes nothing, and prints no secret. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { runCommand, startStdioServer } from '../bin/processes.ts';
import { connections, doctor, installation, put, servedSandbox } from './installation.ts';

let sandbox: Awaited<ReturnType<typeof servedSandbox>>;
beforeAll(async () => {
  sandbox = await servedSandbox();
});
afterAll(() => sandbox.close());

const settingsOf = (path: string): object => JSON.parse(readFileSync(path, 'utf8'));

const everything = () => Object.values(connections).map((of) => of(sandbox.url));

it('a healthy installation of all three providers gives no finding and exit code 0', async () => {
  const at = installation({ connections: everything() });
  const { code, report } = await doctor(at);
  expect(report.findings).toEqual([]);
  expect(code).toBe(0);
  expect(report.facts).toEqual([
    { at: 'configuration', seen: `${at.config}: tp, verizon, iotx, approvers maria` },
    { at: 'tp', seen: 'reads devices, base stations, subscription (subscriber 199900001), orders, DX devices; changes on' },
    { at: 'verizon', seen: 'reads SIMs, account 0442000123-00001; changes on' },
    { at: 'iotx', seen: 'reads subscribers, stock orders; changes on' },
    { at: 'state', seen: `${at.state}, made by the first server` },
    { at: 'policy', seen: 'the built-in rules' },
  ]);
}, 60_000);

it('nothing is made or changed, at the providers and here', async () => {
  const at = installation({ connections: everything() });
  const before = sandbox.world.requestLog.length;
  await doctor(at);
  const operations = sandbox.world.requestLog.slice(before).map(({ operation }) => operation);
  expect([...new Set(operations)].sort()).toEqual([
    'iotx.stockOrders.list',
    'iotx.subscribers.list',
    'thingpark.baseStations.counters',
    'thingpark.devices.counters',
    'thingpark.dxDevices.list',
    'thingpark.orders.list',
    'thingpark.subscription.read',
    'thingpark.tokens.dx',
    'thingpark.tokens.oss',
    'thingspace.accounts.read',
    'thingspace.devices.list',
    'thingspace.session.login',
    'thingspace.tokens.token',
  ]);
  expect(readdirSync(at.folder)).toEqual(['config.json']);
}, 60_000);

it('an installation in use, over HTTP, gives no finding while its server runs and while it does not', async () => {
  const at = installation({ connections: [connections.iotx(sandbox.url)] });
  const token = put(at, 'token', 'a-caller-token-of-24-chars');
  put(at, 'config.json', JSON.stringify({ ...settingsOf(at.config), callers: { ops: { file: token } } }));
  const server = await startStdioServer(['--config', at.config, '--state', at.state]);
  const running = await doctor(at, ['--port', '0']);
  expect(running.report.findings).toEqual([]);
  await server.leave();
  const stopped = await doctor(at, ['--port', '0']);
  expect(stopped.report.findings).toEqual([]);
  expect(stopped.report.facts).toContainEqual({ at: 'state', seen: `${at.state}, 0 changes, 0 lines of record` });
}, 60_000);

it('without a configuration the doctor says that the sandbox is used', async () => {
  const { code, out } = await runCommand(['doctor']);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^iot-ops-mcp \S+, Node \S+\nok {7}configuration: no connection is configured, so the server runs on its embedded sandbox; "iot-ops-mcp init" adds one\nok {7}policy: the built-in rules\nNo problem was found\.\n$/,
  );
}, 60_000);
