/** Failed transactions of the SQLite store: the first error is the one that is reported. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { sqliteStore } from '../../src/store/sqlite.ts';
import { waitingChange } from '../approvers/waiting.ts';

/** A store in a temporary file, and a second connection to that file. */
function openStore(onHead?: (head: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  const path = join(folder, 'changes.db');
  const store = sqliteStore(path, onHead);
  const other = new DatabaseSync(path);
  onTestFinished(() => {
    other.close();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store, other };
}

describe('sqliteStore', () => {
  it('a transaction that SQLite has rolled back itself reports its own error, and the store goes on', async () => {
    const { store, other } = openStore();
    other.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ROLLBACK, 'the audit log is closed'); END");
    await expect(store.add(waitingChange('chg_1'))).rejects.toThrow('the audit log is closed');
    expect(await store.get('chg_1')).toBeUndefined();
    other.exec('DROP TRIGGER no_audit');
    await store.add(waitingChange('chg_1'));
    expect((await store.get('chg_1'))?.id).toBe('chg_1');
  });

  it('a full database is reported as full, writes nothing of the change, and is used again when it has room', async () => {
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    const { store } = openStore();
    const own = exec.mock.contexts[0] as DatabaseSync;
    exec.mockRestore();
    const { page_count: pages } = own.prepare('PRAGMA page_count').get() as { page_count: number };
    own.exec(`PRAGMA max_page_count = ${pages}`);
    await expect(store.add(waitingChange('chg_1', { explanation: 'x'.repeat(100_000) }))).rejects.toThrow('database or disk is full');
    expect(await store.get('chg_1')).toBeUndefined();
    own.exec(`PRAGMA max_page_count = ${pages + 1000}`);
    await store.add(waitingChange('chg_1'));
    expect((await store.get('chg_1'))?.id).toBe('chg_1');
  });

  it('a ROLLBACK that fails does not hide why the transaction failed', async () => {
    const { store, other } = openStore();
    other.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is closed'); END");
    const exec = DatabaseSync.prototype.exec;
    const failing = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql: string) {
      exec.call(this, sql);
      if (sql === 'ROLLBACK') throw new Error('the disk is gone');
    });
    onTestFinished(() => failing.mockRestore());
    await expect(store.add(waitingChange('chg_1'))).rejects.toThrow('the audit log is closed');
    expect(failing).toHaveBeenCalledWith('ROLLBACK');
  });

  it('while another process holds the database, the event loop goes on and the write is made when it lets go', async () => {
    const { store, other } = openStore();
    other.exec('BEGIN IMMEDIATE');
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    onTestFinished(() => clearInterval(ticking));
    const writes = Promise.all(['chg_1', 'chg_2', 'chg_3'].map((id) => store.add(waitingChange(id, { intent: id }))));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ticks).toBeGreaterThan(20);
    expect(await store.get('chg_1')).toBeUndefined();
    other.exec('COMMIT');
    await writes;
    expect((await store.list({}, undefined, 9)).total).toBe(3);
  });

  it('a database that stays locked is reported with the file, the cause and the next step', { timeout: 30_000 }, async () => {
    const { store, other } = openStore();
    other.exec('BEGIN IMMEDIATE');
    await expect(store.add(waitingChange('chg_1'))).rejects.toThrow(
      expect.objectContaining({
        message: 'changes.db: database is locked',
        next: expect.stringContaining('An operator must end the program that holds it locked'),
      }),
    );
    other.exec('COMMIT');
    await store.add(waitingChange('chg_1'));
  });

  it('an error while a head is noted reports itself and leaves the change written', async () => {
    const { store } = openStore(() => {
      throw new Error('the heads file is read-only');
    });
    await expect(store.add(waitingChange('chg_1'))).rejects.toThrow('the heads file is read-only');
    expect((await store.get('chg_1'))?.id).toBe('chg_1');
  });
});
