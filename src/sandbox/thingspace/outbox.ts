/** Callbacks to listeners. Each is sent up to 4 times, 5 minutes apart, until the listener answers with 2xx. */
import type { Service } from '../../clients/thingspace/callbacks.ts';
import type { World } from '../world.ts';
import type { Listener, Posted } from './seed.ts';

const maxAttempts = 4;
const retryMs = 5 * 60_000;
// ThingSpace keeps a callback for 30 days. The sandbox keeps the newest ones.
const maxKept = 20_000;
// Longest delay of a timer in Node. Later events run at the first request after they are due.
const maxTimerMs = 2 ** 31 - 1;

export function listenerKey(account: string, service: string): string {
  return `${account} ${service.toLowerCase()}`;
}

export function listenerOf(world: World, account: string, service: string): Listener | undefined {
  return world.thingspace.listeners.get(listenerKey(account, service));
}

/** Runs `run` after `ms` by a timer, without waiting for the next request. */
export function soon(world: World, ms: number, run: () => void): void {
  world.happenings.after(ms, run);
  if (ms <= maxTimerMs) world.clock.later(ms, () => world.happenings.catchUp());
}

/** Sends a callback to the listener of an account's service. Without a listener it is lost. Faults can drop, delay or duplicate it. */
export function post(world: World, account: string, service: Service, message: Record<string, unknown>): void {
  const ts = world.thingspace;
  const listener = listenerOf(world, account, service);
  if (!listener || world.faults.has('no-callbacks')) return;
  const delay = ts.posts++ % 2 === 0 ? world.faults.lateness('unordered-callbacks') : 0;
  const copies = world.faults.has('duplicate-callbacks') ? 2 : 1;
  const sendCopies = (): void => {
    for (let i = 0; i < copies; i++) enqueue(world, listener, message);
  };
  if (delay > 0) soon(world, delay, sendCopies);
  else sendCopies();
}

function enqueue(world: World, listener: Listener, message: Record<string, unknown>): void {
  const { outbox } = world.thingspace;
  const { account, service } = listener;
  const entry: Posted = {
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
    tries: 0,
  };
  outbox.push(entry);
  if (outbox.length > maxKept) outbox.splice(0, outbox.length - maxKept);
  send(world, entry);
}

function send(world: World, entry: Posted): void {
  const { deliver } = world.thingspace;
  if (!deliver || entry.taken || entry.tries >= maxAttempts) return;
  entry.tries += 1;
  entry.body['callbackCount'] = entry.tries;
  const onResponse = (status: number): void => {
    if (status >= 200 && status < 300) entry.taken = true;
  };
  // An unreachable listener is retried like one that answers with an error status.
  void deliver(entry.url, { ...entry.body }).then(onResponse, () => undefined);
  if (entry.tries < maxAttempts) soon(world, retryMs, () => send(world, entry));
}
