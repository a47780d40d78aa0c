import { z } from 'zod';

import type { AuditRow } from '../store/audit.ts';
import type { Resource } from './define.ts';

const most = 200;
const shownDays = 31;
const day = 86_400_000;

/** As much of a line as is told; older lines have no decision. */
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
  title: 'The record of a day',
  description: `What was asked, decided, approved and done on one day (UTC), a line for each turn of a change; the newest ${most}.`,
  uri: 'iot://audit/{day}',
  async read({ day: wanted = '' }, { audit }) {
    if (!isDay(wanted)) return undefined;
    const lines: ReturnType<typeof shown>[] = [];
    let total = 0;
    for await (const row of audit()) {
      // The time stands first in a line: most are passed over unread.
      if (!row.body.startsWith(`{"at":"${wanted}T`)) continue;
      total += 1;
      lines.push(shown(row));
      if (lines.length > most) lines.shift();
    }
    return {
      day: wanted,
      total,
      ...(total > most ? { leftOut: `the ${total - most} oldest; "iot-ops-mcp audit export" prints all` } : {}),
      lines,
    };
  },
  complete: {
    async day(typed, { clock }) {
      const days = Array.from({ length: shownDays }, (_, i) => new Date(clock.now() - i * day).toISOString().slice(0, 10));
      return days.filter((one) => one.startsWith(typed));
    },
  },
};

function shown({ seq, body }: AuditRow) {
  const { at, change, status, reason, operation, connection, caller, decision, approval, targets } = Line.parse(JSON.parse(body));
  const counts: Record<string, number> = {};
  for (const { outcome } of targets) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return {
    seq,
    at,
    change,
    status,
    ...(reason ? { reason } : {}),
    operation,
    connection,
    caller,
    ...(decision ? { rule: decision.rule } : {}),
    ...(approval ? { approval: approval.kind, by: approval.by } : {}),
    counts,
  };
}

const isDay = (text: string): boolean => {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};
