/** The client as used in production, including undici, with a clock that records every wait instead of waiting. */
import { onTestFinished } from 'vitest';

import { type ConnectionSettings, connect } from '../../../src/clients/connect.ts';
import type { Call } from '../../../src/clients/http/client.ts';
import { liveFetch } from '../../../src/clients/http/live-fetch.ts';
import { memoryLoginLockout } from '../../../src/clients/http/login-lockout.ts';
import { fixedClock } from '../../../src/clock.ts';
import { loaded } from '../../support/providers.ts';

export const now = Date.parse('2026-11-22T08:00:00Z');

const common = { sandbox: false, writes: true, allowGuessed: false };

export const accounts = {
  thingpark: (url: string): ConnectionSettings => ({
    ...common,
    name: 'tp',
    provider: 'thingpark',
    settings: {
      oss: { url, realm: 'users-auth', clientId: 'sub-1/ops', clientSecret: 'oss secret' },
      dx: {
        adminUrl: `${url}/thingpark/dx/admin/latest/api`,
        coreUrl: `${url}/thingpark/dx/core/latest/api`,
        clientId: 'tpe-api/jane@example.com',
        clientSecret: 'dx&secret',
      },
    },
  }),
  thingspace: (url: string): ConnectionSettings => ({
    ...common,
    name: 'ts',
    provider: 'thingspace',
    settings: { url, appKey: 'app-key-1', appSecret: 'app-secret-1', username: 'user-1', password: 'pass-word-1' },
  }),
  iotx: (url: string): ConnectionSettings => ({
    ...common,
    name: 'ix',
    provider: 'iotx',
    settings: { url, accessKey: 'access-key-1', productKey: 'both' },
  }),
};

export interface RecordingClient {
  call: Call;
  /** All waits in ms. */
  waits: number[];
}

/** Creates a client whose waits are recorded. */
export function recordingClient(settings: ConnectionSettings, timeoutMs = 20_000): RecordingClient {
  const live = liveFetch();
  onTestFinished(() => live.close());
  const fixed = fixedClock(now);
  const slept: number[] = [];
  const clock = {
    ...fixed,
    sleep: async (ms: number, signal?: AbortSignal) => {
      slept.push(ms);
      await fixed.sleep(ms, signal);
    },
  };
  const { call } = connect(settings, loaded.layersOf(settings.provider).client, {
    fetch: live.fetch,
    clock,
    random: () => 0.5,
    timeoutMs,
    registerSecret: () => undefined,
    loginLockout: memoryLoginLockout(),
  });
  return { call, waits: slept };
}

/** The error that a promise rejects with. */
export async function rejectionOf(doing: Promise<unknown>): Promise<unknown> {
  try {
    await doing;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}
