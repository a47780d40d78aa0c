/** Reads of the record, by pages and days. */
import type { AuditRow } from '../audit.ts';
import type { ChangeStore } from '../store.ts';
import type { Database } from './database.ts';

const linesAtOnce = 500;
const line = 'SELECT seq, body, hash FROM audit';

export function auditReads({ read }: Database): Pick<ChangeStore, 'audit' | 'auditPage' | 'auditOfDay'> {
  return {
    async *audit(from = 1) {
      for (let next = from; ; ) {
        const rows = await read<AuditRow>(`${line} WHERE seq >= $1 ORDER BY seq LIMIT $2`, [next, linesAtOnce]);
        yield* rows;
        const end = rows.at(-1);
        if (!end || rows.length < linesAtOnce) return;
        next = end.seq + 1;
      }
    },
    auditPage: (before, limit) =>
      read<AuditRow>(`${line} WHERE seq < $1 ORDER BY seq DESC LIMIT $2`, [Math.min(before, Number.MAX_SAFE_INTEGER), limit]),
    auditOfDay: (day) => read<AuditRow>(`${line} WHERE substr(body, 8, 10) = $1 ORDER BY seq`, [day]),
  };
}
