/** The client of the product against the sandbox on a port, without MCP and without the gate. */
import { connect } from '../../src/clients/connect.ts';
import type { Call } from '../../src/clients/http/client.ts';
import { memoryLatch } from '../../src/clients/http/latch.ts';
import { liveFetch } from '../../src/clients/http/live-fetch.ts';
import { thingparkClient } from '../../src/clients/thingpark/client.ts';
import { systemClock } from '../../src/clock.ts';
import { thingparkAt } from './sandbox.ts';

export interface Typed {
  call: Call;
  close(): Promise<void>;
}

/** `perSecond`: the configured rate limit; without it the client learns one. */
export function typedAt(url: string, perSecond?: number): Typed {
  const live = liveFetch();
  const { call } = connect(thingparkAt(url, perSecond), thingparkClient, {
    fetch: live.fetch,
    clock: systemClock,
    chance: Math.random,
    timeoutMs: 60_000,
    learn: () => undefined,
    latch: memoryLatch(),
  });
  return { call, close: live.close };
}
