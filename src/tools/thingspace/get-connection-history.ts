import { z } from 'zod';
import type { Connection } from '../../clients/connect.ts';
import { noteOddity } from '../../clients/http/call-scope.ts';
import { ProviderRefused, Refusal } from '../../clients/http/errors.ts';
import { events } from '../../clients/thingspace/events.ts';
import { amountOf, instantOf } from '../../clients/thingspace/fields.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { type Clock, instant } from '../../clock.ts';
import { day, minute } from '../../durations.ts';
import { Duration, durationMs, Instant, identifier } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';

const maxPeriodMs = 92 * day;
const retryDelayMs = 5000;
const maxPages = 40;

interface ConnectionEvent {
  at: number;
  event: string;
  /** Undefined where the amount is not understood. */
  bytes: number | undefined;
}

export const getConnectionHistory = readTool({
  name: 'get_connection_history',
  toolset: 'thingspace',
  title: 'Get connection history',
  description: 'Lists the data sessions of one ThingSpace SIM, latest first: start, stop, bytes. Sums by day or hour: get_traffic_history.',
  provider: 'thingspace',
  deviceScope: 'named',
  input: z.strictObject({
    iccid: identifier('iccid'),
    from: Instant.optional().describe('ISO 8601; default: period before now'),
    period: Duration('P7D').default('P7D').describe('ISO 8601 duration'),
    limit: fields.limit(500, 20),
    connection: fields.connection,
  }),
  output: z.looseObject({ iccid: z.string(), sessions: z.array(z.looseObject({})), total: z.number() }),
  example: { iccid: '89148000000077000037', period: 'P1D' },
  async run({ iccid, from, period, limit, connection: name }, { connection, clock, signal }) {
    const at = connection(name, ['thingspace']);
    const length = durationMs(period) ?? 0;
    if (length > maxPeriodMs) throw new Refusal('period: must not exceed 92 days', 'Example: P30D.', 'period');
    const start = from ?? clock.now() - length;
    if (start > clock.now()) throw new Refusal('from: is in the future', 'Pass a past instant, or omit it.', 'from');
    const end = Math.min(clock.now(), start + length);
    const { found, cut } = await read(iccid, start, end, { at, clock, signal });
    const sessions = sessionsOf(found).reverse();
    const rows = sessions.slice(0, limit);
    const leftOut = sessions.length - rows.length;
    const span = `${instant(start - (start % 1000))} to ${instant(end - (end % 1000))}`;
    return {
      structured: {
        iccid,
        connection: at.name,
        span,
        sessions: rows,
        total: sessions.length,
        ...(leftOut > 0 ? { leftOut } : {}),
        ...(cut ? { cut } : {}),
      },
      text: [
        `${sessions.length} sessions of ${iccid} on ${at.name}, ${span}${leftOut > 0 ? `, ${leftOut} older left out (limit ${limit})` : ''}${cut ? '; later ones were not read, use a shorter period' : ''}`,
        ...(rows.length > 0 ? [table(rows)] : []),
      ].join('\n'),
    };
  },
});

/** Reads all pages. Each page begins with the last record of the previous one, so records are de-duplicated. */
async function read(iccid: string, start: number, end: number, context: { at: Connection; clock: Clock; signal: AbortSignal }) {
  const found = new Map<string, ConnectionEvent>();
  let earliest = new Date(start).toISOString();
  for (let page = 0; page < maxPages; page++) {
    const reply = await requestWithRetry({ deviceId: asIccid(iccid), earliest, latest: new Date(end).toISOString() }, context);
    const sizeBefore = found.size;
    for (const one of reply.connectionHistory ?? []) {
      const at = instantOf(one.occurredAt);
      const attributes = new Map(one.connectionEventAttributes?.map(({ key, value }) => [key ?? '', String(value ?? '')]));
      const event = attributes.get('Event')?.trim().toLowerCase() ?? '';
      if (at === undefined || (event !== 'start' && event !== 'stop'))
        noteOddity('records without a readable time, or that are neither Start nor Stop, are left out');
      if (at !== undefined) found.set(`${at} ${event}`, { at, event, bytes: amountOf(attributes.get('BytesUsed')) });
    }
    const last = reply.connectionHistory?.at(-1)?.occurredAt;
    if (!reply.hasMoreData) return { found: [...found.values()], cut: false };
    if (!last || found.size === sizeBefore) break;
    earliest = last;
  }
  return { found: [...found.values()], cut: true };
}

/** The carrier refuses a list that takes more than 30 s and completes it in the background: the same request succeeds some seconds later. */
async function requestWithRetry(body: Parameters<typeof request>[0], context: { at: Connection; clock: Clock; signal: AbortSignal }) {
  try {
    return await request(body, context);
  } catch (error) {
    if (!(error instanceof ProviderRefused) || !/UnexpectedError/i.test(error.code ?? '')) throw error;
    await context.clock.sleep(retryDelayMs, context.signal);
    return request(body, context);
  }
}

function request(
  body: { deviceId: { id: string; kind: string }; earliest: string; latest: string },
  { at, signal }: { at: Connection; signal: AbortSignal },
) {
  return at.call(events.connections, { body }, { signal });
}

/** Pairs start and stop events into sessions, oldest first. A session that began before the period lacks its start; one that is still open lacks its stop. */
function sessionsOf(found: readonly ConnectionEvent[]): { start?: string; stop?: string; minutes?: number; bytes?: number }[] {
  const sessions: { start?: string; stop?: string; minutes?: number; bytes?: number }[] = [];
  let begun: number | undefined;
  for (const { at, event, bytes } of found.toSorted((a, b) => a.at - b.at)) {
    if (event === 'start') {
      if (begun !== undefined) sessions.push({ start: instant(begun) });
      begun = at;
    } else if (event === 'stop') {
      const start = begun === undefined ? {} : { start: instant(begun), minutes: Math.round((at - begun) / minute) };
      sessions.push({ ...start, stop: instant(at), ...(bytes === undefined ? {} : { bytes }) });
      begun = undefined;
    }
  }
  if (begun !== undefined) sessions.push({ start: instant(begun) });
  return sessions;
}
