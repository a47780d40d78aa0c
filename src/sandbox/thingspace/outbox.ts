/** Messages to listeners: one for each outcome, sent up to 4 times, 5 minutes apart, until one answers 2xx. */
import type { Service } from '../../clients/thingspace/callbacks.ts';
import type { World } from '../world.ts';
import type { Listener, Posted } from './seed.ts';

const threshold = 4;
const apart = 5 * 60_000;
// The platform keeps a message for 30 days; we keep the newest.
const keep = 20_000;
// A timer counts no further; what is later happens with the first request after its time.
const longestTimer = 2 ** 31 - 1;

export function listenerKey(account: string, service: string): string {
  return `${account} ${service.toLowerCase()}`;
}

export function listenerOf(world: World, account: string, service: string): Listener | undefined {
  return world.thingspace.listeners.get(listenerKey(account, service));
}

/** Runs `what` after `ms` by itself, not only when the next request comes. */
export function soon(world: World, ms: number, what: () => void): void {
  world.happenings.after(ms, what);
  if (ms <= longestTimer) world.clock.later(ms, () => world.happenings.catchUp());
}

/** Posts a message to the listener of a service of an account; where nobody listens it is lost. Faults lose, hold back or double it. */
export function post(world: World, account: string, service: Service, message: Record<string, unknown>): void {
  const ts = world.thingspace;
  const listener = listenerOf(world, account, service);
  if (!listener || world.faults.has('no-callbacks')) return;
  const late = ts.posts++ % 2 === 0 ? world.faults.lateness('unordered-callbacks') : 0;
  const copies = world.faults.has('duplicate-callbacks') ? 2 : 1;
  const hand = (): void => {
    for (let i = 0; i < copies; i++) put(world, listener, message);
  };
  if (late > 0) soon(world, late, hand);
  else hand();
}

function put(world: World, listener: Listener, message: Record<string, unknown>): void {
  const { outbox } = world.thingspace;
  const { account, service } = listener;
  const posted: Posted = {
    at: world.clock.now(),
    service,
    account,
    url: listener.url,
    body: {
      ...(listener.username === undefined ? {} : { username: listener.username }),
      ...(listener.password === undefined ? {} : { password: listener.password }),
      ...message,
      callbackCount: 1,
      maxCallbackThreshold: threshold,
    },
    tries: 0,
  };
  outbox.push(posted);
  if (outbox.length > keep) outbox.splice(0, outbox.length - keep);
  send(world, posted);
}

function send(world: World, posted: Posted): void {
  const { deliver } = world.thingspace;
  if (!deliver || posted.taken || posted.tries >= threshold) return;
  posted.tries += 1;
  posted.body['callbackCount'] = posted.tries;
  const take = (status: number): void => {
    if (status >= 200 && status < 300) posted.taken = true;
  };
  // A listener that cannot be reached is tried again like one that refuses.
  void deliver(posted.url, { ...posted.body }).then(take, () => undefined);
  if (posted.tries < threshold) soon(world, apart, () => send(world, posted));
}
