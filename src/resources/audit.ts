import { z } from 'zod';
import { day } from '../durations.ts';
import type { AuditRow } from '../store/audit.ts';
import { defined } from '../text/defined.ts';
import type { Resource } from './define.ts';

const maxLines = 200;
const completedDays = 31;

/** The published members of an audit line. Lines written before policy rules existed have no decision. */
const Line = z.looseObject({
  at: z.string(),
  change: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  operation: z.string(),
  connection: z.string(),
  caller: z.string(),
  decision: z.object({ rule: z.string() }).optional(),
  approval: z.object({ kind: z.string(), by: z.string() }).optional(),
  targets: z.array(z.object({ outcome: z.string() })),
});

export const auditResource: Resource = {
  name: 'audit',
  title: 'Audit log of a day',
  description: `What was requested, decided, approved and done on one day (UTC), one line per update of a change; the newest ${maxLines}.`,
  uri: 'iot://audit/{day}',
  sameAs: { name: 'list_changes', toolset: 'changes' },
  async read({ day: requested = '' }, { auditOfDay, changes }) {
    if (!isDay(requested)) return undefined;
    const lines: ReturnType<typeof lineView>[] = [];
    let total = 0;
    for (const row of await auditOfDay(requested)) {
      const line = Line.parse(JSON.parse(row.body));
      if (!changes.mayRead(line)) continue;
      total += 1;
      lines.push(lineView(row.seq, line));
      if (lines.length > maxLines) lines.shift();
    }
    return {
      day: requested,
      total,
      ...(total > maxLines ? { leftOut: `the ${total - maxLines} oldest; "iot-ops-mcp audit export" prints all` } : {}),
      lines,
    };
  },
  complete: {
    async day(typed, { clock }) {
      const days = Array.from({ length: completedDays }, (_, i) => new Date(clock.now() - i * day).toISOString().slice(0, 10));
      return days.filter((one) => one.startsWith(typed));
    },
  },
};

function lineView(seq: AuditRow['seq'], line: z.output<typeof Line>) {
  const { at, change, status, reason, operation, connection, caller, decision, approval, targets } = line;
  const counts: Record<string, number> = {};
  for (const { outcome } of targets) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return defined({
    seq,
    at,
    change,
    status,
    reason,
    operation,
    connection,
    caller,
    rule: decision?.rule,
    approval: approval?.kind,
    by: approval?.by,
    counts,
  });
}

const isDay = (text: string): boolean => {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};
