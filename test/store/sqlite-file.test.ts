/** What the file of the SQLite store holds, and several servers on one file. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { sqliteStore } from '../../src/store/sqlite.ts';
import { appKey, change } from './sample-change.ts';

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'changes-')), 'changes.db');

function opened(path: string): ReturnType<typeof sqliteStore> {
  const store = sqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

describe('sqliteStore', () => {
  it('the store file contains no keys: another process gets the change without inputs and with redacted steps', async () => {
    const path = newFile();
    const first = opened(path);
    await first.add(change('a'));
    expect((await first.get('a'))?.inputs).toHaveLength(1);
    const later = opened(path);
    const found = await later.get('a');
    expect(found?.inputs).toEqual([]);
    expect(found?.steps[0]?.input).toEqual({ body: { EUI: 'A81758FFFE0B0001', appKey: '[redacted]' } });
    for (const end of ['', '-wal']) expect(readFileSync(`${path}${end}`, 'latin1')).not.toContain(appKey);
  });

  it('two servers on one store file see each other’s updates, and only one of two concurrent moves succeeds', async () => {
    const path = newFile();
    const [one, other] = [opened(path), opened(path)];
    await one.add(change('a'));
    const moved = await Promise.all([
      one.move('a', ['planned'], { status: 'applying' }),
      other.move('a', ['planned'], { status: 'applying' }),
    ]);
    expect(moved.filter((won) => won !== undefined)).toHaveLength(1);
    expect((await other.get('a'))?.status).toBe('applying');
  });

  it('an equal change whose inputs hold keys gets those of a second server, so that either can apply it', async () => {
    const path = newFile();
    const [one, other] = [opened(path), opened(path)];
    await one.addUnlessEqual(change('a'), 1000);
    const found = await other.addUnlessEqual(change('b'), 1000);
    expect(found).toEqual(change('a'));
    expect(await other.get('a')).toEqual(change('a'));
    const steps = [...change('c').steps, ...change('c').steps];
    expect((await opened(path).addUnlessEqual(change('c', { steps }), 1000)).id).toBe('c');
    for (const end of ['', '-wal']) expect(readFileSync(`${path}${end}`, 'latin1')).not.toContain(appKey);
  });

  it('a store file of an older version is migrated, with its provider request ids indexed', async () => {
    const path = newFile();
    const store = sqliteStore(path);
    const [step] = change('a').steps;
    await store.add(
      change('a', { status: 'accepted', inputs: [], steps: [{ ...step, input: {}, targets: [], state: 'sent', receipt: 'req-1' }] }),
    );
    store.close();
    const raw = process.getBuiltinModule('node:sqlite');
    const db = new raw.DatabaseSync(path);
    db.exec(`DROP TABLE requests; DROP TABLE sent; DROP INDEX changes_approved; DROP INDEX changes_listed; DROP INDEX changes_by_connection;
      DROP INDEX changes_listed_by_connection; DROP INDEX changes_by_caller; DROP INDEX changes_listed_by_caller; DROP INDEX audit_by_day;
      DROP TABLE parts; ALTER TABLE changes DROP COLUMN version; ALTER TABLE changes DROP COLUMN caller; PRAGMA user_version = 3`);
    db.close();
    expect(await opened(path).findByProviderRequest('eu', 'req-1')).toEqual({ id: 'a', status: 'accepted' });
  });

  it('a store file of a newer version is refused', () => {
    const path = newFile();
    const store = sqliteStore(path);
    store.close();
    const raw = process.getBuiltinModule('node:sqlite');
    const db = new raw.DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => sqliteStore(path)).toThrow('was written by a newer version of this program');
  });
});
