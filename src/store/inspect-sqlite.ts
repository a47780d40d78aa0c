/** Looks at the file of a store without changing it: no schema is brought up to date, no mode is changed. */
import { DatabaseSync } from 'node:sqlite';

import { type AuditRow, verifyAudit } from './audit.ts';
import { migrations } from './sqlite-schema.ts';

/** What was found, and the message of SQLite where there is one. */
export type FileCondition =
  | { is: 'good'; changes: number; lines: number; recordId: string | undefined; version: number; newest: number }
  | { is: 'locked' | 'damaged' | 'read-only' | 'newer' | 'broken' | 'unknown'; why: string };

/** How long to wait for another process, ms: transactions of a server are short. */
const patienceMs = 2000;

/** By SQLite's primary result code (https://www.sqlite.org/rescode.html). */
const conditions: Readonly<Record<number, 'locked' | 'damaged' | 'read-only'>> = {
  5: 'locked',
  6: 'locked',
  8: 'read-only',
  11: 'damaged',
  14: 'read-only',
  26: 'damaged',
};

/** `noted`: heads of the record that were written down elsewhere and must be in it. */
export async function inspectSqlite(path: string, noted: readonly string[] = []): Promise<FileCondition> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec(`PRAGMA busy_timeout = ${patienceMs}`);
    return await conditionOf(db, noted);
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error)) throw error;
    return { is: conditions[Number(error.errcode) & 0xff] ?? 'unknown', why: error.message };
  } finally {
    db?.close();
  }
}

async function conditionOf(db: DatabaseSync, noted: readonly string[]): Promise<FileCondition> {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  const newest = migrations.length;
  if (version > newest) return { is: 'newer', why: `it has version ${version}, this program knows versions up to ${newest}` };
  const { quick_check: found } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (found !== 'ok') return { is: 'damaged', why: found };
  // Whether a change could be recorded: takes the lock of a writer and gives it back.
  db.exec('BEGIN IMMEDIATE; ROLLBACK');
  // The tables of the record came with the second version.
  if (version < 2) return { is: 'good', changes: 0, lines: 0, recordId: undefined, version, newest };
  const rows = db.prepare('SELECT seq, body, hash FROM audit ORDER BY seq').iterate() as unknown as Iterable<AuditRow>;
  const { lines, broken, lost } = await verifyAudit(rows, noted);
  if (broken !== undefined) return { is: 'broken', why: ` at line ${broken}: it was changed, or lines are missing` };
  if (lost !== undefined) return { is: 'broken', why: `: the head ${lost} is not in it, so its tail was cut or it is another record` };
  const { n: changes } = db.prepare('SELECT count(*) AS n FROM changes WHERE preview = 0').get() as { n: number };
  const note = version < 5 ? undefined : db.prepare("SELECT value FROM notes WHERE name = 'record'").get();
  return { is: 'good', changes, lines, recordId: (note as { value: string } | undefined)?.value, version, newest };
}
