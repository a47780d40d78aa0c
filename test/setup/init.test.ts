/** `iot-ops-mcp init` as a process: at a terminal and by answers of a program. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isPinHash } from '../../src/approvers/approver.ts';
import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import { sandboxThingpark } from '../../src/clients/thingpark/sandbox-account.ts';
import { runAtTerminal, runCommand, startStdioServer, temporaryFile, temporaryFolder } from '../bin/processes.ts';
import { servedSandbox } from '../doctor/installation.ts';

let sandbox: Awaited<ReturnType<typeof servedSandbox>>;
beforeAll(async () => {
  sandbox = await servedSandbox();
});
afterAll(() => sandbox.close());

const pin = 'a-pin-that-is-planted';

function place() {
  const folder = temporaryFolder();
  return {
    dir: join(folder, 'conf'),
    state: join(folder, 'state'),
    flags: ['--dir', join(folder, 'conf'), '--state', join(folder, 'state')],
  };
}

const answers = (more: object = {}) => ({
  connections: [{ provider: 'iotx', name: 'hub', settings: { url: sandbox.url, accessKey: sandboxIotx.accessKey }, writes: true }],
  approver: { name: 'maria', pin },
  ...more,
});

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('with answers of a program', { timeout: 90_000 }, () => {
  it('writes configuration and secrets for the owner only, tries them, prints what each client needs, and no secret', async () => {
    const { dir, state, flags } = place();
    const { code, out, err } = await runCommand(['init', '--answers', temporaryFile(answers()), ...flags]);
    expect([code, err]).toEqual([0, '']);
    expect(readdirSync(dir).sort()).toEqual(['config.json', 'secrets']);
    expect(readdirSync(join(dir, 'secrets')).sort()).toEqual(['approver.maria.pin', 'hub.accessKey']);
    for (const file of ['config.json', 'secrets/approver.maria.pin', 'secrets/hub.accessKey']) expect(modeOf(join(dir, file))).toBe('600');
    expect([modeOf(dir), modeOf(join(dir, 'secrets'))]).toEqual(['700', '700']);
    expect(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'))).toEqual({
      connections: [
        { name: 'hub', provider: 'iotx', writes: 'on', url: sandbox.url, accessKey: { file: join(dir, 'secrets/hub.accessKey') } },
      ],
      approvers: { maria: { pin: { file: join(dir, 'secrets/approver.maria.pin') } } },
    });
    expect(isPinHash(readFileSync(join(dir, 'secrets/approver.maria.pin'), 'utf8'))).toBe(true);
    expect(out).toContain('ok       hub: reads subscribers, stock orders; changes on');
    expect(out).toContain('No problem was found.');
    for (const client of ['Claude Desktop', 'Claude Code', 'VS Code', 'Cursor', 'Codex', 'Gemini CLI'])
      expect(out).toContain(`\n${client}, `);
    for (const secret of [pin, sandboxIotx.accessKey]) expect(out).not.toContain(secret);
    // What is printed starts the server.
    const printed = /claude mcp add iot-ops -- \S+ \S+ (stdio .*)/.exec(out)?.[1]?.split(' ');
    expect(printed).toEqual(['stdio', '--config', join(dir, 'config.json'), '--state', state]);
    const server = await startStdioServer(printed ?? []);
    expect((await server.call('list_devices', { limit: 1 })).result.isError ?? false).toBe(false);
    await server.leave();
  });

  it('takes the answers from stdin, and prints the configuration of one client', async () => {
    const { flags } = place();
    const { code, out } = await runCommand(['init', '--answers', '-', ...flags], {}, JSON.stringify(answers({ client: 'Codex' })));
    expect(code).toBe(0);
    expect(out).toMatch(
      /\nCodex, ~\/\.codex\/config\.toml:\n\[mcp_servers\.iot-ops\]\ncommand = ".*"\nargs = \[.*"stdio", "--config", ".*config\.json".*\]\n/,
    );
    expect(out).not.toContain('mcpServers');
  });

  it('a wrong secret is written, named by the doctor, and the exit code is 1', async () => {
    const { dir, flags } = place();
    const wrong = { provider: 'iotx', settings: { url: sandbox.url, accessKey: sandboxIotx.disabledKey } };
    const { code, out } = await runCommand(['init', '--answers', temporaryFile({ connections: [wrong] }), ...flags]);
    expect(code).toBe(1);
    expect(out).toContain('error    credentials-refused: iotx');
    expect(existsSync(join(dir, 'config.json'))).toBe(true);
  });

  it.each([
    [{ connections: [{ provider: 'iotx', settings: {} }] }, 'iotx.accessKey: is missing'],
    [{ connections: [{ provider: 'iotxx', settings: {} }] }, 'there is no provider iotxx; there are thingpark, thingspace, iotx'],
    [{ connections: [{ provider: 'iotx', settings: { accessKey: 'k', colour: 'red' } }] }, 'iotx.colour: unknown setting'],
    [{ connections: [] }, 'answers.connections: needs at least one connection'],
    [
      { connections: [{ provider: 'iotx', settings: { accessKey: 'k' } }], approver: { name: 'maria', pin: '123' } },
      'a PIN must have 6 to 128 characters',
    ],
    ['{', 'the answers are not JSON'],
  ])('refuses %j and writes nothing', async (given, said) => {
    const { dir, flags } = place();
    const { code, err } = await runCommand(['init', '--answers', temporaryFile(given), ...flags]);
    expect(code).toBe(1);
    expect(err).toContain(said);
    expect(existsSync(dir)).toBe(false);
  });

  it('does not overwrite a configuration without --force, and keeps other files with it', async () => {
    const { dir, flags } = place();
    const file = temporaryFile(answers());
    await runCommand(['init', '--answers', file, ...flags]);
    writeFileSync(join(dir, 'policy.yaml'), 'rules: []\n');
    writeFileSync(join(dir, 'config.json'), '{ "mine": true }');
    const again = await runCommand(['init', '--answers', file, ...flags]);
    expect(again.code).toBe(1);
    expect(again.err).toContain(
      `${join(dir, 'config.json')} exists already: nothing was written. Name another folder with --dir, or replace it with --force`,
    );
    expect(readFileSync(join(dir, 'config.json'), 'utf8')).toBe('{ "mine": true }');
    expect((await runCommand(['init', '--answers', file, '--force', ...flags])).code).toBe(0);
    expect(readFileSync(join(dir, 'policy.yaml'), 'utf8')).toBe('rules: []\n');
    expect(readFileSync(join(dir, 'config.json'), 'utf8')).toContain('"hub"');
  });

  it('without a terminal and without answers it says how to give them', async () => {
    const { code, err } = await runCommand(['init', ...place().flags]);
    expect(code).toBe(1);
    expect(err).toContain('give the answers as JSON: --answers <file>, or --answers - for stdin');
  });
});

describe('at a terminal', { timeout: 90_000 }, () => {
  it('asks, corrects a wrong value at once, echoes no secret, and writes the configuration', async () => {
    const { dir, flags } = place();
    const { code, shown } = await runAtTerminal(
      ['init', ...flags],
      [
        ['Numbers, separated by commas: ', '1,3'],
        ['Set up oss', ''],
        ['ThingPark address: ', sandbox.url],
        ['ThingPark service account: ', 'jane@example.com'],
        ['It is an e-mail address', sandboxThingpark.oss.clientId],
        ['ThingPark service account secret: ', sandboxThingpark.oss.clientSecret],
        ['Set up dx', 'n'],
        ['May changes run there', 'y'],
        ['iot-x address (may be empty): ', 'http://api.example'],
        ['It is an https address', sandbox.url],
        ['iot-x access key: ', sandboxIotx.accessKey],
        ['iot-x currency (may be empty): ', 'EUR'],
        ['May changes run there', ''],
        ['Name of that person', 'maria'],
        ['New PIN', pin],
        ['Repeat the PIN', pin],
        ['Number (empty: show all): ', '2'],
      ],
    );
    expect(shown).toContain(`It is an https address`);
    const { connections, approvers } = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'));
    expect(connections).toMatchObject([
      { name: 'thingpark', writes: 'on', oss: { url: sandbox.url, clientId: sandboxThingpark.oss.clientId } },
      { name: 'iotx', url: sandbox.url, currency: 'EUR' },
    ]);
    expect(Object.keys(approvers)).toEqual(['maria']);
    for (const secret of [pin, sandboxIotx.accessKey, sandboxThingpark.oss.clientSecret]) expect(shown).not.toContain(secret);
    expect(shown).toContain('claude mcp add iot-ops -- ');
    expect(shown).toContain('ok       iotx: reads subscribers');
    expect(code).toBe(0);
  });

  it('Ctrl-C in the middle leaves nothing behind', async () => {
    const { dir, flags } = place();
    const { code, shown } = await runAtTerminal(
      ['init', ...flags],
      [
        ['Numbers, separated by commas: ', '3'],
        ['iot-x address (may be empty): ', ''],
        ['iot-x access key: ', 'half-typed\u0003'],
      ],
    );
    expect(code).toBe(1);
    expect(shown).toContain('the input was cancelled. Nothing was done.');
    expect(shown).not.toContain('half-typed');
    expect(existsSync(dir)).toBe(false);
  });
});
