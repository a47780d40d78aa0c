/** The client of the product against the sandbox on a port, without MCP and without the gate. */
import { connect } from '../../src/clients/connect.ts';
import type { Call } from '../../src/clients/http/client.ts';
import { liveFetch } from '../../src/clients/http/live-fetch.ts';
import { memoryLoginLockout } from '../../src/clients/http/login-lockout.ts';
import { thingparkClient } from '../../src/clients/thingpark/client.ts';
import { systemClock } from '../../src/clock.ts';
import { thingparkSettings } from './sandbox.ts';

export interface TypedClient {
  call: Call;
  close(): Promise<void>;
}

/** `perSecond`: the configured rate limit; without it the client learns one. */
export function typedClient(url: string, perSecond?: number): TypedClient {
  const live = liveFetch();
  const { call } = connect(thingparkSettings(url, perSecond), thingparkClient, {
    fetch: live.fetch,
    clock: systemClock,
    random: Math.random,
    timeoutMs: 60_000,
    registerSecret: () => undefined,
    loginLockout: memoryLoginLockout(),
  });
  return { call, close: live.close };
}
