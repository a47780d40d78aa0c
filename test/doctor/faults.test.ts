/** Each planted fault is named by its code, with its place and its fix; nothing else is reported. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sandboxIotx } from '../../src/clients/iotx/sandbox-account.ts';
import { startStdioServer } from '../bin/processes.ts';
import {
  brief,
  connections,
  doctor,
  type Installation,
  installation,
  pinHash,
  put,
  servedSandbox,
  stub,
  urlOf,
  writeConfig,
} from './installation.ts';

let sandbox: Awaited<ReturnType<typeof servedSandbox>>;
beforeAll(async () => {
  sandbox = await servedSandbox();
});
afterAll(() => sandbox.close());

const iotx = (more: object = {}): object => ({ ...connections.iotx(sandbox.url), ...more });

/** The findings on an installation with these settings. */
async function found(at: Installation, more: readonly string[] = [], env: Record<string, string> = {}) {
  const { code, report, text } = await doctor(at, more, env);
  expect(code).toBe(report.findings.some(({ severity }) => severity === 'error') ? 1 : 0);
  for (const secret of ['sandbox-oss-secret', 'sandbox-password', 'sandbox-app-secret', 'planted-wrong', pinHash])
    expect(text).not.toContain(secret);
  return report.findings.map(brief);
}

const ofAccount = (connection: object) => found(installation({ connections: [connection] }));

describe('credentials and addresses', { timeout: 60_000 }, () => {
  it('a wrong ThingPark secret, beside DX credentials that are right', async () => {
    const at = installation({ connections: [] });
    const { oss, ...rest } = connections.thingpark(sandbox.url);
    writeConfig(at, { connections: [{ ...rest, oss: { ...(oss as object), clientSecret: 'planted-wrong-secret' } }] });
    const [first, ...others] = await found(at);
    expect(others).toEqual([]);
    expect(first).toEqual({
      code: 'credentials-refused',
      at: 'tp.oss',
      fix: `Check clientId and clientSecret; invalid_client may also mean the other realm (users-auth for subscribers, admins-auth for operators). They stand in the settings of tp.oss in ${at.config}.`,
    });
  });

  it('a wrong ThingSpace password: one login is tried, then the connection stays locked until a person unlocks it', async () => {
    const at = installation({ connections: [{ ...connections.thingspace(sandbox.url), password: 'planted-wrong-password' }] });
    const before = sandbox.world.requestLog.length;
    expect(await found(at)).toEqual([
      {
        code: 'credentials-refused',
        at: 'verizon',
        fix: `Check username and password. To allow logins again, run "iot-ops-mcp unlock verizon" or change the credentials. Five refused logins in a row lock the user at the carrier. They stand in the settings of verizon in ${at.config}.`,
      },
    ]);
    expect(await found(at)).toEqual([
      { code: 'login-locked', at: 'verizon', fix: `Correct the credentials of verizon in ${at.config}, then: iot-ops-mcp unlock verizon` },
    ]);
    const logins = sandbox.world.requestLog.slice(before).filter(({ operation }) => operation === 'thingspace.session.login');
    expect(logins).toHaveLength(1);
  });

  it('a disabled iot-x key, which is answered 401', async () => {
    expect(await ofAccount(iotx({ accessKey: sandboxIotx.disabledKey }))).toEqual([
      expect.objectContaining({
        code: 'credentials-refused',
        at: 'iotx',
        fix: expect.stringContaining('Check the access key: it may be disabled'),
      }),
    ]);
  });

  it('a login that may read nothing, which is answered 403', async () => {
    const url = await stub(403, 'application/json', '{"error":{"code":"forbidden","message":"no permission"}}');
    expect(await ofAccount(iotx({ url }))).toContainEqual(
      expect.objectContaining({ code: 'rights-missing', fix: expect.stringContaining('grant iotx the right to read subscribers') }),
    );
  });

  it('an account name that the login does not have', async () => {
    expect(await ofAccount({ ...connections.thingspace(sandbox.url), account: '0000000000-00009' })).toEqual([
      expect.objectContaining({
        code: 'read-refused',
        at: 'verizon',
        fix: expect.stringContaining('used to read account 0000000000-00009'),
      }),
    ]);
  });

  it('a base URL of a web site', async () => {
    const url = await stub(200, 'text/html', '<html><body>Welcome</body></html>');
    expect(await ofAccount(iotx({ url }))).toEqual([
      expect.objectContaining({ code: 'address-wrong', at: 'iotx', fix: expect.stringContaining('the base address of the API') }),
    ]);
  });

  it('a base URL with a path too much', async () => {
    expect((await ofAccount(iotx({ url: `${sandbox.url}/wrong` })))[0]).toMatchObject({ code: 'address-wrong', at: 'iotx' });
  });

  it('a TLS address that speaks no TLS', async () => {
    expect(await ofAccount(iotx({ url: sandbox.url.replace('http:', 'https:') }))).toEqual([
      expect.objectContaining({ code: 'tls-failed', fix: expect.stringContaining('names an HTTPS address and port') }),
    ]);
  });

  it('a host that DNS does not know', async () => {
    expect(await ofAccount(iotx({ url: 'https://api.iot-x.invalid' }))).toEqual([
      expect.objectContaining({ code: 'host-unknown', fix: expect.stringContaining('nslookup') }),
    ]);
  });

  it('a port at which nothing listens', async () => {
    expect(await ofAccount(iotx({ url: 'http://127.0.0.1:9' }))).toEqual([
      expect.objectContaining({ code: 'unreachable', fix: expect.stringContaining('curl -v') }),
    ]);
  });

  it('a clock that is ten minutes off', async () => {
    const url = await stub(200, 'application/json', '{"content":[]}', 10 * 60_000);
    const at = installation({ connections: [iotx({ url })] });
    const { report } = await doctor(at);
    expect(report.findings).toEqual([
      {
        code: 'clock-off',
        severity: 'error',
        at: 'clock',
        seen: 'the clock of this machine is 10 minutes behind the providers',
        fix: 'Turn on time synchronisation: timedatectl set-ntp true',
      },
    ]);
  });

  it('checks of certificates that are turned off', async () => {
    const at = installation({ connections: [iotx()] });
    const { runCommand } = await import('../bin/processes.ts');
    const { out } = await runCommand(['doctor', '--config', at.config, '--state', at.state], { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(out).toContain('error    tls-unchecked: NODE_TLS_REJECT_UNAUTHORIZED');
  });
});

describe('configuration', { timeout: 60_000 }, () => {
  it('an unknown setting, with the nearest name', async () => {
    const at = installation({ connections: [iotx()], polcyFile: 'x' });
    const { report } = await doctor(at);
    expect(report.findings).toMatchObject([
      { code: 'setting-unknown', at: at.config, seen: 'polcyFile: unknown setting, nearest is policyFile' },
    ]);
  });

  it('several wrong settings are several findings', async () => {
    const at = installation({ connections: [iotx({ url: 'http://api.example', currency: 'Euro' })] });
    expect((await found(at)).map(({ code }) => code)).toEqual(['setting-invalid', 'setting-invalid']);
  });

  it('an unknown variable', async () => {
    const at = installation({ connections: [iotx()] });
    expect((await found(at, [], { IOT_OPS_POLICY: 'x' })).map(({ code }) => code)).toEqual(['setting-unknown']);
  });

  it('a configuration that is not JSON, and one that is not there', async () => {
    const at = installation({});
    writeFileSync(at.config, '{ "connections": [], }');
    expect(await found(at)).toEqual([expect.objectContaining({ code: 'config-not-json', at: at.config })]);
    rmSync(at.config);
    expect(await found(at)).toEqual([
      expect.objectContaining({ code: 'config-missing', fix: expect.stringContaining('iot-ops-mcp init') }),
    ]);
  });

  it('a secret whose variable is not set, and one whose file is missing', async () => {
    expect(await ofAccount(iotx({ accessKey: { env: 'PLANTED_KEY' } }))).toEqual([
      expect.objectContaining({ code: 'secret-missing', fix: expect.stringMatching(/^Set PLANTED_KEY where the server starts/) }),
    ]);
    expect(await ofAccount(iotx({ accessKey: { file: '/nowhere/key' } }))).toEqual([
      expect.objectContaining({ code: 'secret-missing', fix: expect.stringContaining('install -m 600 /dev/stdin /nowhere/key') }),
    ]);
  });

  it('an approver without a proof', async () => {
    const at = installation({ connections: [iotx()], approvers: { maria: {} } });
    expect(await found(at)).toEqual([
      {
        code: 'approver-proof',
        at: at.config,
        fix: 'Run "iot-ops-mcp approver maria" and put the line that it prints into "approvers".',
      },
    ]);
  });

  it('no approver where changes may run, and too few for a policy that wants two', async () => {
    const none = installation({ connections: [iotx()], approvers: {} });
    expect(await found(none)).toEqual([
      expect.objectContaining({ code: 'approvers-few', fix: expect.stringContaining('iot-ops-mcp approver <name>') }),
    ]);
    const one = installation({ connections: [iotx()] });
    const policy = put(one, 'policy.yaml', 'rules:\n  - { name: two, when: { effect: billing }, then: approve 2 }\n');
    expect((await found(one, ['--policy', policy])).map(({ code }) => code)).toEqual(['approvers-few']);
  });

  it('a policy with a typo, and one that doubts are raised about', async () => {
    const at = installation({ connections: [iotx()] });
    const typo = put(at, 'policy.yaml', 'rules:\n  - { name: a, when: { efect: write }, then: ask }\n');
    expect(await found(at, ['--policy', typo])).toEqual([
      expect.objectContaining({ code: 'policy-unreadable', at: typo, fix: expect.stringContaining(`iot-ops-mcp policy check ${typo}`) }),
    ]);
    const doubtful = put(at, 'other.yaml', 'rules:\n  - { name: a, when: { connection: iotxx }, then: ask }\n');
    expect((await found(at, ['--policy', doubtful])).map(({ code }) => code)).toEqual(['policy-doubtful']);
  });

  it('a file of secrets that others can read, and a configuration that others can change', async () => {
    const at = installation({});
    const key = put(at, 'key', sandboxIotx.accessKey, 0o644);
    writeConfig(at, { connections: [iotx({ accessKey: { file: key } })] });
    chmodSync(at.config, 0o666);
    expect(await found(at)).toEqual([
      { code: 'file-open', at: key, fix: `chmod 600 ${key}` },
      { code: 'file-open', at: at.config, fix: `chmod 600 ${at.config}` },
      { code: 'file-writable', at: at.config, fix: `chmod go-w ${at.config}` },
    ]);
  });
});

describe('state directory and store', { timeout: 60_000 }, () => {
  /** An installation whose server has run. */
  async function used(): Promise<Installation & { db: string }> {
    const at = installation({ connections: [iotx()] });
    const server = await startStdioServer(['--config', at.config, '--state', at.state]);
    await server.leave();
    return { ...at, db: join(at.state, 'changes.db') };
  }

  it('a directory that others can write, and a key that others can read', async () => {
    const at = await used();
    chmodSync(at.state, 0o777);
    chmodSync(join(at.state, 'key'), 0o644);
    expect(await found(at)).toEqual([
      { code: 'state-open', at: at.state, fix: `chmod 700 ${at.state}` },
      { code: 'state-readable', at: join(at.state, 'key'), fix: `chmod 600 ${join(at.state, 'key')}` },
    ]);
  });

  it('a file in the place of the directory', async () => {
    const at = installation({ connections: [iotx()] });
    writeFileSync(at.state, '');
    expect(await found({ ...at, state: join(at.state, 'below') })).toEqual([expect.objectContaining({ code: 'state-read-only' })]);
  });

  it('a store that a newer version wrote, one that is damaged, and one that was replaced', async () => {
    const at = await used();
    const db = new DatabaseSync(at.db);
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    db.exec('PRAGMA user_version = 999');
    expect(await found(at)).toEqual([
      expect.objectContaining({ code: 'store-newer', at: at.db, fix: expect.stringContaining('Update iot-ops-mcp') }),
    ]);
    db.exec(`PRAGMA user_version = ${version}; UPDATE notes SET value = 'ff' WHERE name = 'record'`);
    db.close();
    expect(await found(at)).toEqual([expect.objectContaining({ code: 'record-lost', at: at.state })]);
    for (const end of ['-wal', '-shm']) rmSync(at.db + end, { force: true });
    writeFileSync(at.db, 'this is no database, but it is long enough to have a header of one hundred bytes, which is not that of SQLite');
    expect(await found(at)).toEqual([
      expect.objectContaining({ code: 'store-damaged', at: at.db, fix: expect.stringContaining('restore it from a backup') }),
    ]);
    rmSync(at.db);
    expect((await found(at)).map(({ code }) => code)).toEqual(['record-lost']);
  });

  it('a line of the record that was changed', async () => {
    const at = await used();
    const db = new DatabaseSync(at.db);
    db.exec("INSERT INTO audit (seq, body, hash) VALUES (1, '{}', 'invented')");
    db.close();
    expect(await found(at)).toEqual([
      expect.objectContaining({ code: 'record-broken', at: at.db, fix: expect.stringContaining('iot-ops-mcp audit verify') }),
    ]);
  });

  it('a store that another program holds locked', async () => {
    const at = await used();
    const db = new DatabaseSync(at.db);
    db.exec('BEGIN IMMEDIATE');
    expect(await found(at)).toEqual([
      expect.objectContaining({ code: 'store-locked', at: at.db, fix: expect.stringContaining(`fuser -v ${at.db}`) }),
    ]);
    db.exec('ROLLBACK');
    db.close();
  });

  it('the kill switch', async () => {
    const at = installation({ connections: [iotx()] });
    mkdirSync(at.state, { mode: 0o700 });
    writeFileSync(join(at.state, 'stop'), 'audit on Friday', { mode: 0o600 });
    expect(await found(at)).toEqual([{ code: 'changes-stopped', at: at.state, fix: `iot-ops-mcp go --state ${at.state}` }]);
  });

  it('a database that nothing serves', async () => {
    const at = installation({ connections: [iotx()], store: 'postgres://iot@127.0.0.1:9/iot', sealKey: 'ab'.repeat(32) });
    expect((await found(at)).map(({ code }) => code)).toEqual(['store-unreachable']);
  });
});

describe('serving over HTTP', { timeout: 60_000 }, () => {
  it('a port that another program uses, and a live connection without caller tokens', async () => {
    const server = createServer((_, response) => response.end('hello'));
    const port = Number(new URL(await urlOf(server)).port);
    const at = installation({ connections: [iotx()] });
    expect(await found(at, ['--port', String(port)])).toEqual([
      expect.objectContaining({ code: 'tokens-missing', fix: expect.stringContaining('openssl rand -hex 24') }),
      expect.objectContaining({ code: 'port-taken', at: `port ${port}`, fix: expect.stringContaining(`--port ${port + 1}`) }),
    ]);
  });

  it('an address that this machine does not have', async () => {
    const at = installation({ connections: [iotx()], callers: { ops: 'a-caller-token-of-24-chars' } });
    expect((await found(at, ['--port', '0', '--host', '192.0.2.1'])).map(({ code }) => code)).toEqual(['port-refused']);
  });
});
