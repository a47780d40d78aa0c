import { z } from 'zod';
import type { ConnectionFailure } from '../../fleet/connection-failure.ts';
import { didYouMean } from '../../fleet/near.ts';
import { type MoreField, moreFields, rowOf, textRow } from '../../fleet/row.ts';
import type { DeviceCounts } from '../../fleet/source.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readTool, type ToolResult } from '../define.ts';
import * as fields from '../fields.ts';
import { hoistConstants, table } from '../table.ts';
import { deviceFilters, silentMs } from './filters.ts';

const Cursor = z.strictObject({
  connection: z.string(),
  at: z.string().optional(),
  skip: z.number().int().min(0),
  total: z.number().optional(),
  before: z.string().optional(),
});

export const listDevices = (providers: readonly string[]) =>
  readTool({
    name: 'list_devices',
    toolset: 'fleet',
    title: 'List devices',
    description:
      'Lists or counts devices and SIMs over all connections, one connection after another. state, technology, plan, model, group, query (start of a name or identifier) and silentFor filter; count: true returns totals by state and health instead of rows. For one identifier use find_device.',
    deviceScope: 'fleet',
    input: z.strictObject({
      ...deviceFilters(providers),
      sort: z.enum(['name', 'lastSeen']).optional().describe('lastSeen: longest silent first'),
      count: z.boolean().optional(),
      limit: fields.limit(500, 50),
      cursor: fields.cursor,
      fields: z.array(z.enum(moreFields)).max(moreFields.length).optional(),
    }),
    output: z.looseObject({
      devices: z.array(z.looseObject({ device: z.string() })).optional(),
      all: z.looseObject({}).optional(),
      total: z.number().optional(),
      nextCursor: z.string().optional(),
    }),
    example: { state: 'active', silentFor: 'P2D', limit: 20 },
    async run({ connection, provider, silentFor, count, limit, cursor, fields: more = [], ...asked }, { fleet, clock, signal, progress }) {
      const scope = { connection, provider };
      const { query } = asked;
      const filter = { ...asked, silentFor: silentMs(silentFor), limit };
      if (count) {
        const counted = await fleet.count(scope, filter, signal, (scanned) => progress(scanned, undefined, `read ${scanned} devices`));
        return countAnswer(counted.counts, counted.failures);
      }
      const listQuery = { scope, ...asked, silentFor };
      const from = cursor === undefined ? undefined : decodeCursor(cursor, listQuery, Cursor);
      const listed = await fleet.list(scope, filter, from, signal);
      const rows = listed.rows.map((device) => rowOf(device, more as MoreField[]));
      const { constants, rows: varying } = hoistConstants(rows);
      const nextCursor = listed.next && encodeCursor(listQuery, listed.next);
      const failures = listed.failures.map(({ from: at, ...failure }) => ({
        ...failure,
        ...(at ? { cursor: encodeCursor(listQuery, at) } : {}),
      }));
      const filtered = listed.scanned > rows.length;
      const isNone = rows.length === 0 && nextCursor === undefined && cursor === undefined && listed.read > 0;
      const near = isNone && query !== undefined ? await fleet.near(scope, query, signal) : [];
      const structured = {
        ...(Object.keys(constants).length > 0 ? { all: constants } : {}),
        devices: varying,
        ...(listed.total === undefined ? { totals: listed.totals } : { total: listed.total }),
        ...(listed.ahead.length > 0 ? { ahead: listed.ahead } : {}),
        ...(filtered ? { scanned: listed.scanned } : {}),
        ...(nextCursor ? { nextCursor } : {}),
        ...(near.length > 0
          ? { didYouMean: near.map(({ device, why }) => ({ device: device.device, connection: device.connection, why })) }
          : {}),
        ...(failures.length > 0 ? { failures } : {}),
        ...(listed.incomplete.length > 0 ? { incomplete: listed.incomplete } : {}),
      };
      const partly = failures.length > 0 || listed.incomplete.length > 0;
      const none = partly ? ': no match among those that could be read' : ': no match';
      const of = listed.total === undefined ? partOf(listed.totals, listed.ahead) : ` of ${listed.total}`;
      const scanned = filtered ? ` (scanned ${listed.scanned})` : '';
      const lines = [
        listed.read === 0 && rows.length === 0
          ? 'nothing could be read'
          : `${rows.length} device${rows.length === 1 ? '' : 's'}${of}${scanned}${rows.length === 0 && !nextCursor && listed.read > 0 ? none : ''}`,
      ];
      if (rows.length > 0) lines.push(table(rows.map((row) => textRow(row, clock.now()))));
      const offer = didYouMean(near);
      if (offer) lines.push(offer);
      lines.push(...failureLines(failures), ...incompleteLines(listed.incomplete));
      if (nextCursor) lines.push(`more: cursor ${nextCursor}`);
      return { structured, text: lines.join('\n'), isError: listed.read === 0 };
    },
  });

/** The known extent of a partial list: totals of single connections, and the connections not read yet. */
function partOf(totals: Readonly<Record<string, number>>, ahead: readonly string[]): string {
  const known = Object.entries(totals).map(([name, total]) => `${name} has ${total}`);
  const rest = ahead.length > 0 ? [`more at ${ahead.join(', ')}`] : [];
  return [...known, ...rest].map((part) => `, ${part}`).join('');
}

/** One line per connection that could not be read, with the cursor for the rest of it. */
export function failureLines(failures: readonly (ConnectionFailure & { cursor?: string })[]): string[] {
  return failures.map(
    (one) =>
      `NOT READ ${one.connection}: ${one.error}${one.next ? `${/[.!?]$/.test(one.error) ? '' : '.'} ${one.next}` : ''}${one.cursor ? ` To continue: cursor ${one.cursor}` : ''}`,
  );
}

/** One line per connection whose list ended early. */
export function incompleteLines(incomplete: readonly { connection: string; reason: string }[]): string[] {
  return incomplete.map(({ connection, reason }) => `INCOMPLETE ${connection}: ${reason}`);
}

function countAnswer(of: readonly (DeviceCounts & { connection: string })[], failures: readonly ConnectionFailure[]): ToolResult {
  const partly = failures.length > 0 || of.some((one) => one.incomplete !== undefined);
  const total = of.reduce((sum, one) => sum + one.total, 0);
  const words = (counts: Partial<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ');
  const lines = of.map((one) => {
    const health = words(one.byHealth);
    return `${one.connection}: ${one.incomplete ? 'at least ' : ''}${one.total}${one.total > 0 ? ` (state: ${words(one.byState)}${health ? `; health: ${health}` : ''})` : ''}`;
  });
  return {
    structured: { total, connections: of, ...(failures.length > 0 ? { failures } : {}) },
    text: [
      of.length === 0 ? 'nothing was counted' : `${partly ? 'at least ' : ''}${total} devices`,
      ...lines,
      ...failureLines(failures),
      ...incompleteLines(of.flatMap(({ connection, incomplete }) => (incomplete ? [{ connection, reason: incomplete }] : []))),
    ].join('\n'),
    isError: of.length === 0 && failures.length > 0,
  };
}
