/** Where a carrier delivers callbacks, tried from this machine without delivering any. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { sandboxThingspace } from '../../src/clients/thingspace/sandbox-account.ts';
import { freeCallbackPort, startServer } from '../bin/processes.ts';
import { brief, connections, doctor, installation, put, servedSandbox } from './installation.ts';

let sandbox: Awaited<ReturnType<typeof servedSandbox>>;
beforeAll(async () => {
  sandbox = await servedSandbox();
});
afterAll(() => sandbox.close());

/** Registers `url` at the carrier, in place of what was there. */
function register(url: string | undefined): void {
  const { listeners } = sandbox.world.thingspace;
  const { account } = sandboxThingspace;
  listeners.clear();
  if (url !== undefined) listeners.set('one', { account, service: 'CarrierService', url });
}

async function listening() {
  const port = await freeCallbackPort();
  const listener = { username: 'carrier', password: 'a-password-of-callbacks', from: ['127.0.0.1'] };
  const at = installation({
    connections: [{ ...connections.thingspace(sandbox.url), callbacks: listener }],
    callers: { ops: 'a-caller-token-of-24-chars' },
    http: { publicUrl: `http://127.0.0.1:${port}` },
  });
  return { at, port, url: `http://127.0.0.1:${port}` };
}

it('a listener that is registered at the right path is in order, while the server runs and while it does not', async () => {
  const { at, port, url } = await listening();
  register(`${url}/callbacks/verizon`);
  const stopped = await doctor(at, ['--port', String(port)]);
  expect(stopped.report.findings).toEqual([]);
  expect(stopped.report.facts).toContainEqual({ at: 'verizon', seen: `callbacks arrive at ${url}/callbacks/verizon` });
  expect(stopped.report.facts).toContainEqual({ at: 'publicUrl', seen: `${url} leads here` });
  const server = await startServer(['http', '--config', at.config, '--state', at.state, '--port', String(port)]);
  const running = await doctor(at, ['--port', String(port)]);
  expect(running.report.findings).toEqual([]);
  expect(running.report.facts).toContainEqual({ at: 'port', seen: `${port}: an iot-ops-mcp server runs there` });
  await server.stop();
}, 60_000);

it('a wrong path, a wrong host name, an address where nothing answers, and no listener at all are named', async () => {
  const { at, port, url } = await listening();
  const right = `Register ${url}/callbacks/verizon at the provider: with the tool change_operation, which plans it for approval.`;
  const found = async (registered: string | undefined) => {
    register(registered);
    return (await doctor(at, ['--port', String(port)])).report.findings.map(brief);
  };
  expect(await found(`${url}/callback/verizon`)).toEqual([
    { code: 'callback-misdirected', at: 'verizon', fix: `The path must be /callbacks/verizon. ${right}` },
  ]);
  expect(await found(`http://localhost.localdomain:${port}/callbacks/verizon`)).toEqual([
    expect.objectContaining({ code: expect.stringMatching(/^callback-(misdirected|unreachable)$/), at: 'verizon' }),
  ]);
  expect(await found('http://127.0.0.1:9001/callbacks/verizon')).toEqual([
    { code: 'callback-unreachable', at: 'verizon', fix: `Start the server or its proxy there. ${right}` },
  ]);
  expect(await found(undefined)).toEqual([{ code: 'callback-not-registered', at: 'verizon', fix: right }]);
}, 90_000);

it('a public address that leads elsewhere is named', async () => {
  const { at, port } = await listening();
  const elsewhere = createServer((_, response) => response.end('hello'));
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const address = elsewhere.address();
  const publicUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  put(
    at,
    'config.json',
    JSON.stringify({
      connections: [connections.iotx(sandbox.url)],
      approvers: {},
      readOnly: true,
      callers: { ops: 'a-caller-token-of-24-chars' },
      http: { publicUrl },
    }),
  );
  const { report } = await doctor(at, ['--port', String(port)]);
  elsewhere.close();
  expect(report.findings).toMatchObject([
    { code: 'public-url-unreachable', at: publicUrl, seen: `${publicUrl}/health answers HTTP 200, not that of this server` },
  ]);
}, 60_000);
