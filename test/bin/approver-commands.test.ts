/** Approver commands on the command line: what needs a terminal, and what a real terminal shows. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import { hashPin } from '../../src/approvers/approver.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { waitingChange } from '../approvers/waiting.ts';
import { runAtTerminal, runCommand, startServer, startStdioServer, temporaryFile, temporaryFolder } from './processes.ts';

const pin = 'correct-pin';
const iotx = { name: 'iotx', provider: 'iotx', accessKey: 'planted-access-key' };

/** A state directory with changes that wait for approval. */
async function stateWith(...ids: string[]): Promise<string> {
  const state = temporaryFolder();
  const store = sqliteStore(join(state, 'changes.db'));
  const now = Date.now();
  for (const id of ids) await store.add(waitingChange(id, { created: now, expires: now + 3_600_000, log: [{ at: now, what: 'planned' }] }));
  store.close();
  return state;
}

function changeIn(state: string, id: string) {
  const store = sqliteStore(join(state, 'changes.db'));
  onTestFinished(() => store.close());
  return store.get(id);
}

describe('approver commands without a terminal', () => {
  const typed = 'iot-ops-mcp: a PIN or a code must be typed at a terminal, not piped in. Run this in a terminal, or use the console.\n';
  test('approve, reject and approver need a terminal', async () => {
    const state = await stateWith('chg_1');
    const config = temporaryFile({ approvers: { maria: { pin: await hashPin(pin, randomBytes) } } });
    for (const args of [
      ['approve', 'chg_1', '--as', 'maria', '--state', state, '--config', config],
      ['reject', 'chg_1', '--as', 'maria', '--state', state, '--config', config],
      ['approver', 'maria'],
    ]) {
      const { code, out, err } = await runCommand(args);
      expect([code, out, err]).toEqual([1, '', typed]);
    }
    expect((await changeIn(state, 'chg_1'))?.status).toBe('awaiting_approval');
  });

  test('approvals and approver --totp work without a terminal', async () => {
    const { code, out } = await runCommand(['approvals', '--state', await stateWith('chg_1', 'chg_2')]);
    expect(code).toBe(0);
    expect(out).toMatch(/^chg_1\n {2}89148000000077000037 \(1 SIM\).*\n {2}rule suspensions; requested by ops, less than a minute ago\n/);
    expect(out).toContain('\n\nchg_2\n');
    const made = await runCommand(['approver', 'jo', '--totp']);
    expect(made.out).toMatch(/^secret {2}[A-Z2-7]{32}\napp {5}otpauth:\/\/totp\/iot-ops-mcp:jo\?.*\n"jo": \{ "totp": "[A-Z2-7]{32}" \}\n$/);
  });

  test('approvals and console report a state directory without a database', async () => {
    for (const args of [['approvals'], ['console']]) {
      const { code, err } = await runCommand([...args, '--state', temporaryFolder()]);
      expect(code).toBe(1);
      expect(err).toMatch(/^iot-ops-mcp: there is no record at .*changes\.db; name the state directory of the servers with --state\n$/);
    }
  });
});

describe('approver commands at a terminal', () => {
  test('approver creates a PIN that is never shown, and reject accepts it', async () => {
    const made = await runAtTerminal(
      ['approver', 'maria'],
      [
        ['New PIN', pin],
        ['Repeat the PIN', pin],
      ],
    );
    expect(made.code).toBe(0);
    expect(made.shown).not.toContain(pin);
    const line = /"maria": \{ "pin": "[^"]+" \}/.exec(made.shown)?.[0] ?? '';
    const config = temporaryFile(`{ "approvers": { ${line} } }`);
    const state = await stateWith('chg_1');
    const rejected = await runAtTerminal(
      ['reject', 'chg_1', '--why', 'wrong SIM', '--state', state, '--config', config],
      [
        ['Your name as an approver', 'maria'],
        ['PIN, or the code of your app', pin],
      ],
    );
    expect(rejected.shown).toContain('suspend, it loses service');
    expect(rejected.shown).toContain('Rejected by maria: wrong SIM. Nothing was sent.');
    expect(rejected.shown).not.toContain(pin);
    expect(rejected.code).toBe(0);
    expect(await changeIn(state, 'chg_1')).toMatchObject({ status: 'refused', reason: 'declined' });
    for (const file of ['changes.db', 'changes.db-wal'])
      if (existsSync(join(state, file))) expect(readFileSync(join(state, file), 'latin1')).not.toContain(pin);
  });

  test('a wrong PIN exits with one line and approves nothing', async () => {
    const state = await stateWith('chg_1');
    const config = temporaryFile({ approvers: { maria: { pin: await hashPin(pin, randomBytes) } } });
    const { code, shown } = await runAtTerminal(
      ['approve', 'chg_1', '--as', 'maria', '--state', state, '--config', config],
      [['PIN, or the code of your app', 'wrong-pin']],
    );
    expect(code).toBe(1);
    expect(shown).toContain('name and code do not match');
    expect((await changeIn(state, 'chg_1'))?.approvals).toBeUndefined();
  });
});

test('a client that disconnects while get_change waits for approvers causes no error on the server', async () => {
  const config = temporaryFile({ approvers: { maria: { pin: await hashPin(pin, randomBytes) } } });
  const { call, output, leave } = await startStdioServer(['--config', config, '--fleet', '24']);
  const { result } = await call('deactivate_sim', { sims: [{ iccid: '89148000000077000037' }], reasonCode: 'FF', etfWaiver: false });
  expect(result.structuredContent.change.status).toBe('awaiting_approval');
  const left = expect(call('get_change', { change: result.structuredContent.change.id, waitSeconds: 50 })).rejects.toThrow('ended with 0');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await leave()).toBe(0);
  await left;
  expect(output.err).toBe('');
});

describe('console link', () => {
  test('the console of the http command opens once with the link printed at startup', async () => {
    const { url, output, stop } = await startServer(['http', '--port', '0', '--fleet', '12']);
    const link = /Console: (\S+)/.exec(output.err)?.[1] ?? '';
    expect(link).toMatch(new RegExp(`^${url}/console/link/[\\w-]{32}$`));
    const opened = await fetch(link, { redirect: 'manual' });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/console']);
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(await (await fetch(`${url}/console`, { headers: { cookie } })).text()).toContain('Nothing is waiting for approval');
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(403);
    expect(await stop()).toBe(0);
  });

  test('the console over stdio listens on loopback and ends with the host', async () => {
    const { output, ask, leave } = await startStdioServer(['--console', '--fleet', '12']);
    await ask('tools/list');
    const link = /Console: (\S+)/.exec(output.err)?.[1] ?? '';
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/console\/link\/[\w-]{32}$/);
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
    expect((await fetch(new URL('/mcp', link), { method: 'POST', body: '{}' })).status).toBe(404);
    expect(await leave()).toBe(0);
    for (const line of output.out.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  });

  test('a console port in use does not stop the server', async () => {
    const { url, stop } = await startServer(['http', '--port', '0', '--fleet', '12']);
    const { output, ask, leave } = await startStdioServer(['--console', new URL(url).port, '--fleet', '12']);
    expect((await ask('tools/list')).result.tools.length).toBeGreaterThan(15);
    expect(output.err).toMatch(/the console cannot listen: .*EADDRINUSE/);
    expect(await leave()).toBe(0);
    await stop();
  });

  test('the console command prints a new link for every server on the state directory', async () => {
    const state = temporaryFolder();
    const config = temporaryFile({ connections: [iotx], callers: { ops: 'caller-token-of-ops-01' } });
    const { url, stop } = await startServer(['http', '--port', '0', '--config', config, '--state', state]);
    const { code, out } = await runCommand(['console', '--config', config, '--state', state]);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^${url}/console/link/[\\w-]{32}\n$`));
    expect((await fetch(out.trim(), { redirect: 'manual' })).status).toBe(303);
    await stop();
    const none = await stateWith();
    expect((await runCommand(['console', '--state', none])).err).toContain(
      `no server on ${none} has opened a console; start "iot-ops-mcp http"`,
    );
  });
});
