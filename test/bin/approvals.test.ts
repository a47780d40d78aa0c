/** Approval outside of the chat with real processes: a sandbox on a port, servers on one state directory, approvers at console and terminal. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { hashPin } from '../../src/approvers/approver.ts';
import type { StructuredJson } from '../support/json.ts';
import { runAtTerminal, runCommand, startServer, startStdioServer, temporaryFile, temporaryFolder } from './processes.ts';

const pins = { maria: 'pin-of-maria', jo: 'pin-of-jo' };
const appKey = '00112233445566778899AABBCCDDEEFF';
const approvers: Record<string, { pin: string }> = {};
beforeAll(async () => {
  for (const [name, pin] of Object.entries(pins)) approvers[name] = { pin: await hashPin(pin, randomBytes) };
});

const rules = `
rules:
  - { name: suspending wants two, when: { operation: thingspace.devices.suspend }, then: approve 2 }
  - { name: new devices, when: { operation: thingpark.devices.create }, then: approve }
`;

/** Starts a sandbox on a port, and returns what starts servers and terminals on one state directory with connections to it. */
async function sharedState() {
  const carrier = await startServer(['sandbox', '--port', '0', '--fleet', '48']);
  const state = temporaryFolder();
  const common = { sandbox: true, writes: 'on' };
  const config = temporaryFile({
    connections: [
      {
        ...common,
        name: 'verizon',
        provider: 'thingspace',
        url: carrier.url,
        appKey: 'sandbox-app-key',
        appSecret: 'sandbox-app-secret',
        username: 'sandbox-user',
        password: 'sandbox-password',
      },
      {
        ...common,
        name: 'lora',
        provider: 'thingpark',
        oss: { url: carrier.url, clientId: 'sub-199900001/sandbox', clientSecret: 'sandbox-oss-secret' },
      },
    ],
    approvers,
  });
  const flags = ['--config', config, '--state', state];
  return {
    state,
    flags,
    http: () => startServer(['http', '--port', '0', ...flags, '--policy', temporaryFile(rules)]),
    stdio: () => startStdioServer([...flags, '--policy', temporaryFile(rules)]),
    decide: (name: keyof typeof pins, ...args: string[]) =>
      runAtTerminal([...args, '--as', name, ...flags], [['PIN, or the code of your app', pins[name]]]),
    /** The number of requests of an operation that reached the sandbox. */
    async sent(operation: string): Promise<number> {
      const { requests } = (await (await fetch(`${carrier.url}/_sandbox/state`)).json()) as { requests: { operation: string }[] };
      return requests.filter((one) => one.operation === operation).length;
    },
  };
}

/** Connects a client over HTTP and returns its call function. */
async function dial(url: string) {
  const client = new Client({ name: 'story', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  onTestFinished(() => client.close());
  return async (name: string, args: object) => (await client.callTool({ name, arguments: { ...args } })) as unknown as Answer;
}

interface Answer {
  structuredContent: StructuredJson;
}
type Call = (name: string, args: object) => Promise<Answer | { result: Answer }>;

/** The change in the answer of any client. */
async function changeOf(call: Call, name: string, args: object) {
  const answer = await call(name, args);
  return ('result' in answer ? answer.result : answer).structuredContent.change;
}

const sims = async (call: Call, count: number): Promise<{ iccid: string }[]> => {
  const answer = await call('list_devices', { connection: 'verizon', state: 'active', limit: count });
  const { devices } = ('result' in answer ? answer.result : answer).structuredContent;
  return devices.map(({ device }: { device: string }) => ({ iccid: device }));
};

/** Polls a change until it has ended. */
async function ended(call: Call, change: string) {
  for (let looks = 0; looks < 30; looks++) {
    const seen = await changeOf(call, 'get_change', { change, waitSeconds: 5 });
    if (!['awaiting_approval', 'applying', 'accepted'].includes(seen.status)) return seen;
  }
  throw new Error(`${change} does not end`);
}

/** A browser at the console of a server, signed in by the link that the server printed at startup. */
async function browse({ url, output }: { url: string; output: { err: string } }) {
  const link = /Console: (\S+)/.exec(output.err)?.[1] ?? '';
  const cookie = (await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? '';
  const read = async (path: string): Promise<string> => (await fetch(`${url}${path}`, { headers: { cookie } })).text();
  return {
    read,
    async send(path: string, fields: Record<string, string>): Promise<number> {
      const csrf = /name="csrf" value="([^"]*)"/.exec(await read('/console'))?.[1] ?? '';
      const body = new URLSearchParams({ csrf, ...fields });
      return (await fetch(`${url}${path}`, { method: 'POST', headers: { cookie, origin: url }, body, redirect: 'manual' })).status;
    },
  };
}

const irreversible = { reasonCode: 'FF', etfWaiver: false };
const deactivate = 'thingspace.devices.deactivate';
const suspend = 'thingspace.devices.suspend';
const long = { timeout: 90_000 };

describe('approval outside of the chat', long, () => {
  it('a change approved by name and PIN in a terminal is applied by a running server within seconds', async () => {
    const { flags, stdio, decide, sent } = await sharedState();
    const { call } = await stdio();
    const change = await changeOf(call, 'deactivate_sim', { sims: await sims(call, 1), ...irreversible });
    expect(change).toMatchObject({ status: 'awaiting_approval', irreversible: true, policy: { rule: 'default: destructive' } });
    const { out } = await runCommand(['approvals', ...flags]);
    expect(out).toContain(`${change.id}  CANNOT BE UNDONE  (sandbox)\n`);
    expect(out).toContain('rule default: destructive; requested by local');
    const began = Date.now();
    const { code, shown } = await decide('maria', 'approve', change.id);
    expect(code).toBe(0);
    expect(shown).toContain('Undo     none: it cannot be undone');
    expect(shown).toMatch(new RegExp(`${change.id} is (accepted|applied)`));
    expect(Date.now() - began).toBeLessThan(12_000);
    expect(await ended(call, change.id)).toMatchObject({ status: 'applied', approval: 'terminal', approvedBy: 'maria' });
    expect(await sent(deactivate)).toBe(1);
    expect((await runCommand(['approvals', ...flags])).out).toBe('No change waits for approval.\n');
    const { out: record } = await runCommand(['audit', 'verify', ...flags]);
    expect(record).toMatch(/^\d+ lines as they were written, head [0-9a-f]{64}\n$/);
  });

  it('the console shows what an approver needs to know, rejects a wrong CSRF token, and its form applies the change', async () => {
    const { http, sent } = await sharedState();
    const server = await http();
    const call = await dial(server.url);
    const change = await changeOf(call, 'deactivate_sim', { sims: await sims(call, 1), ...irreversible });
    const { read, send } = await browse(server);
    expect(await read('/console')).toContain(change.id);
    const page = await read(`/console/changes/${change.id}`);
    for (const words of [
      'Rule <strong>default: destructive</strong>',
      'None: this cannot be undone.',
      '1 target, 2.1 % of the 48 devices of verizon',
    ])
      expect(page).toContain(words);
    const said = { name: 'maria', code: pins.maria };
    expect(await send(`/console/changes/${change.id}/approve`, { ...said, csrf: 'guessed' })).toBe(403);
    expect((await changeOf(call, 'get_change', { change: change.id })).status).toBe('awaiting_approval');
    expect(await send(`/console/changes/${change.id}/approve`, said)).toBe(303);
    expect(await ended(call, change.id)).toMatchObject({ status: 'applied', approval: 'console', approvedBy: 'maria' });
    expect(await sent(deactivate)).toBe(1);
    expect(await read(`/console/changes/${change.id}`)).toContain('by maria (console)');
  });

  it('a change that needs two approvers takes one at the console and one in a terminal, and not the same person twice', async () => {
    const { http, decide, sent } = await sharedState();
    const server = await http();
    const call = await dial(server.url);
    const change = await changeOf(call, 'suspend_sim', { sims: await sims(call, 1) });
    expect(change).toMatchObject({ status: 'awaiting_approval', policy: { verdict: 'approve 2', rule: 'suspending wants two' } });
    const { read, send } = await browse(server);
    const said = { name: 'maria', code: pins.maria };
    expect(await send(`/console/changes/${change.id}/approve`, said)).toBe(303);
    expect(await send(`/console/changes/${change.id}/approve`, said)).toBe(409);
    expect(await read(`/console/changes/${change.id}`)).toContain('1 of 2: maria');
    expect(await sent(suspend)).toBe(0);
    const { shown } = await decide('jo', 'approve', change.id);
    expect(shown).toContain('1 of 2: maria');
    expect(await ended(call, change.id)).toMatchObject({ status: 'applied', approvedBy: 'maria, jo' });
    expect(await sent(suspend)).toBe(1);
  });

  it('a rejection reaches the client with its reason, and nothing is sent', async () => {
    const { stdio, decide, sent } = await sharedState();
    const { call } = await stdio();
    const change = await changeOf(call, 'deactivate_sim', { sims: await sims(call, 1), ...irreversible });
    const { code, shown } = await decide('jo', 'reject', change.id, '--why', 'the pump runs tonight');
    expect(code).toBe(0);
    const explanation = 'Rejected by jo: the pump runs tonight. Nothing was sent.';
    expect(shown).toContain(explanation);
    expect(await changeOf(call, 'get_change', { change: change.id })).toMatchObject({ status: 'refused', reason: 'declined', explanation });
    expect(await sent(deactivate)).toBe(0);
  });
});

describe('approval after the planning server has ended', long, () => {
  it('another server on the same state directory applies the approved change', async () => {
    const { http, stdio, decide, sent } = await sharedState();
    const planner = await stdio();
    const change = await changeOf(planner.call, 'deactivate_sim', { sims: await sims(planner.call, 1), ...irreversible });
    await planner.kill();
    const other = await http();
    const { shown } = await decide('maria', 'approve', change.id);
    expect(shown).toMatch(new RegExp(`${change.id} is (accepted|applied)`));
    const { read } = await browse(other);
    let page = '';
    for (let looks = 0; looks < 60 && !page.includes('>done<'); looks++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      page = await read(`/console/changes/${change.id}`);
    }
    expect(page).toContain('by maria (terminal)');
    expect(page).toContain('>done<');
    expect(await sent(deactivate)).toBe(1);
  });

  it('a plan with a key cannot be applied after its server has ended, and the approver is told', async () => {
    const { state, stdio, http, decide, sent } = await sharedState();
    const planner = await stdio();
    const change = await changeOf(planner.call, 'add_lorawan_device', {
      connection: 'lora',
      name: 'Fridge 17',
      devEui: 'A81758FFFE0B0001',
      model: 'SMTC/LoRaMoteA.1_EU',
      activation: 'OTAA',
      joinEui: 'A81758FFFE000000',
      appKey,
    });
    expect(change).toMatchObject({ status: 'awaiting_approval', policy: { rule: 'new devices' } });
    await planner.kill();
    const other = await http();
    const { code, shown } = await decide('maria', 'approve', change.id);
    expect(code).toBe(0);
    const words =
      'The server that planned it has ended, and the keys in the plan are lost because they are never stored. Nothing was sent; request the change again.';
    expect(shown).toContain(`${change.id} is refused (expired). ${words}`);
    const { read } = await browse(other);
    expect(await read(`/console/changes/${change.id}`)).toContain(words);
    expect(await sent('thingpark.devices.create')).toBe(0);
    for (const name of readdirSync(state)) expect(readFileSync(join(state, name), 'latin1')).not.toContain(appKey);
  });
});

it('an approval while the kill switch is on sends nothing, and the approver is told before and after', long, async () => {
  const { flags, stdio, decide, sent } = await sharedState();
  const { call } = await stdio();
  const change = await changeOf(call, 'deactivate_sim', { sims: await sims(call, 1), ...irreversible });
  await runCommand(['stop', 'carrier', 'trouble', ...flags]);
  const { shown } = await decide('maria', 'approve', change.id);
  expect(shown).toContain('All changes are stopped (carrier trouble): a change approved now is refused.');
  expect(shown).toContain(`${change.id} is refused (stopped). An operator has stopped all changes (carrier trouble); nothing was sent.`);
  expect(await changeOf(call, 'get_change', { change: change.id })).toMatchObject({ status: 'refused', reason: 'stopped' });
  expect(await sent(deactivate)).toBe(0);
});
