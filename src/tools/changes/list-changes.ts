import { z } from 'zod';
import { instant } from '../../clock.ts';
import { statuses } from '../../store/change.ts';
import { defined } from '../../text/defined.ts';
import { Instant } from '../../vocabulary.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';

export const listChanges = readTool({
  name: 'list_changes',
  toolset: 'changes',
  title: 'List changes',
  description: 'Lists changes, newest first: what was requested, by whom, how it ended. One change in full: get_change.',
  local: true,
  deviceScope: 'none',
  input: z.strictObject({
    device: z.string().min(1).max(80).optional(),
    status: z.enum(statuses).optional(),
    connection: fields.connection,
    previews: z.boolean().optional().describe('true: with previews'),
    since: Instant.optional().describe('ISO 8601'),
    limit: fields.limit(200, 20),
    cursor: fields.cursor,
  }),
  output: z.looseObject({
    changes: z.array(z.looseObject({ change: z.string(), status: z.enum(statuses) })),
    total: z.number(),
    nextCursor: z.string().optional(),
  }),
  example: { status: 'accepted', limit: 20 },
  async run({ device, status, connection, previews, since, limit, cursor }, { changes, rights }) {
    const filter = { device, status, connection, since, withoutPreviews: previews === true ? undefined : true };
    const after = cursor === undefined ? undefined : decodeCursor(cursor, filter, z.string());
    const { rows, total, left } = await changes.list(filter, after, limit);
    const shown = rows.map((one) =>
      defined({
        change: one.id,
        status: one.status,
        reason: one.reason,
        created: instant(one.created - (one.created % 1000)),
        connection: one.connection,
        caller: one.caller,
        approval: one.approval?.kind,
        preview: one.preview ? true : undefined,
        summary: one.summary,
      }),
    );
    const last = rows.at(-1);
    const nextCursor = left > 0 && last ? encodeCursor(filter, last.id) : undefined;
    const own = rights.audit ? '' : ' of this caller';
    const lines = [`${total} change${total === 1 ? '' : 's'}${own}${left > 0 ? `, ${left} more` : ''}`];
    if (shown.length > 0) lines.push(table(shown));
    if (nextCursor) lines.push(`more: cursor ${nextCursor}`);
    return { structured: { changes: shown, total, ...(nextCursor ? { nextCursor } : {}) }, text: lines.join('\n') };
  },
});
