/** The sandbox on a port: three providers under their real paths, the admin API, and the server as its client. */
import { describe, expect, it, test } from 'vitest';

import { runCommand, startServer, startStdioServer, temporaryFile, temporaryFolder } from './processes.ts';

const clock = '2026-11-22T08:00:00Z';

async function sandbox(args: string[] = ['--clock', clock]) {
  const { url, output, stop } = await startServer(['sandbox', '--port', '0', '--fleet', '24', ...args]);
  const adminApi = async (path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') => {
    const response = await fetch(`${url}/_sandbox/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: response.status, body: await response.json() };
  };
  return { url, output, stop, adminApi };
}

/** A configuration file with connections to that sandbox. */
function served(url: string, more: { password?: string; stateDir?: string } = {}): string {
  const common = { sandbox: true, writes: 'on' };
  return temporaryFile({
    stateDir: more.stateDir ?? temporaryFolder(),
    connections: [
      {
        ...common,
        name: 'tp',
        provider: 'thingpark',
        oss: { url, clientId: 'sub-199900001/sandbox', clientSecret: 'sandbox-oss-secret' },
        dx: {
          adminUrl: `${url}/thingpark/dx/admin/latest/api`,
          clientId: 'tpe-api/sandbox@example.com',
          clientSecret: 'sandbox-dx-password',
        },
      },
      {
        ...common,
        name: 'fleet-us',
        provider: 'thingspace',
        url,
        appKey: 'sandbox-app-key',
        appSecret: 'sandbox-app-secret',
        username: 'sandbox-user',
        password: more.password ?? 'sandbox-password',
      },
      { ...common, name: 'ix', provider: 'iotx', url, accessKey: 'sandbox-iotx-full-key' },
    ],
  });
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };

test('the sandbox serves each provider under its real paths with the printed credentials', async () => {
  const { url, output, stop } = await sandbox();
  for (const printed of ['sandbox-oss-secret', 'sandbox-dx-password', 'sandbox-app-secret', 'sandbox-iotx-full-key'])
    expect(output.err).toContain(printed);
  const oss = await fetch(`${url}/users-auth/protocol/openid-connect/token`, {
    method: 'POST',
    headers: form,
    body: 'grant_type=client_credentials&client_id=sub-199900001%2Fsandbox&client_secret=sandbox-oss-secret',
  });
  const { access_token: ossToken } = (await oss.json()) as { access_token: string };
  const devices = await fetch(`${url}/thingpark/wireless/rest/subscriptions/mine/devices?sort=EUI,asc&pageSize=5`, {
    headers: { authorization: `Bearer ${ossToken}` },
  });
  expect(await devices.json()).toMatchObject({ briefs: [{}, {}, {}, {}, {}], more: true });
  const bearer = await fetch(`${url}/api/ts/v1/oauth2/token`, {
    method: 'POST',
    headers: { ...form, authorization: `Basic ${btoa('sandbox-app-key:sandbox-app-secret')}` },
    body: 'grant_type=client_credentials',
  });
  const { access_token: tsToken } = (await bearer.json()) as { access_token: string };
  const login = await fetch(`${url}/api/m2m/v1/session/login`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tsToken}`, 'content-type': 'application/json' },
    body: '{"username":"sandbox-user","password":"sandbox-password"}',
  });
  expect(await login.json()).toMatchObject({ sessionToken: expect.any(String) });
  const subscribers = await fetch(`${url}/subscribers?limit=3`, { headers: { authorization: 'Bearer sandbox-iotx-full-key' } });
  expect(((await subscribers.json()) as { content: unknown[] }).content).toHaveLength(3);
  expect((await fetch(`${url}/subscribers`)).status).toBe(401);
  expect(await stop()).toBe(0);
});

describe('sandbox admin API', () => {
  it('GET /_sandbox/state shows clock, seed, fleet, faults and requests', async () => {
    const { adminApi } = await sandbox();
    expect(await adminApi('state')).toMatchObject({
      status: 200,
      body: { now: '2026-11-22T08:00:00.000Z', seed: 1, fleet: 24, pending: 0, faults: [], requests: [] },
    });
    expect((await adminApi('nothing')).status).toBe(404);
  });

  it('/_sandbox/faults arms faults for matching requests and clears them', async () => {
    const { url, adminApi } = await sandbox();
    const ask = () => fetch(`${url}/subscribers?limit=1`, { headers: { authorization: 'Bearer sandbox-iotx-full-key' } });
    await adminApi('faults', { fault: '503', operation: 'iotx.subscribers.list', skip: 1, ms: 3000 });
    expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '3']);
    expect((await ask()).status).toBe(200);
    await adminApi('faults', { fault: 'cut', provider: 'iotx', times: 5 });
    await expect(ask()).rejects.toThrow('fetch failed');
    expect((await adminApi('faults')).body).toMatchObject({ faults: [{ fault: 'cut', times: 4 }] });
    expect((await adminApi('faults', undefined, 'DELETE')).body).toEqual({ faults: [] });
    expect((await ask()).status).toBe(200);
    const bad = await adminApi('faults', { fault: 'explode' });
    expect(bad.status).toBe(400);
    expect(JSON.stringify(bad.body)).toContain('lost-answer');
    expect((await adminApi('state')).body).toMatchObject({
      requests: [200, 503, 200, 0, 200].map((status) => ({ operation: 'iotx.subscribers.list', status })),
    });
  });

  it('/_sandbox/clock moves only a fixed clock, and only forward', async () => {
    const { adminApi } = await sandbox();
    expect((await adminApi('clock')).body).toEqual({ now: '2026-11-22T08:00:00.000Z' });
    expect((await adminApi('clock', { advance: 'PT5M' })).body).toEqual({ now: '2026-11-22T08:05:00.000Z' });
    expect((await adminApi('clock', { set: '2026-11-23T00:00:00Z' })).body).toEqual({ now: '2026-11-23T00:00:00.000Z' });
    for (const move of [{ set: '2026-11-22T00:00:00Z' }, { advance: 'P1M' }, { set: 'tomorrow' }, {}, 'x'])
      expect((await adminApi('clock', move)).status).toBe(400);
    expect((await adminApi('clock')).body).toEqual({ now: '2026-11-23T00:00:00.000Z' });
    const real = await sandbox([]);
    expect((await real.adminApi('clock', { advance: 'PT5M' })).status).toBe(409);
  });

  it('/_sandbox/happen triggers an uplink, a rename and a SIM state change', async () => {
    const { url, adminApi } = await sandbox();
    const { call } = await startStdioServer(['--config', served(url), '--clock', clock]);
    const get = async (device: string, connection: string) =>
      (await call('get_device', { device, connection })).result.structuredContent.device;
    const first = (await call('list_devices', { connection: 'tp', limit: 1 })).result.structuredContent.devices[0];
    await adminApi('clock', { advance: 'PT10M' });
    expect(await adminApi('happen', { what: 'uplink', devEui: first.device })).toEqual({
      status: 200,
      body: { device: first.device, lastUplink: '2026-11-22T08:10:00.000Z' },
    });
    await adminApi('happen', { what: 'rename', devEui: first.device, name: 'Renamed outside' });
    expect(await get(first.device, 'tp')).toMatchObject({ name: 'Renamed outside', lastSeen: '2026-11-22T08:10:00Z' });
    await adminApi('happen', { what: 'line-state', iccid: '89148000000077000037', state: 'suspend' });
    expect(await get('89148000000077000037', 'fleet-us')).toMatchObject({ state: 'suspended', providerState: 'suspend' });
    expect((await adminApi('happen', { what: 'uplink', devEui: 'FFFFFFFFFFFFFFFF' })).status).toBe(404);
    expect((await adminApi('happen', { what: 'earthquake' })).status).toBe(400);
  });
});

describe('server with a sandbox on a port', () => {
  const fridge = {
    name: 'Fridge 1',
    devEui: 'A81758FFFE0B0001',
    model: 'SMTC/LoRaMoteA.1_EU',
    activation: 'OTAA',
    joinEui: 'A81758FFFE000000',
    appKey: '00112233445566778899AABBCCDDEEFF',
  };

  it('the server reads and changes devices and retries a cut connection', async () => {
    const { url, adminApi } = await sandbox();
    const { hello, call, output, leave } = await startStdioServer(['--config', served(url)]);
    expect(hello.instructions).toContain('tp: thingpark, sandbox, changes allowed');
    await adminApi('faults', { fault: 'cut', times: 3 });
    const listed = (await call('list_devices', { limit: 500 })).result.structuredContent;
    expect(listed.devices).toHaveLength(72);
    expect((await adminApi('faults')).body).toEqual({ faults: [] });

    const planned = (await call('add_lorawan_device', fridge)).result.structuredContent.change;
    expect(planned).toMatchObject({ status: 'planned', sandbox: true, connection: 'tp' });
    const added = await call('apply_change', { change: planned.id, confirm: planned.confirm ?? planned.summary });
    expect(added.result.structuredContent.change.status).toBe('applied');
    expect((await call('get_device', { device: fridge.devEui })).result.structuredContent.device.name).toBe('Fridge 1');
    expect(await leave()).toBe(0);
    expect(output.out + output.err).not.toContain(fridge.appKey);
  });

  it('a change whose response was cut off is sent once and read back', async () => {
    const { url, adminApi } = await sandbox();
    const { call } = await startStdioServer(['--config', served(url)]);
    const planned = (await call('add_lorawan_device', fridge)).result.structuredContent.change;
    await adminApi('faults', { fault: 'lost-answer', operation: 'thingpark.devices.create' });
    const applied = (await call('apply_change', { change: planned.id, confirm: planned.confirm ?? planned.summary })).result
      .structuredContent.change;
    expect(applied.status).toBe('applied');
    const { requests } = (await adminApi('state')).body as { requests: { operation: string }[] };
    expect(requests.filter((one) => one.operation === 'thingpark.devices.create')).toHaveLength(1);
  });

  it('the server names the unavailable provider next to the rows of the others', async () => {
    const { url, stop, adminApi } = await sandbox();
    // On a fixed clock the delay between two attempts takes no time.
    const { call } = await startStdioServer(['--config', served(url), '--clock', clock]);
    await call('list_devices', { limit: 1 });
    await adminApi('faults', { fault: '500', provider: 'iotx', times: 100 });
    const { text } = (await call('list_devices', { limit: 500 })).result.content[0];
    expect(text).toContain('ix refused with HTTP 500');
    await stop();
    const gone = (await call('get_device', { device: '89148000000077000037', connection: 'fleet-us' })).result;
    expect(gone.isError).toBe(true);
    expect(gone.content[0].text).toContain('fleet-us did not answer: ECONNREFUSED');
  });

  it('a wrong ThingSpace password is tried once over all processes until unlock', async () => {
    const { url, adminApi } = await sandbox();
    const config = served(url, { password: 'sandbox-mistyped', stateDir: temporaryFolder() });
    const firstText = async (): Promise<string> => {
      const { call, leave, output } = await startStdioServer(['--config', config, '--connection', 'fleet-us']);
      const { text } = (await call('list_service_plans', { account: '0442000123-00001' })).result.content[0];
      await leave();
      expect(text + output.err).not.toContain('sandbox-mistyped');
      return text;
    };
    const logins = async (): Promise<number> =>
      ((await adminApi('state')).body as { requests: { operation: string }[] }).requests.filter(
        (one) => one.operation === 'thingspace.session.login',
      ).length;
    expect(await firstText()).toContain('Password.Invalid');
    expect(await firstText()).toContain('connection fleet-us is locked');
    expect(await logins()).toBe(1);
    expect(await runCommand(['unlock', 'fleet-us', '--config', config])).toMatchObject({
      code: 0,
      err: 'fleet-us: the login lockout is cleared; the next call logs in once.\n',
    });
    expect((await runCommand(['unlock', 'fleet-us', '--config', config])).err).toBe('fleet-us: the login was not locked out.\n');
    expect((await runCommand(['unlock', 'fleet-su', '--config', config])).err).toContain('there are: fleet-us');
    expect(await firstText()).toContain('Password.Invalid');
    expect(await logins()).toBe(2);
  });
});
