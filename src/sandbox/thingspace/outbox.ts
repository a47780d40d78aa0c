/** Callbacks to listeners. Each is sent up to 4 times, 5 minutes apart, until the listener answers with 2xx. */
import type { CallbackService } from '../../clients/thingspace/callbacks.ts';
import { minute } from '../../durations.ts';
import type { World } from '../world.ts';
import type { CallbackListener, OutboxEntry } from './state.ts';

const maxAttempts = 4;
const retryMs = 5 * minute;
// ThingSpace keeps a callback for 30 days. The sandbox keeps the newest ones.
const maxKept = 20_000;
// Longest delay of a timer in Node. Later events run at the first request after they are due.
const maxTimerMs = 2 ** 31 - 1;

export function listenerKey(account: string, service: string): string {
  return `${account} ${service.toLowerCase()}`;
}

export function listenerOf(world: World, account: string, service: string): CallbackListener | undefined {
  return world.thingspace.listeners.get(listenerKey(account, service));
}

/** Runs `run` after `ms` by a timer, without waiting for the next request. */
export function runAfter(world: World, ms: number, run: () => void): void {
  world.eventQueue.schedule(ms, run);
  if (ms <= maxTimerMs) world.clock.later(ms, () => world.eventQueue.runDue());
}

/** Sends a callback to the listener of an account's service. Without a listener it is lost. Faults can drop, delay or duplicate it. */
export function postCallback(world: World, account: string, service: CallbackService, message: Record<string, unknown>): void {
  const ts = world.thingspace;
  const listener = listenerOf(world, account, service);
  if (!listener || world.faults.has('no-callbacks')) return;
  const delay = ts.postCount++ % 2 === 0 ? world.faults.delayMs('unordered-callbacks') : 0;
  const copies = world.faults.has('duplicate-callbacks') ? 2 : 1;
  const sendCopies = (): void => {
    for (let i = 0; i < copies; i++) enqueue(world, listener, message);
  };
  if (delay > 0) runAfter(world, delay, sendCopies);
  else sendCopies();
}

function enqueue(world: World, listener: CallbackListener, message: Record<string, unknown>): void {
  const { outbox } = world.thingspace;
  const { account, service } = listener;
  const entry: OutboxEntry = {
    at: world.clock.now(),
    service,
    account,
    url: listener.url,
    body: {
      ...(listener.username === undefined ? {} : { username: listener.username }),
      ...(listener.password === undefined ? {} : { password: listener.password }),
      ...message,
      callbackCount: 1,
      maxCallbackThreshold: maxAttempts,
    },
    attempts: 0,
  };
  outbox.push(entry);
  if (outbox.length > maxKept) outbox.splice(0, outbox.length - maxKept);
  send(world, entry);
}

function send(world: World, entry: OutboxEntry): void {
  const { deliver } = world.thingspace;
  if (!deliver || entry.delivered || entry.attempts >= maxAttempts) return;
  entry.attempts += 1;
  entry.body['callbackCount'] = entry.attempts;
  const onResponse = (status: number): void => {
    if (status >= 200 && status < 300) entry.delivered = true;
  };
  // An unreachable listener is retried like one that answers with an error status.
  void deliver(entry.url, { ...entry.body }).then(onResponse, () => undefined);
  if (entry.attempts < maxAttempts) runAfter(world, retryMs, () => send(world, entry));
}
