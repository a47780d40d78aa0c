/** The audit log and the small values in SQLite. */
import { setImmediate } from 'node:timers/promises';

import { type AuditRow, auditBody, chainHash, genesisHash } from './audit.ts';
import type { Change } from './change.ts';
import type { Line, SqliteConnection } from './sqlite-connection.ts';
import type { ChangeStore } from './store.ts';

export interface SqliteRecord {
  reads: Pick<ChangeStore, 'audit' | 'auditPage' | 'auditOfDay'>;
  values: Pick<ChangeStore, 'update' | 'value'>;
  /** Call it in the transaction that updates the change: if the audit entry cannot be written, the change is not updated. */
  record(change: Change): void;
  /** Call it in a transaction. Keeps the newest time that was stored. */
  keepTime(change: Change): void;
  lastLine(): number;
  /** The newest time that was stored, ms since 1970. */
  newest(): number;
}

const linesAtOnce = 500;
const newestTime = 'newest time';

export function sqliteRecord({ db, transaction, added }: SqliteConnection): SqliteRecord {
  const noteNamed = db.prepare('SELECT value FROM notes WHERE name = ?');
  const putNote = db.prepare('INSERT INTO notes (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
  const dropNote = db.prepare('DELETE FROM notes WHERE name = ?');
  const last = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const append = db.prepare('INSERT INTO audit (seq, body, hash) VALUES (?, ?, ?)');
  const lines = db.prepare('SELECT seq, body, hash FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?');
  const page = db.prepare('SELECT seq, body, hash FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const ofDay = db.prepare('SELECT seq, body, hash FROM audit WHERE substr(body, 8, 10) = ? ORDER BY seq');

  const textOf = (name: string): string | undefined => (noteNamed.get(name) as { value: string } | undefined)?.value;
  const newest = (): number => Number(textOf(newestTime) ?? 0);
  const parsed = <T>(text: string | undefined): T | undefined => (text === undefined ? undefined : (JSON.parse(text) as T));

  return {
    newest,
    lastLine: () => (last.get() as Line | undefined)?.seq ?? 0,
    record(change) {
      const { seq, hash } = (last.get() as Line | undefined) ?? { seq: 0, hash: genesisHash };
      const body = auditBody(change);
      const line = { seq: seq + 1, hash: chainHash(hash, body) };
      append.run(line.seq, body, line.hash);
      added(line);
    },
    keepTime(change) {
      const at = change.log.at(-1)?.at ?? change.created;
      if (at > newest()) putNote.run(newestTime, String(at));
    },
    values: {
      update: <T>(key: string, work: (value: T | undefined) => T | undefined) =>
        transaction(() => {
          const next = work(parsed<T>(textOf(key)));
          if (next === undefined) dropNote.run(key);
          else putNote.run(key, JSON.stringify(next));
          return next;
        }),
      value: async <T>(key: string) => parsed<T>(textOf(key)),
    },
    reads: {
      async *audit(from = 1) {
        for (let next = from; ; ) {
          const rows = lines.all(next, linesAtOnce) as unknown as AuditRow[];
          yield* rows;
          const end = rows.at(-1);
          if (!end || rows.length < linesAtOnce) return;
          next = end.seq + 1;
          await setImmediate();
        }
      },
      auditPage: async (before, limit) => page.all(Math.min(before, Number.MAX_SAFE_INTEGER), limit) as unknown as AuditRow[],
      auditOfDay: async (day) => ofDay.all(day) as unknown as AuditRow[],
    },
  };
}
