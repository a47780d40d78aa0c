import { z } from 'zod';
import { isUnread, receivedRows } from '../../clients/http/lenient-read.ts';
import { walkGuard } from '../../clients/http/pages.ts';
import { apn } from '../../clients/iotx/apn.ts';
import { sanitize } from '../../text/sanitize.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';

/** Known to work; the provider does not document its maximum page size. */
const pageSize = 50;

const reasons: Readonly<Record<string, string>> = {
  'User-Request': 'closed normally',
  'Access-Accept': 'ongoing',
  'Access-Reject': 'APN credentials refused',
  'Admin-Reset': 'closed by the network',
  'NAS-Error': 'authentication server failed',
};

export const getSubscriberSessions = readTool({
  name: 'get_subscriber_sessions',
  toolset: 'iotx',
  title: "Get a subscriber's data sessions",
  description:
    'Lists the data sessions of one iot-x subscriber: begin, end, bytes both ways and why each closed. For bytes per hour or day use get_traffic_history.',
  provider: 'iotx',
  deviceScope: 'named',
  input: z.strictObject({
    subscriber: fields.subscriber,
    limit: fields.limit(200, 20),
    cursor: fields.cursor,
    connection: fields.connection,
  }),
  output: z.looseObject({ subscriber: z.string(), sessions: z.array(z.looseObject({ reason: z.string() })) }),
  example: { subscriber: '8944990000001000010' },
  async run({ subscriber, limit, cursor, connection: name }, { connection, signal }) {
    const at = connection(name, ['iotx']);
    const listQuery = { subscriber, connection: at.name };
    let offset = cursor === undefined ? 0 : decodeCursor(cursor, listQuery, z.number().int().min(0));
    const found: Awaited<ReturnType<typeof page>> = [];
    const page = (rows: number) =>
      at.call(apn.log, { path: { physicalId: subscriber }, query: { limit: Math.min(pageSize, rows), offset } }, { signal });
    let ended = false;
    let incomplete: string | undefined;
    const guard = walkGuard<(typeof found)[number], number>((row) => JSON.stringify(row));
    while (!ended && found.length < limit) {
      const received = await page(limit - found.length);
      const next = offset + Math.min(receivedRows(received), limit - found.length);
      const wanted = received.slice(0, limit - found.length);
      const { rows, ...checked } = guard.check({ rows: wanted, next: next === offset ? undefined : next }, offset);
      found.push(...rows);
      incomplete = checked.incomplete;
      ended = receivedRows(received) === 0 || incomplete !== undefined;
      offset = next;
    }
    const sessions = found.map((one) => ({
      begin: one.startTime ? sanitize(one.startTime, 40) : undefined,
      end: endOf(one),
      sentBytes: one.mobileOriginatedData ?? undefined,
      receivedBytes: one.mobileTerminatedData ?? undefined,
      reason: reasons[one.reason ?? ''] ?? (one.reason ? sanitize(one.reason, 60) : 'not reported'),
      ip: one.subscriberIp ? sanitize(one.subscriberIp, 45) : undefined,
    }));
    const nextCursor = ended ? undefined : encodeCursor(listQuery, offset);
    const lines = [`${sessions.length} data sessions of ${subscriber} on ${at.name}, total not reported`];
    if (sessions.length > 0) lines.push(table(sessions));
    if (incomplete) lines.push(`incomplete: ${incomplete}`);
    if (nextCursor) lines.push(`perhaps more: cursor ${nextCursor}`);
    return {
      structured: {
        connection: at.name,
        subscriber,
        sessions,
        ...(nextCursor ? { nextCursor } : {}),
        ...(incomplete ? { incomplete } : {}),
      },
      text: lines.join('\n'),
    };
  },
});

/** When a session ended: `open` while its stop is blank, `unknown` where the stop is not understood or blank although the session was closed. */
function endOf(one: { stopTime?: string | null | undefined; reason?: string | null | undefined }): string {
  if (one.stopTime) return sanitize(one.stopTime, 40);
  const isClosed = reasons[one.reason ?? ''] !== undefined && one.reason !== 'Access-Accept';
  return isUnread(one, 'stopTime') || isClosed ? 'unknown' : 'open';
}
