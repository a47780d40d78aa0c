/** Plants secrets everywhere they may be, runs calls that succeed and fail, and searches all output for them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import { sandboxThingpark } from '../../src/clients/thingpark/sandbox-account.ts';
import { sandboxThingspace } from '../../src/clients/thingspace/sandbox-account.ts';
import type { World } from '../../src/sandbox/world.ts';
import { no, startTestServer, type TestClient, yes } from '../support/test-server.ts';

const planted = {
  appKey: 'A0A1A2A3A4A5A6A7A8A9AAABACADAEAF',
  nwkSKey: 'B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF',
  appSKey: 'C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF',
  fromFile: 'D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF',
  mistyped: 'E0E1E2E3E4E5E6E7E8E9EAEBECEDEEE',
  caller: 'caller-token-0f3c9b71a2d84e56',
  otherCaller: 'caller-token-77aa31cc09b245fe',
};

/** All secrets of a run: planted ones, sandbox credentials, and issued tokens and sessions. */
function secretsOf(world: World): string[] {
  return [
    ...Object.values(planted),
    sandboxThingpark.oss.clientSecret,
    sandboxThingpark.dx.clientSecret,
    sandboxThingspace.appKey,
    sandboxThingspace.appSecret,
    sandboxThingspace.password,
    sandboxIotx.accessKey,
    ...[...world.thingpark.tokens.values()].map((token) => token.value),
    ...world.thingspace.sessions.keys(),
    ...(world.thingspace.bearer ? [world.thingspace.bearer.value] : []),
  ];
}

function expectNone(said: string, secrets: readonly string[]): void {
  for (const secret of secrets)
    for (const form of [secret, secret.toLowerCase(), encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
      expect(said.includes(form), `${form} came out: …${said.slice(Math.max(0, said.indexOf(form) - 80), said.indexOf(form))}`).toBe(false);
}

/** Runs many valid and invalid calls and returns all text that came back. */
async function drive(call: TestClient['call'], world: World): Promise<string[]> {
  const said: string[] = [];
  const ask = async (name: string, args: Record<string, unknown> = {}) => {
    const answer = await call(name, args).catch((error: unknown) => ({
      text: String(error),
      structured: { change: undefined, error },
      isError: true,
    }));
    said.push(answer.text, JSON.stringify(answer.structured));
    return answer;
  };
  const device = { name: 'Fridge 1', devEui: 'A81758FFFE0B0001', model: 'SMTC/LoRaMoteA.1_EU', joinEui: 'A81758FFFE000000' };
  const otaa = { ...device, activation: 'OTAA', appKey: planted.appKey };
  const { joinEui: _, ...bare } = device;
  const abp = { ...bare, activation: 'ABP', devAddr: '04ABCDEF', nwkSKey: planted.nwkSKey, appSKey: planted.appSKey };
  await ask('add_lorawan_device', { ...otaa, appKey: planted.mistyped });
  await ask('add_lorawan_device', { ...otaa, appKey: { secret: 'unknown' } });
  await ask('add_lorawan_device', { ...otaa, name: planted.appKey, preview: true });
  await ask('add_lorawan_device', { ...otaa, name: { secret: 'fridge' } });
  await ask('add_lorawan_device', { ...otaa, model: planted.appKey });
  await ask('add_lorawan_device', { ...otaa, [planted.appKey]: 1 });
  for (const fault of ['500', '429', 'cut', 'lost-answer', 'html', 'expired-token'] as const) {
    world.faults.arm({ fault, operation: 'thingpark.devices.create', skip: 0, times: 1 });
    await ask('add_lorawan_device', { ...otaa, devEui: `A81758FFFE0C00${10 + said.length}`.slice(0, 16) });
  }
  const added = await ask('add_lorawan_device', { ...abp, devEui: 'A81758FFFE0B0002' });
  if (added.structured.change?.status === 'planned')
    await ask('apply_change', {
      change: added.structured.change.id,
      confirm: added.structured.change.confirm ?? added.structured.change.summary,
    });
  await ask('add_lorawan_device', { ...otaa, devEui: 'A81758FFFE0B0003', appKey: { secret: 'fridge' } });
  await ask('get_device', { device: 'A81758FFFE0B0002', raw: true });
  await ask('get_device', { device: '89148000000077000037', raw: true });
  await ask('get_device', { device: planted.appKey });
  await ask('find_device', { identifier: planted.fromFile });
  await ask('find_device', { identifier: { secret: 'fridge' } });
  await ask('list_devices', { query: planted.appKey });
  await ask('read_operation', { operation: 'thingpark.devices.read', input: { path: { deviceUid: 'eA81758FFFE0B0002' } } });
  await ask('read_operation', { operation: 'thingpark.devices.list', input: { query: { query: planted.appKey } } });
  await ask('read_operation', { operation: planted.appKey });
  await ask('change_operation', {
    operation: 'thingspace.session.login',
    input: { body: { username: 'sandbox-user', password: planted.caller } },
  });
  await ask('change_operation', {
    operation: 'thingpark.devices.create',
    input: { body: { ...bare, EUI: 'A81758FFFE0B0004', appKey: planted.appKey, appKeys: `<AppSKeys>${planted.appSKey}</AppSKeys>` } },
  });
  for (const provider of ['thingpark', 'thingspace', 'iotx'] as const) {
    world.faults.arm({ fault: '500', provider, skip: 0, times: 6 });
    await ask('list_devices', { provider });
    world.faults.clear();
  }
  const { changes } = (await call('list_changes', { limit: 200, previews: true })).structured;
  await ask('list_changes', { limit: 200, previews: true });
  for (const { change } of changes) await ask('get_change', { change });
  expect(changes.length).toBeGreaterThan(7);
  return said;
}

describe('secrets in output', () => {
  for (const [title, person] of [
    ['a client whose person approves', yes],
    ['a client whose person declines', no],
    ['a client without elicitation', undefined],
  ] as const) {
    it(`no secret appears in any output to ${title}`, async () => {
      const { connectClient, world, product } = await startTestServer({
        adjust: (config) => {
          config.callers.set('anna', planted.caller).set('bert', planted.otherCaller);
          config.secrets.set('fridge', planted.fromFile);
          config.secretValues.push(...Object.values(planted).slice(3));
        },
      });
      const { call, client, asked } = await connectClient({ transport: 'http', era: 'auto', person, token: planted.caller });
      const said = await drive(call, world);
      const { changes } = (await call('list_changes')).structured;
      const resources = [
        'iot://connections',
        'iot://sandbox-thingpark/devices/A81758FFFE0B0002',
        'iot://sandbox-thingspace/devices/89148000000077000037',
        ...changes.map((one: { change: string }) => `iot://changes/${one.change}`),
      ];
      for (const uri of resources) said.push(JSON.stringify(await client.readResource({ uri }).catch((error: unknown) => String(error))));
      expect(said.at(-1)).toContain('chg_');
      said.push(...asked, product.instructions, JSON.stringify(await client.listTools()), client.getInstructions() ?? '');
      const secrets = secretsOf(world);
      expect(secrets.length).toBeGreaterThan(15);
      expectNone(said.join('\n'), secrets);
      expect(said.join('\n')).toContain('[redacted]');
    });
  }

  it('no secret appears on stdout or stderr of the program', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'iot-ops-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const callers = join(folder, 'callers');
    writeFileSync(callers, `anna: ${planted.caller}\nbert: ${planted.otherCaller}\n`);
    const secrets = join(folder, 'secrets.json');
    writeFileSync(secrets, JSON.stringify({ fridge: planted.fromFile }));
    const child = spawn(process.execPath, ['src/main.ts', 'http', '--port', '0', '--fleet', '24', '--clock', '2026-11-22T08:00:00Z'], {
      env: { ...process.env, IOT_OPS_CALLERS_FILE: callers, IOT_OPS_SECRETS_FILE: secrets },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill());
    let said = '';
    const address = Promise.withResolvers<string>();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += String(chunk);
        const at = /serves MCP at (\S+)/.exec(said)?.[1];
        if (at) address.resolve(at);
      });
    const url = await address.promise;
    const post = async (body: string, token?: string): Promise<void> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body,
      });
      said += await response.text();
    };
    const tool = (name: string, args: unknown): string =>
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });
    const device = { name: 'Fridge', devEui: 'A81758FFFE0B0001', model: 'SMTC/LoRaMoteA.1_EU', activation: 'OTAA' };
    await post(tool('add_lorawan_device', { ...device, appKey: planted.appKey }), planted.caller);
    await post(tool('add_lorawan_device', { ...device, appKey: planted.mistyped }), planted.caller);
    await post(tool('add_lorawan_device', { ...device, appKey: { secret: 'fridge' } }), planted.caller);
    await post(tool('list_changes', {}), `${planted.caller}x`);
    await post(`{"broken": "${planted.appKey}"`, planted.caller);
    await post(tool(planted.appKey, {}), planted.caller);
    await post(tool('list_changes', {}), planted.caller);
    expect(said).toContain('A81758FFFE0B0001');
    const { mistyped: _mistyped, ...kept } = planted;
    expectNone(said, [...Object.values(kept), 'sandbox-oss-secret', 'sandbox-dx-password', 'sandbox-app-secret', 'sandbox-iotx-full-key']);
  });
});

it('a secret that starts with another secret is redacted in full', async () => {
  const { connectClient } = await startTestServer({
    adjust: (config) => {
      config.secrets.set('short', 'first-half-of-it').set('long', 'first-half-of-it-and-the-second');
    },
  });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const { text } = await call('find_device', { identifier: 'first-half-of-it-and-the-second' });
  expect(text).toBe('no device matches "[redacted]" (read 72 devices)');
});

it('a secret name is accepted only in secret fields, so a secret is never sent where it can be read again', async () => {
  const { connectClient, world } = await startTestServer({
    adjust: (config) => void config.secrets.set('fridge', '00112233445566778899AABBCCDDEEFF'),
  });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const refused = await call('find_device', { identifier: { secret: 'fridge' } });
  expect(refused.text).toBe('identifier: is not a secret field and accepts no named secret. Pass the value itself.');
  expect(world.requestLog).toEqual([]);
});

describe('keys passed by a caller', () => {
  it('redacting a key passed by a caller does not affect other words, identifiers or responses', async () => {
    const { connectClient } = await startTestServer();
    const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
    const device = { name: 'Fridge', devEui: 'A81758FFFE0B0001', model: 'SMTC/LoRaMoteA.1_EU', activation: 'OTAA' };
    for (const appKey of ['devices', 'connection', 'applied', 'sandbox-thingpark', 'A81758FFFE0A0001', '89148000000077000037'])
      await call('add_lorawan_device', { ...device, appKey });
    const { structured } = await call('list_devices', { provider: 'thingpark', limit: 1 });
    expect(structured).toMatchObject({ total: 24, devices: [{ device: 'A81758FFFE0A0001', connection: 'sandbox-thingpark' }] });
    const { change } = (await call('suspend_sim', { sims: [{ iccid: '89148000000077000037' }] })).structured;
    expect(change.summary).toMatch(/^89148000000077000037 \(1 SIM\) on sandbox-thingspace: suspend/);
  });
});
