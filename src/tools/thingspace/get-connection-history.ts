import { z } from 'zod';
import type { Connection } from '../../clients/connect.ts';
import { noteOddity } from '../../clients/http/call-scope.ts';
import { ProviderRefused, Refusal, UnknownAnswer } from '../../clients/http/errors.ts';
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
  event: 'start' | 'stop';
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
    const now = clock.now();
    const end = Math.min(now, start + length);
    const { found, cut, unread } = await read(iccid, start, end, { at, clock, signal });
    if (found.length === 0 && unread > 0)
      throw new UnknownAnswer(
        at.name,
        events.connections.id,
        200,
        'no record has a readable time and says whether a session began or ended',
      );
    const sessions = sessionsOf(found, { complete: !cut && unread === 0, past: end < now }).reverse();
    const rows = sessions.slice(0, limit);
    const leftOut = sessions.length - rows.length;
    const span = `${instant(start - (start % 1000))} to ${instant(end - (end % 1000))}`;
    if (unread > 0)
      noteOddity(`${unread} record${unread === 1 ? '' : 's'} without a readable time, or that are neither Start nor Stop, are left out`);
    return {
      structured: {
        iccid,
        connection: at.name,
        span,
        sessions: rows,
        total: sessions.length,
        ...(leftOut > 0 ? { leftOut } : {}),
        ...(unread > 0 ? { atLeast: true } : {}),
        ...(cut ? { cut } : {}),
      },
      text: [
        `${unread > 0 ? 'at least ' : ''}${sessions.length} sessions of ${iccid} on ${at.name}, ${span}${leftOut > 0 ? `, ${leftOut} older left out (limit ${limit})` : ''}${cut ? '; later ones were not read, use a shorter period' : ''}`,
        ...(rows.length > 0 ? [table(rows)] : []),
      ].join('\n'),
    };
  },
});

interface History {
  found: ConnectionEvent[];
  /** True where later records were not read. */
  cut: boolean;
  /** Number of records that are not understood. */
  unread: number;
}

/** Reads all pages. Each page begins with the last record of the previous one, so records are de-duplicated. */
async function read(
  iccid: string,
  start: number,
  end: number,
  context: { at: Connection; clock: Clock; signal: AbortSignal },
): Promise<History> {
  const found = new Map<string, ConnectionEvent>();
  const unread = new Set<string>();
  const result = (cut: boolean): History => ({ found: [...found.values()], cut, unread: unread.size });
  let earliest = new Date(start).toISOString();
  for (let page = 0; page < maxPages; page++) {
    const reply = await requestWithRetry({ deviceId: asIccid(iccid), earliest, latest: new Date(end).toISOString() }, context);
    const sizeBefore = found.size + unread.size;
    for (const one of reply.connectionHistory ?? []) {
      const at = instantOf(one.occurredAt);
      const attributes = new Map(one.connectionEventAttributes?.map(({ key, value }) => [(key ?? '').toLowerCase(), String(value ?? '')]));
      const event = eventOf(attributes.get('event'));
      if (at === undefined || event === undefined) unread.add(JSON.stringify(one));
      else found.set(`${at} ${event}`, { at, event, bytes: amountOf(attributes.get('bytesused')) });
    }
    const last = reply.connectionHistory?.at(-1)?.occurredAt;
    if (!reply.hasMoreData) return result(false);
    if (!last || found.size + unread.size === sizeBefore) break;
    earliest = last;
  }
  return result(true);
}

/** Documented are Start and Stop; also read are the same words with "session" before or after them. Undefined for any other word. */
function eventOf(word: string | undefined): ConnectionEvent['event'] | undefined {
  const letters = (word ?? '').toLowerCase().replace(/[^a-z]|session/g, '');
  if (['start', 'started', 'begin'].includes(letters)) return 'start';
  return ['stop', 'stopped', 'end', 'ended'].includes(letters) ? 'stop' : undefined;
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

/** `note` says why the start or the stop is missing; it is absent for a session that is open now. */
type Session = { start?: string; stop?: string; minutes?: number; bytes?: number; note?: string };

/**
 * Pairs start and stop events into sessions, oldest first. `complete`: every record of the window was read and understood; `past`: the window
 * ended before now, so that a session without a stop may have ended since.
 */
function sessionsOf(found: readonly ConnectionEvent[], { complete, past }: { complete: boolean; past: boolean }): Session[] {
  const sessions: Session[] = [];
  let begun: number | undefined;
  for (const { at, event, bytes } of found.toSorted((a, b) => a.at - b.at)) {
    if (event === 'start') {
      if (begun !== undefined) sessions.push({ start: instant(begun), note: 'stop not reported' });
      begun = at;
      continue;
    }
    const beginning: Session =
      begun === undefined
        ? { note: complete && sessions.length === 0 ? 'began before the period' : 'start not reported' }
        : { start: instant(begun), minutes: Math.round((at - begun) / minute) };
    const { note, ...times } = beginning;
    sessions.push({ ...times, stop: instant(at), ...(bytes === undefined ? {} : { bytes }), ...(note ? { note } : {}) });
    begun = undefined;
  }
  if (begun !== undefined) {
    const note = complete ? (past ? 'not over at the end of the period' : undefined) : 'stop not read';
    sessions.push({ start: instant(begun), ...(note ? { note } : {}) });
  }
  return sessions;
}
