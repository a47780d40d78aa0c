/** What belongs to one tool call and is needed far below it: its deadline for reads, what was tried, and what was not understood. */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Clock } from '../../clock.ts';
import type { Oddity } from './lenient-read.ts';

/** Time that the reads of one tool call may take in all, ms: clients give up after 60 s. */
export const callDeadlineMs = 50_000;

export interface CallScope {
  /** Aborted at the deadline. */
  readonly deadline: AbortSignal;
  /** ms since the call began, at most the time it may take. */
  elapsed(): number;
  /** ms until the deadline. */
  remaining(): number;
  /** What the answer has to say once: oddities of all reads, in the order in which they occurred. */
  notes(): string[];
}

interface Scope extends CallScope {
  texts: Set<string>;
  members: Map<string, { connection: string | undefined; oddity: Oddity }>;
}

const storage = new AsyncLocalStorage<Scope | undefined>();

/** Runs one tool call in a scope of its own. */
export async function inCallScope<T>(clock: Clock, run: (scope: CallScope) => Promise<T>, ms = callDeadlineMs): Promise<T> {
  const started = clock.now();
  const controller = new AbortController();
  const cancel = clock.later(ms, () => controller.abort());
  const scope: Scope = {
    deadline: controller.signal,
    elapsed: () => Math.min(clock.now() - started, ms),
    remaining: () => started + ms - clock.now(),
    texts: new Set(),
    members: new Map(),
    notes: () => [...memberNotes(scope), ...scope.texts],
  };
  try {
    return await storage.run(scope, () => run(scope));
  } finally {
    cancel();
  }
}

/** The scope of the current tool call; undefined for work in the background. */
export function currentCallScope(): CallScope | undefined {
  return storage.getStore();
}

/** Runs work that outlives the tool call which started it: a deadline does not interrupt it. */
export function outsideCallScope<T>(run: () => T): T {
  return storage.run(undefined, run);
}

/** The result of work that the deadline does not interrupt; undefined if the deadline of the current tool call comes first. */
export async function untilDeadline<T>(work: Promise<T>): Promise<T | undefined> {
  const deadline = storage.getStore()?.deadline;
  if (!deadline) return work;
  let stop = (): void => undefined;
  const reached = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    if (deadline.aborted) resolve(undefined);
    deadline.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, reached]);
  } finally {
    deadline.removeEventListener('abort', stop);
  }
}

/** Adds a sentence to the notes of the current answer. Nothing happens outside of a tool call. */
export function noteOddity(text: string): void {
  storage.getStore()?.texts.add(text);
}

/** Adds what a read did not understand to the notes of the current answer; counts of the same member are added up. */
export function noteUnread(connection: string | undefined, oddities: readonly Oddity[]): void {
  const scope = storage.getStore();
  for (const oddity of oddities) {
    const key = JSON.stringify([connection, oddity.kind, oddity.name]);
    const rows = (scope?.members.get(key)?.oddity.rows ?? 0) + oddity.rows;
    scope?.members.set(key, { connection, oddity: { ...oddity, rows } });
  }
}

function memberNotes({ members }: Scope): string[] {
  const byConnection = new Map<string, Oddity[]>();
  for (const { connection, oddity } of members.values()) {
    const at = connection === undefined ? '' : ` at ${connection}`;
    byConnection.set(at, [...(byConnection.get(at) ?? []), oddity]);
  }
  return [...byConnection].map(([at, oddities]) => `Not understood${at}: ${oddities.map(oddityText).join('; ')}`);
}

function oddityText({ kind, name, rows }: Oddity): string {
  const count = rows === 1 ? '1 row' : `${rows} rows`;
  return kind === 'row' ? `${count} ${name}, left out` : `${name} in ${count}, shown as unknown`;
}
