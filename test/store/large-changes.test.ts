/** Changes with many targets: stored in parts, of which a write replaces only those that differ. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Change } from '../../src/store/change.ts';
import { postgresStore } from '../../src/store/postgres/postgres-store.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import type { ChangeStore } from '../../src/store/store.ts';
import type { CopyableStore } from '../../src/store/store-content.ts';
import { newDatabase, runSql } from '../support/postgres.ts';
import { appKey, iccid, largeChange, sendStep } from './sample-change.ts';

interface Place {
  /** Makes writing a part fail that holds a target that was sent, after the head was written; and lets it succeed again. */
  failing: { begin: string; end: string };
  open(): Promise<ChangeStore & CopyableStore>;
  sql<R>(text: string): Promise<R[]>;
}

const places: [string, () => Promise<Place>][] = [
  [
    'in a file',
    async () => {
      const path = join(mkdtempSync(join(tmpdir(), 'large-')), 'changes.db');
      return {
        failing: {
          begin: `CREATE TRIGGER failing BEFORE INSERT ON parts WHEN NEW.body LIKE '%"outcome":"sent"%' BEGIN SELECT RAISE(ABORT, 'failing'); END`,
          end: 'DROP TRIGGER failing',
        },
        async open() {
          const store = sqliteStore(path);
          onTestFinished(() => store.close());
          return store;
        },
        async sql<R>(text: string) {
          const db = new DatabaseSync(path);
          const rows = db.prepare(text).all() as R[];
          db.close();
          return rows;
        },
      };
    },
  ],
  [
    'in PostgreSQL',
    async () => {
      const url = await newDatabase();
      return {
        failing: {
          begin: `ALTER TABLE parts ADD CONSTRAINT failing CHECK (body NOT LIKE '%"outcome":"sent"%')`,
          end: 'ALTER TABLE parts DROP CONSTRAINT failing',
        },
        async open() {
          const store = await postgresStore(url);
          onTestFinished(() => store.close());
          return store;
        },
        sql: <R>(text: string) => runSql<R>(url, text),
      };
    },
  ],
];

const noBudget = { at: 1500, window: 1000, over: () => undefined };
describe.each(places)('a change for 450 targets %s', (_, make) => {
  it('is read back as it was added and moved, by the process that wrote it and by another one', async () => {
    const place = await make();
    const [one, other] = [await place.open(), await place.open()];
    await one.add(largeChange('a'));
    expect(await one.get('a')).toEqual(largeChange('a'));
    expect(await other.get('a')).toEqual(largeChange('a'));
    await one.claim('a', ['planned'], () => ({}), noBudget);
    await one.move('a', ['applying'], sendStep(3));
    await other.move('a', ['applying'], sendStep(8));
    const claimed = largeChange('a', { status: 'applying', claimLine: 2 });
    const once = { ...claimed, ...sendStep(3)(claimed) };
    const expected = { ...once, ...sendStep(8)(once) };
    expect(await one.get('a')).toEqual(expected);
    expect(await other.get('a')).toEqual(expected);
    expect(await (await place.open()).get('a')).toEqual(expected);
    expect((await other.findByProviderRequest('eu', 'req-3'))?.id).toBe('a');
    expect((await one.list({ device: iccid(449) }, undefined, 9)).rows).toEqual([expected]);
  });

  it('writes the parts that a step has changed, and no others', async () => {
    const place = await make();
    const store = await place.open();
    await store.add(largeChange('a'));
    await store.claim('a', ['planned'], () => ({}), noBudget);
    const bodies = async () => {
      const rows = await place.sql<{ kind: string; n: number; body: string }>('SELECT kind, n, body FROM parts');
      return new Map(rows.map(({ kind, n, body }) => [`${kind} ${n}`, body]));
    };
    expect([...(await bodies()).keys()].sort()).toEqual([
      ...['inputs 0', 'inputs 1', 'inputs 2', 'steps 0', 'steps 1', 'steps 2', 'targets 0', 'targets 1', 'targets 2'],
    ]);
    // What is not written stays as it was edited meanwhile.
    await place.sql('UPDATE parts SET body = replace(body, \'"label":"sim \', \'"label":"old \') WHERE kind = \'targets\' RETURNING n');
    await store.move('a', ['applying'], sendStep(4));
    const after = await bodies();
    expect(['targets 0', 'targets 1', 'targets 2'].map((name) => after.get(name)?.includes('"label":"sim '))).toEqual([false, true, false]);
    await store.move('a', ['applying'], { status: 'accepted', inputs: [] });
    expect([...(await bodies()).keys()].filter((name) => name.startsWith('inputs'))).toEqual([]);
    expect((await (await place.open()).get('a'))?.inputs).toEqual([]);
  });

  it('may have its lists grown, shortened and reordered', async () => {
    const place = await make();
    const [store, other] = [await place.open(), await place.open()];
    const { targets, steps } = largeChange('a');
    let expected = largeChange('a');
    await store.add(expected);
    const again = steps.map((step, i) => ({ ...step, receipt: `req-${i}` }));
    const patches: Partial<Change>[] = [
      { targets: targets.slice(0, 440) },
      { targets: targets.slice(0, 300), steps: [...again.slice(0, 1), ...steps.slice(1)] },
      { steps: again },
      { targets, steps: [...again.slice(0, 8), ...steps] },
      { targets: targets.toReversed() },
      { targets: targets.slice(0, 150), inputs: [] },
      { targets: [...targets, ...targets.slice(0, 150)], inputs: ['x', null] },
      { steps: steps.slice(0, 1) },
      { targets: targets.slice(0, 100) },
      { targets: targets.slice(0, 101) },
    ];
    for (const patch of patches) {
      expected = { ...expected, ...patch };
      await store.move('a', ['planned'], patch);
      expect([await store.get('a'), await other.get('a')]).toEqual([expected, expected]);
    }
  });

  it('stays as it was, for all servers, when a write fails between its head and its parts, and is written by the next attempt', async () => {
    const place = await make();
    const [store, other] = [await place.open(), await place.open()];
    await store.add(largeChange('a'));
    await store.claim('a', ['planned'], () => ({}), noBudget);
    const claimed = largeChange('a', { status: 'applying', claimLine: 2 });
    const send = (now: Change): Partial<Change> => ({ ...sendStep(4)(now), explanation: 'sent' });
    await place.sql(place.failing.begin);
    await expect(store.move('a', ['applying'], send)).rejects.toThrow('failing');
    expect([await store.get('a'), await other.get('a')]).toEqual([claimed, claimed]);
    await place.sql(place.failing.end);
    await store.move('a', ['applying'], send);
    const sent = { ...claimed, ...send(claimed) };
    expect([await store.get('a'), await other.get('a')]).toEqual([sent, sent]);
  });

  it('is claimed as it is stored, even if this process remembers it otherwise', async () => {
    const place = await make();
    const store = await place.open();
    await store.add(largeChange('a'));
    await place.sql(`UPDATE parts SET body = replace(body, '${iccid(7)}', '${iccid(999)}') WHERE kind = 'steps' AND n = 0 RETURNING n`);
    const claim = await store.claim('a', ['planned'], () => ({}), noBudget);
    expect('claimed' in claim && claim.claimed.steps[0]?.targets[7]).toBe(iccid(999));
  });

  it('is not read at all when one of its parts was deleted', async () => {
    const place = await make();
    await (await place.open()).add(largeChange('a'));
    await place.sql("DELETE FROM parts WHERE kind = 'targets' AND n = 1 RETURNING n");
    await expect((await place.open()).get('a')).rejects.toThrow('the stored change a has 250 of 450 targets: its rows were changed');
  });

  it('holds no keys, which stay in the process that planned it', async () => {
    const place = await make();
    const store = await place.open();
    const secret = { body: { appKey } };
    const withKeys = largeChange('a', { inputs: [secret], steps: largeChange('a').steps.map((step) => ({ ...step, input: secret })) });
    await store.add(withKeys);
    expect((await store.get('a'))?.inputs).toEqual([secret]);
    const found = await (await place.open()).get('a');
    expect([found?.inputs, found?.steps[0]?.input]).toEqual([[], { body: { appKey: '[redacted]' } }]);
    expect(JSON.stringify(await place.sql('SELECT body FROM parts UNION ALL SELECT body FROM changes'))).not.toContain(appKey);
  });

  it('gets its keys from an equal call also at a server that has moved it without them', async () => {
    const place = await make();
    const [one, other] = [await place.open(), await place.open()];
    const withKeys = largeChange('a', { inputs: [{ body: { appKey } }] });
    await one.add(withKeys);
    const moved = await other.move('a', ['planned'], { explanation: 'moved' });
    expect(moved?.inputs).toEqual([]);
    expect((await other.addUnlessEqual({ ...withKeys, id: 'b' }, 1000)).inputs).toEqual([{ body: { appKey } }]);
    expect((await other.get('a'))?.inputs).toEqual([{ body: { appKey } }]);
  });

  it('is shown as it is stored after its head was edited', async () => {
    const place = await make();
    const store = await place.open();
    await store.add(largeChange('a'));
    await place.sql(`UPDATE changes SET body = replace(body, '"a sentence"', '"another one"') RETURNING id`);
    expect(await store.get('a')).toEqual(largeChange('a', { summary: 'another one' }));
  });

  it('is read as of one moment while another server writes it', async () => {
    const place = await make();
    const [one, other] = [await place.open(), await place.open()];
    await one.add(largeChange('a'));
    let writing = true;
    const write = async (): Promise<void> => {
      for (let n = 1; n <= 40; n++) {
        const inputs = n % 2 === 0 ? largeChange('a').inputs : [];
        await one.move('a', ['planned'], ({ targets }) => ({
          summary: `state ${n}`,
          inputs,
          targets: targets.map((target) => ({ ...target, label: `state ${n}` })),
        }));
      }
      writing = false;
    };
    const seen = new Set<string>();
    const read = async (): Promise<void> => {
      while (writing) {
        const [found] = (await other.list({}, undefined, 1)).rows;
        if (found?.summary !== 'a sentence')
          seen.add(found?.targets.every(({ label }) => label === found.summary) ? 'as of one moment' : 'torn');
        await setImmediate();
      }
    };
    await Promise.all([write(), read()]);
    expect([...seen]).toEqual(['as of one moment']);
  });

  it('goes with its parts when it is deleted, and is copied with them', async () => {
    const place = await make();
    const [store, copy] = [await place.open(), await (await make()).open()];
    await store.add(largeChange('a', { status: 'applied', ended: 2000 }));
    await copy.fill(await store.content());
    expect(await copy.get('a')).toEqual(largeChange('a', { status: 'applied', ended: 2000 }));
    expect(await store.forget(5000, 9)).toBe(1);
    expect(await place.sql('SELECT n FROM parts')).toEqual([]);
  });

  it('that was stored whole by an earlier version is read, and put into parts by the next write', async () => {
    const place = await make();
    const store = await place.open();
    await store.add(largeChange('a'));
    const body = JSON.stringify(largeChange('a')).replaceAll("'", "''");
    await place.sql(`UPDATE changes SET body = '${body}', version = 0 RETURNING id`);
    await place.sql('DELETE FROM parts RETURNING n');
    const later = await place.open();
    expect(await later.get('a')).toEqual(largeChange('a'));
    await later.move('a', ['planned'], { explanation: 'moved' });
    expect(await place.sql('SELECT n FROM parts')).toHaveLength(9);
    expect(await (await place.open()).get('a')).toEqual(largeChange('a', { explanation: 'moved' }));
  });
});
