/** `iot-ops-mcp store`: check, backup, and copying between a state directory and a database. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { openStateDirectory } from '../../src/store/state-directory.ts';
import { waitingChange } from '../approvers/waiting.ts';
import { largeChange } from '../store/sample-change.ts';
import { newDatabase, runSql } from '../support/postgres.ts';
import { root, runCommand, temporaryFolder } from './processes.ts';

const env = { IOT_OPS_SEAL_KEY: '5e'.repeat(32) };

/** A state directory with three changes, one of them ended. */
async function filled(): Promise<string> {
  const dir = temporaryFolder();
  const { store } = openStateDirectory(dir);
  for (const i of [1, 2, 3]) await store.add(waitingChange(`chg_${i}`, { intent: `intent ${i}` }));
  await store.move('chg_2', ['awaiting_approval'], { targets: largeChange('chg_2').targets });
  await store.move('chg_3', ['awaiting_approval'], { status: 'refused', reason: 'declined' });
  await store.update('tries of maria', () => ({ count: 2, at: 5 }));
  store.close();
  return dir;
}

describe('store check', () => {
  it('counts changes and lines, and fails where the record was changed', async () => {
    const dir = await filled();
    const { code, out } = await runCommand(['store', 'check', '--state', dir]);
    expect([code, out]).toEqual([0, `${dir}\n3 changes, 2 awaiting_approval\n4 lines of record\n`]);
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const db = new DatabaseSync(join(dir, 'changes.db'));
    db.exec("UPDATE audit SET body = replace(body, 'chg_2', 'chg_9') WHERE seq = 2");
    db.close();
    const broken = await runCommand(['store', 'check', '--state', dir]);
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('is broken at line 2')]);
  });

  it('fails where rows of a change for many targets are missing, and names the change', async () => {
    const dir = temporaryFolder();
    const { store } = openStateDirectory(dir);
    await store.add(largeChange('chg_1'));
    store.close();
    expect((await runCommand(['store', 'check', '--state', dir])).out).toBe(`${dir}\n1 changes, 1 planned\n1 lines of record\n`);
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const db = new DatabaseSync(join(dir, 'changes.db'));
    db.exec("DELETE FROM parts WHERE kind = 'steps' AND n = 2");
    db.close();
    const { code, err } = await runCommand(['store', 'check', '--state', dir]);
    expect([code, err]).toEqual([1, expect.stringContaining('the stored change chg_1 has 8 of 9 steps: its rows were changed')]);
    expect(err).toContain('restore the store from a backup');
  });
});

describe('store backup', () => {
  it('writes a whole copy to a new file, and never over an existing one', async () => {
    const dir = await filled();
    const to = join(temporaryFolder(), 'copy.db');
    const made = await runCommand(['store', 'backup', to, '--state', dir]);
    expect([made.code, made.err]).toEqual([0, expect.stringContaining(`is backed up to ${to}`)]);
    const copy = sqliteStore(to);
    expect((await copy.list({}, undefined, 9)).total).toBe(3);
    expect((await copy.get('chg_2'))?.targets).toHaveLength(450);
    copy.close();
    const again = await runCommand(['store', 'backup', to, '--state', dir]);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('exists already')]);
  });

  it('of a database is refused with the tools that make it', async () => {
    const { code, err } = await runCommand(['store', 'backup', '/nowhere/x.db', '--store', await newDatabase()], env);
    expect([code, err]).toEqual([1, expect.stringContaining('pg_dump')]);
  });
});

describe('store copy', { timeout: 60_000 }, () => {
  it('moves everything to an empty database and back, the record verified, and refuses a place that is not empty', async () => {
    const dir = await filled();
    const url = await newDatabase();
    const there = await runCommand(['store', 'copy', '--to', url, '--state', dir]);
    expect([there.code, there.err]).toEqual([
      0,
      expect.stringMatching(/^4 lines of record and all changes are copied .* head [0-9a-f]{64}\./),
    ]);
    expect((await runCommand(['store', 'check', '--store', url], env)).out).toContain('3 changes, 2 awaiting_approval\n4 lines of record');
    expect(await runSql(url, "SELECT value FROM notes WHERE name = 'tries of maria'")).toEqual([{ value: '{"count":2,"at":5}' }]);
    expect(await runSql(url, "SELECT change FROM parts WHERE kind = 'targets'")).toEqual([1, 2, 3].map(() => ({ change: 'chg_2' })));
    const twice = await runCommand(['store', 'copy', '--to', url, '--state', dir]);
    expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('a record is never mixed with another one')]);
    const back = join(temporaryFolder(), 'back');
    expect((await runCommand(['store', 'copy', '--to', back, '--store', url], env)).code).toBe(0);
    expect(existsSync(join(back, 'changes.db'))).toBe(true);
    const copied = sqliteStore(join(back, 'changes.db'));
    expect((await copied.get('chg_2'))?.targets).toEqual(largeChange('chg_2').targets);
    copied.close();
    expect((await runCommand(['store', 'check', '--state', back])).out).toContain('3 changes, 2 awaiting_approval\n4 lines of record');
    expect((await runCommand(['audit', 'verify', '--state', back])).code).toBe(0);
  });
});

it('the built program opens a database', { timeout: 60_000 }, async () => {
  const args = [join(root, 'dist/iot-ops-mcp.mjs'), 'store', 'check', '--store', await newDatabase(), '--state', temporaryFolder()];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('0 changes, none open');
});
