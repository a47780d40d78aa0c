/** The devices of each connection as one reading of its whole list found them, kept for the questions that follow. */
import { currentCallScope, inCallScope, outsideCallScope } from '../clients/http/call-scope.ts';
import { paginate } from '../clients/http/pages.ts';
import type { Clock } from '../clock.ts';
import { minute } from '../durations.ts';
import { type ConnectionFailure, failureOf } from './connection-failure.ts';
import { type Device, identityOf } from './device.ts';
import type { FleetConnection } from './fleet-connection.ts';

/** A list that was read to its end, or as far as it could be. */
export interface KeptWalk {
  devices: readonly Device[];
  /** When reading began, ms since 1970: nothing in it is older. */
  at: number;
  /** Why there may be more devices. */
  incomplete?: string;
  /** What the answers left out or had in a form that is not understood, in sentences. */
  notes: readonly string[];
}

/** What is known of a connection: its last complete reading, a reading under way, or why the last one failed. */
export interface WalkState {
  kept?: KeptWalk;
  /** Devices read so far, where the reading goes on after the call. */
  reading?: { devices: number; total?: number };
  failure?: ConnectionFailure;
}

export interface KeptWalks {
  /** The kept reading if it is young, else a new one, as far as the time of the tool call allows. `fresh` reads again. */
  read(member: FleetConnection, fresh: boolean): Promise<WalkState>;
}

/** A reading serves the questions of this time, ms. */
export const keptForMs = 10 * minute;
/** A reading ends after this time, ms: 100,000 devices at two requests of 100 a second take nine minutes. */
const longestMs = 30 * minute;
/** Longest wait of a tool call for a reading, and the time that stays for its answer, ms. */
const longestWaitMs = 25_000;
const reserveMs = 3000;

interface Reading {
  done: Promise<void>;
  devices: number;
  since: number;
  total?: number;
}

/** Creates the readings of one server. All callers share them; each sees only the devices within its limits. */
export function makeKeptWalks(clock: Clock): KeptWalks {
  const kept = new Map<string, KeptWalk>();
  const failures = new Map<string, ConnectionFailure>();
  const readings = new Map<string, Reading>();

  const walk = async (member: FleetConnection, reading: Reading): Promise<void> => {
    const name = member.connection.name;
    try {
      const found = await inCallScope(clock, async (scope) => ({ ...(await readAll(member, reading)), notes: scope.notes() }), longestMs);
      kept.set(name, { ...found, at: reading.since });
      failures.delete(name);
    } catch (error) {
      failures.set(name, failureOf(name, error));
    } finally {
      readings.delete(name);
    }
  };

  const start = (member: FleetConnection): Reading => {
    const reading: Reading = { done: Promise.resolve(), devices: 0, since: clock.now() };
    readings.set(member.connection.name, reading);
    reading.done = outsideCallScope(() => walk(member, reading));
    return reading;
  };

  return {
    async read(member, fresh) {
      const name = member.connection.name;
      const young = kept.get(name);
      if (young && !fresh && !readings.has(name) && clock.now() - young.at < keptForMs) return { kept: young };
      const reading = readings.get(name) ?? start(member);
      await settled(reading.done, clock);
      const now = kept.get(name);
      if (readings.get(name) === reading) {
        const { devices, total } = reading;
        return { ...(now ? { kept: now } : {}), reading: { devices, ...(total === undefined ? {} : { total }) } };
      }
      const failure = failures.get(name);
      return { ...(now ? { kept: now } : {}), ...(failure ? { failure } : {}) };
    },
  };
}

/** Waits until a reading has ended, or the time of the tool call is nearly over. */
async function settled(done: Promise<void>, clock: Clock): Promise<void> {
  const remaining = (currentCallScope()?.remaining() ?? longestWaitMs) - reserveMs;
  let cancel = (): void => undefined;
  const waited = new Promise<void>((resolve) => {
    cancel = clock.later(Math.max(0, Math.min(remaining, longestWaitMs)), resolve);
  });
  await Promise.race([done, waited]);
  cancel();
}

async function readAll({ source }: FleetConnection, reading: Reading): Promise<Pick<KeptWalk, 'devices' | 'incomplete'>> {
  const devices: Device[] = [];
  const left = new Set<string>();
  let incomplete: string | undefined;
  for await (const page of paginate((at: string | undefined) => source.page({}, at), { identityOf })) {
    devices.push(...page.rows);
    reading.devices = devices.length;
    if (page.total !== undefined) reading.total = page.total;
    for (const text of page.unread ?? []) left.add(text);
    incomplete = page.incomplete ?? incomplete;
  }
  const why = [...(incomplete === undefined ? [] : [incomplete]), ...left].join('; ');
  return { devices, ...(why === '' ? {} : { incomplete: why }) };
}
