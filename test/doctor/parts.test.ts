/** What a process of this machine cannot show: other versions, other clocks, rights that root has. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { isRead } from '../../src/clients/http/endpoint.ts';
import { clockFinding } from '../../src/doctor/accounts.ts';
import { type FindingCode, findingKinds } from '../../src/doctor/finding.ts';
import { reportLines } from '../../src/doctor/print.ts';
import { checkState } from '../../src/doctor/state.ts';
import { leastNode, nodeFinding } from '../../src/doctor/versions.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { root } from '../bin/processes.ts';
import { newDatabase, runSql } from '../support/postgres.ts';
import { loaded, providers } from '../support/providers.ts';
import { connections, installation } from './installation.ts';

describe('versions', () => {
  it('Node is too old below the version that package.json names', () => {
    expect(manifest.engines.node).toBe(`>=${leastNode}`);
    expect(['22.19.0', '22.19.1', '22.20.0', '24.0.0', '26.1.2'].map((version) => nodeFinding(version))).toEqual(Array(5).fill(undefined));
    expect(['20.20.2', '22.18.9', '22.9.0', '18.0.0'].map((version) => nodeFinding(version)?.code)).toEqual(Array(4).fill('node-too-old'));
    expect(nodeFinding('20.20.2')?.seen).toBe('this is Node 20.20.2, the program needs 22.19.0 or newer');
  });
});

describe('the clock', () => {
  const minute = 60_000;
  it('is off where every provider says so', () => {
    expect(clockFinding([-10 * minute, -11 * minute])?.seen).toBe('the clock of this machine is 10 minutes ahead of the providers');
  });

  it('is right where one provider agrees, whatever another says, and where none says anything', () => {
    expect([clockFinding([10 * minute, 900]), clockFinding([59_000]), clockFinding([])]).toEqual([undefined, undefined, undefined]);
  });
});

describe('what is read from an account', () => {
  it('has no effects, and begins with a read that every account may do', () => {
    for (const settings of sandboxConnections(providers)) {
      const reads = loaded.layersOf(settings.provider).client.accountReads(settings.settings);
      expect(reads.filter(({ entry }) => !isRead(entry)).map(({ entry }) => entry.id)).toEqual([]);
      for (const of of Map.groupBy(reads, ({ login }) => login).values()) expect(of[0]?.optional ?? false).toBe(false);
    }
  });

  it('covers OSS and DX of ThingPark each alone', () => {
    const thingpark = sandboxConnections(providers).find(({ provider }) => provider === 'thingpark');
    if (!thingpark) throw new Error('there is no ThingPark');
    const { oss, dx } = thingpark.settings as { oss: unknown; dx: unknown };
    const { accountReads } = loaded.layersOf('thingpark').client;
    expect(new Set(accountReads({ oss }).map(({ login }) => login))).toEqual(new Set(['oss']));
    expect(new Set(accountReads({ dx }).map(({ login }) => login))).toEqual(new Set(['dx']));
  });
});

describe('the report', () => {
  it('says what is in order, what is not, and the fix below it, without control characters', () => {
    const lines = reportLines({
      version: '1.2.3',
      node: '24.0.0',
      facts: [{ at: 'policy', seen: 'the built-in rules' }],
      findings: [{ code: 'unreachable', severity: 'error', at: 'iotx', seen: 'no\u001b[31m answer', fix: 'Check it.' }],
    });
    expect(lines).toEqual([
      'iot-ops-mcp 1.2.3, Node 24.0.0',
      'ok       policy: the built-in rules',
      'error    unreachable: iotx: no[31m answer',
      '         -> Check it.',
      '1 error, 0 warnings.',
    ]);
  });

  it('every code says what it means and what helps', () => {
    for (const code of Object.keys(findingKinds) as FindingCode[]) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(findingKinds[code].means).toMatch(/\.$/);
      expect(findingKinds[code].helps).toMatch(/\.$/);
    }
  });
});

it('a state directory that the user of the server cannot write is named, also for root without its rights', () => {
  const at = installation({ connections: [{ ...connections.iotx('http://127.0.0.1:9'), sandbox: true }] });
  mkdirSync(at.state);
  chmodSync(at.state, 0o555);
  const command = [process.execPath, join(root, 'src/main.ts'), 'doctor', '--json', '--config', at.config, '--state', at.state];
  const plain = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all', ...command] : command;
  const { stdout } = spawnSync(plain[0] ?? '', plain.slice(1), { encoding: 'utf8' });
  const { findings } = JSON.parse(stdout);
  expect(findings).toContainEqual(
    expect.objectContaining({ code: 'state-read-only', at: at.state, fix: expect.stringContaining('chown -R "$(id -un)"') }),
  );
}, 60_000);

describe('a database', () => {
  it('is not brought up to date by the doctor', async () => {
    const url = await newDatabase();
    const settings = {
      stateDir: mkdtempSync(join(tmpdir(), 'doctor-')),
      state: 'postgres',
      storeUrl: url,
      sealKeys: [Buffer.alloc(32, 1)],
    } as const;
    const { facts, findings } = await checkState({ ...settings, headsFile: undefined });
    expect(findings).toEqual([]);
    expect(facts[0]?.seen).toMatch(/^the database has version 0, brought up to \d by the next server$/);
    expect(await runSql(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  });
});
