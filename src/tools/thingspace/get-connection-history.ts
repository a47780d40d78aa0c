import { z } from 'zod';
import type { Connection } from '../../clients/connect.ts';
import { ProviderRefused, Refusal } from '../../clients/http/errors.ts';
import { events } from '../../clients/thingspace/events.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { type Clock, instant } from '../../clock.ts';
import { Duration, durationMs, Instant, identifier } from '../../vocabulary.ts';
import { table } from '../answer.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';

const longest = 92 * 86_400_000;
const patience = 5000;
const mostPages = 40;

interface Happened {
  at: number;
  event: string;
  bytes: number;
}

export const getConnectionHistory = readTool({
  name: 'get_connection_history',
  toolset: 'thingspace',
  title: 'Get connection history',
  description: 'Lists the data sessions of one ThingSpace SIM, latest first: start, stop, bytes. Sums by day or hour: get_traffic_history.',
  provider: 'thingspace',
  input: z.strictObject({
    iccid: identifier('iccid'),
    from: Instant.optional().describe('ISO 8601; default: period before now'),
    period: Duration('P7D').default('P7D'),
    limit: fields.limit(500, 20),
    connection: fields.connection,
  }),
  output: z.looseObject({ iccid: z.string(), sessions: z.array(z.looseObject({})), total: z.number() }),
  example: { iccid: '89148000000077000037', period: 'P1D' },
  async run({ iccid, from, period, limit, connection: name }, { connection, clock, signal }) {
    const at = connection(name, ['thingspace']);
    const length = durationMs(period) ?? 0;
    if (length > longest) throw new Refusal('period: at most 92 days at once', 'Example: P30D.', 'period');
    const start = from ?? clock.now() - length;
    if (start > clock.now()) throw new Refusal('from: lies in the future', 'Give a past instant, or leave it out.', 'from');
    const end = Math.min(clock.now(), start + length);
    const { happened, cut } = await read(iccid, start, end, { at, clock, signal });
    const sessions = sessionsOf(happened).reverse();
    const rows = sessions.slice(0, limit);
    const left = sessions.length - rows.length;
    const span = `${instant(start - (start % 1000))} to ${instant(end - (end % 1000))}`;
    return {
      structured: {
        iccid,
        connection: at.name,
        span,
        sessions: rows,
        total: sessions.length,
        ...(left > 0 ? { leftOut: left } : {}),
        ...(cut ? { cut } : {}),
      },
      text: [
        `${sessions.length} sessions of ${iccid} on ${at.name}, ${span}${left > 0 ? `, ${left} older left out (limit ${limit})` : ''}${cut ? '; later ones were not read, take a shorter period' : ''}`,
        ...(rows.length > 0 ? [table(rows)] : []),
      ].join('\n'),
    };
  },
});

/** Page after page, each beginning with the last record of the one before, which comes twice. */
async function read(iccid: string, start: number, end: number, with_: { at: Connection; clock: Clock; signal: AbortSignal }) {
  const happened = new Map<string, Happened>();
  let earliest = new Date(start).toISOString();
  for (let page = 0; page < mostPages; page++) {
    const reply = await once({ deviceId: asIccid(iccid), earliest, latest: new Date(end).toISOString() }, with_);
    const before = happened.size;
    for (const one of reply.connectionHistory ?? []) {
      const at = Date.parse(one.occurredAt ?? '');
      const said = new Map(one.connectionEventAttributes?.map(({ key, value }) => [key ?? '', String(value ?? '')]));
      const event = said.get('Event') ?? '';
      if (!Number.isNaN(at)) happened.set(`${at} ${event}`, { at, event, bytes: Number(said.get('BytesUsed') ?? 0) || 0 });
    }
    const last = reply.connectionHistory?.at(-1)?.occurredAt;
    if (!reply.hasMoreData) return { happened: [...happened.values()], cut: false };
    if (!last || happened.size === before) break;
    earliest = last;
  }
  return { happened: [...happened.values()], cut: true };
}

/** A list that takes the carrier over 30 s is refused and finished behind: some seconds later the same question is answered. */
async function once(body: Parameters<typeof ask>[0], with_: { at: Connection; clock: Clock; signal: AbortSignal }) {
  try {
    return await ask(body, with_);
  } catch (error) {
    if (!(error instanceof ProviderRefused) || !/UnexpectedError/i.test(error.code ?? '')) throw error;
    await with_.clock.sleep(patience, with_.signal);
    return ask(body, with_);
  }
}

function ask(
  body: { deviceId: { id: string; kind: string }; earliest: string; latest: string },
  { at, signal }: { at: Connection; signal: AbortSignal },
) {
  return at.call(events.connections, { body }, { signal });
}

/** Starts and stops put together, oldest first; a session that began before or goes on lacks one of them. */
function sessionsOf(happened: readonly Happened[]): { start?: string; stop?: string; minutes?: number; bytes?: number }[] {
  const sessions: { start?: string; stop?: string; minutes?: number; bytes?: number }[] = [];
  let begun: number | undefined;
  for (const { at, event, bytes } of happened.toSorted((a, b) => a.at - b.at)) {
    if (event === 'Start') {
      if (begun !== undefined) sessions.push({ start: instant(begun) });
      begun = at;
    } else if (event === 'Stop') {
      const start = begun === undefined ? {} : { start: instant(begun), minutes: Math.round((at - begun) / 60_000) };
      sessions.push({ ...start, stop: instant(at), bytes });
      begun = undefined;
    }
  }
  if (begun !== undefined) sessions.push({ start: instant(begun) });
  return sessions;
}
