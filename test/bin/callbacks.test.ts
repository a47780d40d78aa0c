/** Callbacks of the sandbox carrier over the network: to the server's own route and to any listener on this machine. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, onTestFinished, test } from 'vitest';

import { listen } from '../../src/web/listen.ts';
import type { Json } from '../support/json.ts';
import { freeCallbackPort, startServer } from './processes.ts';

const clock = '2026-11-22T08:00:00Z';
const account = '0442000123-00001';
const iccid = '89148000000077000037';

async function advance(url: string, by: string): Promise<void> {
  await fetch(`${url}/_sandbox/clock`, { method: 'POST', body: JSON.stringify({ advance: by }) });
}

test('the http command on a ThingSpace callback port receives the callbacks of its own sandbox', async () => {
  const port = await freeCallbackPort();
  const { url, output } = await startServer([
    'http',
    '--port',
    String(port),
    '--fleet',
    '24',
    '--clock',
    clock,
    '--toolsets',
    'thingspace,changes,operations',
  ]);
  const callbackUrl = `${url}/callbacks/sandbox-thingspace`;
  await expect
    .poll(() => output.err)
    .toContain(`Its carrier calls back to ${callbackUrl} once that is registered, with sandbox-listener / sandbox-listener-password`);
  const client = new Client({ name: 'bin', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  onTestFinished(() => client.close());
  const call = async (name: string, input: Record<string, unknown>): Promise<Json> =>
    (await client.callTool({ name, arguments: input })).structuredContent;
  const change = async (name: string, input: Record<string, unknown>) => {
    const { change: planned } = await call(name, input);
    return (await call('apply_change', { change: planned.id, confirm: planned.confirm ?? planned.summary })).change;
  };
  const body = { name: 'CarrierService', url: callbackUrl, username: 'sandbox-listener', password: 'sandbox-listener-password' };
  const registered = await change('change_operation', {
    operation: 'thingspace.callbacks.register',
    input: { path: { accountName: account }, body },
  });
  expect(registered).toMatchObject({ status: 'applied' });
  const sent = await change('suspend_sim', { sims: [{ iccid }] });
  expect(sent).toMatchObject({ status: 'accepted' });
  // The SIM is suspended after 5 s; the server itself would poll only a second later.
  await advance(url, 'PT5S');
  const changeRow = async () => (await call('list_changes', { device: iccid })).changes[0];
  await expect.poll(changeRow, { timeout: 5000 }).toMatchObject({ change: sent.id, status: 'applied' });
});

test('the sandbox command posts callbacks to a listener on this machine and retries after a refusal', async () => {
  const got: unknown[] = [];
  const answers = [500, 202];
  const listener = await listen(
    async (request) => {
      got.push(await request.json());
      return new Response(null, { status: answers.shift() ?? 202 });
    },
    '127.0.0.1',
    await freeCallbackPort(),
  );
  onTestFinished(() => listener.close());
  const { url } = await startServer(['sandbox', '--port', '0', '--fleet', '24', '--clock', clock]);
  const token = await fetch(`${url}/api/ts/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('sandbox-app-key:sandbox-app-secret')}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  const post = async (path: string, body: object, more: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/api/m2m/v1${path}`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, string>;
  };
  const { sessionToken = '' } = await post('/session/login', { username: 'sandbox-user', password: 'sandbox-password' });
  const session = { 'vz-m2m-token': sessionToken };
  await post(`/callbacks/${account}`, { name: 'CarrierService', url: `${listener.url}/ts`, username: 'u', password: 'p' }, session);
  const { requestId } = await post('/devices/actions/suspend', { devices: [{ deviceIds: [{ id: iccid, kind: 'iccid' }] }] }, session);
  const message = {
    username: 'u',
    password: 'p',
    requestId,
    // A callback names the SIM by any of its identifiers.
    deviceIds: [{ id: '359000001200091', kind: 'IMEI' }],
    deviceResponse: { suspendResponse: expect.objectContaining({ maxSuspendDaysAllowed: '90' }) },
    status: 'Success',
    maxCallbackThreshold: 4,
  };
  await advance(url, 'PT5S');
  await expect.poll(() => got, { timeout: 5000 }).toEqual([{ ...message, callbackCount: 1 }]);
  await advance(url, 'PT5M');
  await expect
    .poll(() => got, { timeout: 5000 })
    .toEqual([
      { ...message, callbackCount: 1 },
      { ...message, callbackCount: 2 },
    ]);
  await advance(url, 'PT5M');
  await advance(url, 'PT5M');
  expect(got).toHaveLength(2);
});
