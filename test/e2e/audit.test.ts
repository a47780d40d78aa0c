import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';

import { asCsv, chainHash, verifyAudit } from '../../src/store/audit.ts';
import { headsWriter, readHeads } from '../../src/store/heads.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { runCommand, temporaryFolder } from '../bin/processes.ts';
import { startTestServer, yes } from '../support/test-server.ts';

const how = { transport: 'stdio', era: 'auto', person: yes } as const;
const subscriber = '8944990000001000010';
const toggle = { subscribers: [subscriber], product: 'SMS MO/MT', action: 'disable' };
const key = 'A1B2C3D4E5F60718293A4B5C6D7E8F90';

/** Writes an audit log with two changes: a toggled product and a device added with its key. */
async function auditLog(noted?: (head: string) => void) {
  const state = mkdtempSync(join(tmpdir(), 'audit-'));
  const path = join(state, 'changes.db');
  const store = sqliteStore(path, noted);
  onTestFinished(() => {
    store.close();
    rmSync(state, { recursive: true, force: true });
  });
  const { connectClient, world } = await startTestServer({ store, key: Buffer.alloc(32, 7) });
  const { call } = await connectClient(how);
  const { change } = (await call('toggle_product', toggle)).structured;
  await call('add_lorawan_device', {
    name: 'Fridge 1',
    devEui: 'A81758FFFE0B0001',
    model: 'SMTC/LoRaMoteA.1_EU',
    activation: 'OTAA',
    joinEui: 'A81758FFFE000000',
    appKey: key,
  });
  return { state, path, store, change, call, world };
}

/** Edits the database file directly with SQL, bypassing the store. */
function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

describe('audit log', () => {
  it('the audit log records caller, policy decision, approval before sending, and target state before and after', async () => {
    const { state, change } = await auditLog();
    const { code, out } = await runCommand(['audit', 'export', '--state', state]);
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i + 1));
    const mine = lines.filter((line) => line.change === change.id);
    expect(mine.map(({ status }) => status)).toEqual(['planned', 'awaiting_approval', 'applying', 'accepted', 'applied']);
    expect(mine[2]).toMatchObject({
      caller: 'local',
      client: 'story 1',
      session: 'repeatable',
      decision: { verdict: 'ask', rule: 'default: changes are asked', version: 'built-in' },
      connection: 'sandbox-iotx',
      approval: { kind: 'elicited' },
      targets: [{ outcome: 'planned' }],
    });
    expect(mine[4].targets).toMatchObject([
      { device: subscriber, outcome: 'applied', before: { 'SMS MO/MT': 'enabled' }, after: { 'SMS MO/MT': 'disabled' } },
    ]);
    expect(out).not.toContain(key);
  });

  it('audit export --format csv quotes fields and neutralises cells that a spreadsheet would run as formulas', async () => {
    const { state } = await auditLog();
    const { out } = await runCommand(['audit', 'export', '--format', 'csv', '--state', state]);
    const [head, first] = out.split('\n');
    expect(head).toBe('seq,at,change,status,reason,operation,connection,caller,approvedBy,approvedHow,device,outcome');
    expect(first).toMatch(
      /^1,\d{4}-\d\d-\d\dT[\d:.]+Z,chg_[0-9a-f]+,planned,,iotx\.products\.change,sandbox-iotx,local,,,8944990000001000010,planned$/,
    );
    const body = JSON.stringify({ change: 'chg_1', caller: 'a "b", c', targets: [{ device: '=SUM(A1)', outcome: 'applied' }] });
    const csv = asCsv([{ seq: 1, body, hash: '' }]);
    await csv.next();
    expect((await csv.next()).value).toBe(`1,,chg_1,,,,,"a ""b"", c",,,'=SUM(A1),applied`);
  });

  it('audit verify confirms an intact audit log and prints its head', async () => {
    const { state, store } = await auditLog();
    const { lines, head } = await verifyAudit(store.audit());
    const { code, out } = await runCommand(['audit', 'verify', '--state', state]);
    expect({ code, out }).toEqual({ code: 0, out: `${lines} lines as they were written, head ${head}\n` });
    expect(lines).toBeGreaterThan(4);
  });

  it.each([
    ['a changed value', "UPDATE audit SET body = replace(body, 'elicited', 'elicitee') WHERE seq = 3", 3],
    [
      'a changed character of a hash',
      "UPDATE audit SET hash = CASE WHEN hash LIKE 'f%' THEN 'e' ELSE 'f' END || substr(hash, 2) WHERE seq = 2",
      2,
    ],
    ['a missing entry', 'DELETE FROM audit WHERE seq = 2', 2],
    [
      'two swapped entries',
      'UPDATE audit SET seq = -3 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = -3',
      2,
    ],
    [
      'an inserted entry that is chained to the one before it',
      'UPDATE audit SET seq = seq + 1000 WHERE seq > 2; INSERT INTO audit SELECT 3, body, hash FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 999 WHERE seq > 1000',
      3,
    ],
    ['a missing first entry', 'DELETE FROM audit WHERE seq = 1', 1],
  ])('audit verify detects %s', async (_, sql, at) => {
    const { state, path } = await auditLog();
    tamper(path, sql);
    const { code, err } = await runCommand(['audit', 'verify', '--state', state]);
    expect(code).toBe(1);
    expect(err).toContain(`the record is broken at line ${at}`);
  });

  it('audit verify --head detects a truncated tail by an earlier head', async () => {
    const { state, path, store } = await auditLog();
    const { head, lines } = await verifyAudit(store.audit());
    expect((await runCommand(['audit', 'verify', '--head', head, '--state', state])).code).toBe(0);
    tamper(path, `DELETE FROM audit WHERE seq = ${lines}`);
    expect((await verifyAudit(store.audit())).broken).toBeUndefined();
    const cut = await runCommand(['audit', 'verify', '--head', head, '--state', state]);
    expect(cut.code).toBe(1);
    expect(cut.err).toContain('its tail was cut, or it is another record');
  });

  it('a change is not sent when its audit log entry cannot be written', async () => {
    const { path, call, world } = await auditLog();
    const sent = () => world.requestLog.filter((one) => one.operation === 'iotx.products.change').length;
    expect(sent()).toBe(1);
    tamper(
      path,
      "CREATE TRIGGER full BEFORE INSERT ON audit WHEN json_extract(NEW.body, '$.status') = 'applying' BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    const answer = await call('toggle_product', { ...toggle, action: 'enable' });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('the change could not be recorded (changes.db: disk full), so nothing was sent');
    expect(sent()).toBe(1);
  });

  it('audit verify --heads detects a rewritten audit log by the heads noted outside the database', async () => {
    const heads = join(temporaryFolder(), 'heads.txt');
    const { state, path } = await auditLog(headsWriter(heads, () => undefined));
    const { code } = await runCommand(['audit', 'verify', '--state', state, '--heads', heads]);
    expect(code).toBe(0);
    expect(readHeads(heads).length).toBeGreaterThan(4);
    // Deletes the last change and keeps the remaining chain intact, so only a noted head can reveal it.
    tamper(path, 'DELETE FROM audit WHERE seq > 2');
    expect((await runCommand(['audit', 'verify', '--state', state])).code).toBe(0);
    const { code: found, err } = await runCommand(['audit', 'verify', '--state', state, '--heads', heads]);
    expect(found).toBe(1);
    expect(err).toContain('is not in the record: its tail was cut, or it is another record');
  });

  it('audit verify fails with a clear message when there is no audit log', async () => {
    const { code, err } = await runCommand(['audit', 'verify', '--state', mkdtempSync(join(tmpdir(), 'none-'))]);
    expect(code).toBe(1);
    expect(err).toContain('there is no record at');
    expect((await runCommand(['audit', 'verify', '--head', 'x'])).err).toContain('64 hex digits in lower case');
  });
});

it('an audit log entry is chained to the previous one with SHA-256', () => {
  expect(chainHash('0'.repeat(64), '{}')).toBe('5649d09ed68c17156095d175eef152856c5b1a81c117c409c1e00f096aa6838e');
});
