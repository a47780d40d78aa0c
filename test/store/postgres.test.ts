/** The PostgreSQL store: several servers, failures of the database with their cause, and a schema that moves. */
import { describe, expect, it, onTestFinished } from 'vitest';

import { verifyAudit } from '../../src/store/audit.ts';
import { killSwitch, sharedKillSwitch } from '../../src/store/kill-switch.ts';
import { storeLoginLockout } from '../../src/store/login-lockout.ts';
import { type PostgresStore, postgresStore } from '../../src/store/postgres/postgres-store.ts';
import { waitingChange } from '../approvers/waiting.ts';
import { temporaryFolder } from '../bin/processes.ts';
import { breakableDatabase, newDatabase, runSql } from '../support/postgres.ts';
import { largeChange } from './sample-change.ts';

async function opened(url: string): Promise<PostgresStore> {
  const store = await postgresStore(url);
  onTestFinished(() => store.close());
  return store;
}

const noBudget = { at: 1500, window: 1000, over: () => undefined };

describe('several servers on one database', () => {
  it('of concurrent equal changes of four servers one is added, and of concurrent claims one succeeds', async () => {
    const url = await newDatabase();
    const stores = await Promise.all([1, 2, 3, 4].map(() => opened(url)));
    const added = await Promise.all(
      stores.map((store, i) => store.addUnlessEqual(waitingChange(`chg_${i}`, { intent: 'same', planLine: 0 }), 1000)),
    );
    expect(new Set(added.map(({ id }) => id)).size).toBe(1);
    const [{ id } = { id: '' }] = added;
    const claims = await Promise.all(stores.map((store) => store.claim(id, ['awaiting_approval'], () => ({}), noBudget)));
    expect(claims.filter((claim) => 'claimed' in claim)).toHaveLength(1);
  });

  it('the record stays one chain under concurrent writes of three servers, and a later server reads all of it', async () => {
    const url = await newDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => opened(url)));
    await Promise.all(Array.from({ length: 30 }, (_, i) => stores[i % 3]?.add(waitingChange(`chg_${i}`, { intent: `intent ${i}` }))));
    const { lines, broken } = await verifyAudit((await opened(url)).audit());
    expect([lines, broken]).toEqual([30, undefined]);
  });

  it('two servers that open an empty database at once agree on its schema and its record', async () => {
    const url = await newDatabase();
    const [one, other] = await Promise.all([opened(url), opened(url)]);
    expect(one.recordId).toMatch(/^[0-9a-f]{32}$/);
    expect(other.recordId).toBe(one.recordId);
  });

  it('the database holds no keys: another server gets the change without inputs', async () => {
    const url = await newDatabase();
    const one = await opened(url);
    const appKey = '00112233445566778899AABBCCDDEEFF';
    await one.add(
      waitingChange('chg_1', { inputs: [{ body: { appKey } }], steps: [{ input: { body: { appKey } }, targets: [], state: 'planned' }] }),
    );
    expect((await one.get('chg_1'))?.inputs).toHaveLength(1);
    const found = await (await opened(url)).get('chg_1');
    expect(found?.inputs).toEqual([]);
    const rows = await runSql<{ all: string }>(url, 'SELECT body AS all FROM changes UNION ALL SELECT body FROM audit');
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toContain(appKey);
  });

  it('the kill switch of one server stops all, a local file stops its machine too, and go clears both', async () => {
    const url = await newDatabase();
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const [one, other] = [sharedKillSwitch(killSwitch(here), await opened(url)), sharedKillSwitch(killSwitch(there), await opened(url))];
    expect(await other.reason()).toBeUndefined();
    await one.pause('wrong account');
    expect([await one.reason(), await other.reason()]).toEqual(['wrong account', 'wrong account']);
    expect(await other.resume()).toBe(true);
    expect(await one.reason()).toBeUndefined();
    killSwitch(here).pause('a drill');
    expect([await one.reason(), await other.reason()]).toEqual(['a drill', undefined]);
    expect([await one.resume(), await one.reason(), await one.resume()]).toEqual([true, undefined, false]);
  });

  it('a login that one server locked is locked for all with these credentials, and its name reveals none of them', async () => {
    const url = await newDatabase();
    const key = Buffer.alloc(32, 1);
    const one = storeLoginLockout(await opened(url), key, ['ops', 'hunter2']);
    const other = storeLoginLockout(await opened(url), key, ['ops', 'hunter2']);
    await one.lock('refused');
    expect(await other.lockedReason()).toBe('refused');
    expect(await storeLoginLockout(await opened(url), key, ['ops', 'changed']).lockedReason()).toBeUndefined();
    expect(JSON.stringify(await runSql(url, 'SELECT * FROM notes'))).not.toMatch(/hunter2|"ops"/);
    expect([await other.clear(), await one.lockedReason(), await one.clear()]).toEqual([true, undefined, false]);
  });

  it('the clock of the database is measured against that of this machine', async () => {
    expect(Math.abs(await (await opened(await newDatabase())).clockOffset())).toBeLessThan(2000);
  });
});

describe('the schema', () => {
  it('one version newer is accepted, so that servers are replaced one after another; two versions newer is refused', async () => {
    const url = await newDatabase();
    const store = await opened(url);
    await store.add(waitingChange('chg_1'));
    await runSql(url, 'UPDATE schema_version SET version = version + 1');
    expect((await (await opened(url)).get('chg_1'))?.id).toBe('chg_1');
    await runSql(url, 'UPDATE schema_version SET version = version + 1');
    await expect(postgresStore(url)).rejects.toThrow(
      expect.objectContaining({
        message: 'the database has schema version 5, this program knows versions up to 3',
        next: 'An operator must update this server, or give it another database.',
      }),
    );
  });

  it('of version 1 is migrated, with a change for many targets that waits in it and is then put into parts', async () => {
    const url = await newDatabase();
    await (await opened(url)).add(largeChange('a'));
    const whole = JSON.stringify(largeChange('a'));
    await runSql(url, 'UPDATE changes SET body = $1', [whole]);
    await runSql(url, 'DROP TABLE parts; ALTER TABLE changes DROP COLUMN version; UPDATE schema_version SET version = 1');
    const [one, other] = await Promise.all([opened(url), opened(url)]);
    expect(await one.get('a')).toEqual(largeChange('a'));
    await other.move('a', ['planned'], { explanation: 'moved' });
    expect(await one.get('a')).toEqual(largeChange('a', { explanation: 'moved' }));
    expect(await runSql(url, 'SELECT n FROM parts')).toHaveLength(9);
    expect(await runSql(url, 'SELECT version FROM schema_version')).toEqual([{ version: 3 }]);
  });
});

describe('a database that cannot be reached', () => {
  it('fails reads and writes with cause and next step, ends no process, counts as stopped, and is used again when it is back', async () => {
    const { url, cut, restore } = await breakableDatabase();
    const ended: string[] = [];
    const store = await postgresStore(url, { onIdleError: ({ message }) => void ended.push(message) });
    onTestFinished(() => store.close());
    await store.add(waitingChange('chg_1'));
    cut();
    const failure = expect.objectContaining({
      name: 'StoreFailed',
      next: 'An operator must make the database of the setting "store" reachable. Until then nothing new is sent; reads go on.',
    });
    await expect(store.get('chg_1')).rejects.toThrow(failure);
    await expect(store.add(waitingChange('chg_2'))).rejects.toThrow(failure);
    expect(await sharedKillSwitch(killSwitch(temporaryFolder()), store).reason()).toMatch(/^the store cannot be read: the database: /);
    expect(ended.length).toBeGreaterThan(0);
    restore();
    expect((await store.get('chg_1'))?.id).toBe('chg_1');
    await store.add(waitingChange('chg_2'));
    expect((await verifyAudit(store.audit())).lines).toBe(2);
  });

  it.each([
    [
      'a wrong database',
      (url: URL) => {
        url.pathname = '/nowhere';
      },
      'An operator must create the database that the setting "store" names.',
    ],
    [
      'a wrong host',
      (url: URL) => url.searchParams.set('host', '/nowhere'),
      'An operator must make the database of the setting "store" reachable.',
    ],
  ])('%s is refused at the start, with the next step and without credentials', async (_what, change, next) => {
    const url = new URL(await newDatabase());
    url.password = 'hunter2';
    change(url);
    const error = await postgresStore(url.href).catch((one: Error & { next?: string }) => one);
    expect(error).toMatchObject({ name: 'StoreFailed', next: expect.stringContaining(next) });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });
});
