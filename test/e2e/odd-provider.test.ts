/** Providers on the network that answer oddly: every list ends in bounded time and says nothing untrue. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';

import type { ConnectionSettings } from '../../src/clients/connect.ts';
import type { FixedClock } from '../../src/clock.ts';
import { accounts } from '../clients/http/recording-client.ts';
import { startTestServer, startTime, type ToolAnswer } from '../support/test-server.ts';

/** Time passes faster than it does, so that deadlines and timeouts are reached in a test. */
function fastClock(speed: number): FixedClock {
  const begun = Date.now();
  return {
    now: () => startTime + (Date.now() - begun) * speed,
    advance: () => undefined,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms / speed);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
    later(ms, run) {
      const timer = setTimeout(run, ms / speed);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

type Answer = (n: number, response: ServerResponse) => unknown;
type Name = 'thingpark' | 'thingspace' | 'iotx';

const euis = Array.from({ length: 8 }, (_, n) => `A81758FFFE0A000${n}`);
const iccids = Array.from({ length: 8 }, (_, n) => `8914800000007700${1000 + n}`);

/** One page of each provider's device list, with or without more after it. */
const pages: Record<Name, (n: number, options: { rows?: boolean; more?: boolean; cursor?: boolean }) => unknown> = {
  thingpark: (n, { rows = true, more = true, cursor = true }) => ({
    briefs: rows ? euis.map((EUI) => ({ EUI, name: `pump ${EUI.at(-1)}`, healthState: 'ACTIVE' })) : [],
    more,
    ...(cursor ? { cursors: { last: `c${n}` } } : {}),
  }),
  thingspace: (n, { rows = true, more = true, cursor = true }) => ({
    hasMoreData: more,
    devices: rows
      ? iccids.map((id, i) => ({
          deviceIds: [{ id, kind: 'iccid' }],
          carrierInformations: [{ state: 'active', servicePlan: 'P' }],
          extendedAttributes: cursor ? [{ key: 'DeviceId', value: String(n * 8 + i + 1) }] : [],
        }))
      : [],
  }),
  iotx: (_, { rows = true }) => ({ content: rows ? iccids.map((physicalId) => ({ physicalId, isActive: true, isBarred: false })) : [] }),
};

const signIn: [RegExp, unknown][] = [
  [/token$/, { access_token: 'bearer-0001', expires_in: 3600 }],
  [/session\/login$/, { sessionToken: 'session-0001' }],
];

async function oddProvider(answer: Answer): Promise<string> {
  let n = 0;
  const server = createServer((request: IncomingMessage, response) => {
    request.resume();
    const signedIn = signIn.find(([path]) => path.test(request.url ?? ''))?.[1];
    if (signedIn) return void response.setHeader('content-type', 'application/json').end(JSON.stringify(signedIn));
    if (/counters|countByHealth|health/i.test(request.url?.split('?')[0] ?? '')) return void response.writeHead(404).end('{}');
    const body = answer(++n, response);
    if (body !== undefined)
      response.setHeader('content-type', 'application/json').end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function askAll(name: Name, answer: Answer): Promise<Record<string, ToolAnswer>> {
  const url = await oddProvider(answer);
  const settings: ConnectionSettings = accounts[name](url);
  const { connectClient } = await startTestServer({
    clock: fastClock(100),
    adjust: (config) => {
      config.connections = [settings];
    },
  });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  return {
    list: await call('list_devices', { limit: 500 }),
    sorted: await call('list_devices', { sort: 'name', limit: 500 }),
    count: await call('list_devices', { count: true, state: 'active' }),
    find: await call('find_device', { identifier: 'zzzz' }),
  };
}

const names: Name[] = ['thingpark', 'thingspace', 'iotx'];
const firstLine = ({ text }: ToolAnswer): string => text.split('\n')[0] ?? '';

describe.each(names)('a %s provider', (name) => {
  it('that ignores the position and gives the same page with new cursors is read once and called incomplete', async () => {
    const asked = await askAll(name, (n) => pages[name](n, {}));
    for (const answer of [asked['list'], asked['sorted']]) {
      expect(answer?.structured.devices).toHaveLength(8);
      expect(answer?.structured.total).toBeUndefined();
      expect(answer?.text).toContain('the provider repeats itself');
    }
    expect(asked['count']?.text).toContain('at least 8 devices');
    expect(asked['find'] && firstLine(asked['find'])).toBe(
      'no device matches "zzzz" among those that could be read, search ended after 8 devices',
    );
  });

  it.each([
    ['an empty object', () => ({})],
    ['a page of HTML', () => '<html>Sign in</html>'],
    ['cut JSON', () => '{"briefs":[{"EUI":"A81758FFFE0A0001"'],
    [
      'an error inside a success status',
      () => ({ errorCode: 'X', errorMessage: 'no', code: '7', message: 'no', error: { code: 7, message: 'no' } }),
    ],
  ])('that answers %s is not said to have no device', async (_, answer) => {
    const asked = await askAll(name, answer);
    for (const one of Object.values(asked)) {
      expect(one.isError, one.text).toBe(true);
      expect(one.text).not.toMatch(/no match|no device matches|^0 devices$|: 0/m);
    }
  });

  it('that never answers is given up at the deadline, with what was tried', async () => {
    const asked = await askAll(name, () => undefined);
    for (const one of Object.values(asked)) {
      expect(one.isError, one.text).toBe(true);
      expect(one.text).toMatch(/did not answer \w+\.\w+\.\w+ in the time of this call: 5\d s, sent once/);
    }
  });

  it('that streams without an end is refused after 32 MB', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 32);
    const asked = await askAll(name, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed) if (!response.write(chunk)) return void response.once('drain', more);
      };
      more();
      return undefined;
    });
    for (const one of Object.values(asked)) {
      expect(one.isError, one.text).toBe(true);
      expect(one.text).toMatch(/larger than 32 MB|in the time of this call/);
    }
  });
});

it('a ThingPark provider that reports more rows on endless empty pages ends the walk', async () => {
  const asked = await askAll('thingpark', (n) => pages.thingpark(n, { rows: n === 1 }));
  expect(asked['list']?.structured.devices).toHaveLength(8);
  expect(asked['list']?.text).toContain('INCOMPLETE tp: the provider reports more rows but sent 3 empty pages');
});

it('a ThingPark provider that reports more rows without a cursor keeps its rows and says where the list breaks off', async () => {
  const asked = await askAll('thingpark', (n) => pages.thingpark(n, { cursor: false }));
  expect(asked['list'] && firstLine(asked['list'])).toBe('8 devices');
  expect(asked['list']?.text).toContain('INCOMPLETE tp: the list breaks off here: more devices are reported without a cursor to read them');
  expect(asked['count']?.text).toContain('tp: at least 8 (state: 8 active; health: 8 active)');
});

it('a ThingSpace provider whose last row lacks its DeviceId keeps its rows and says where the list breaks off', async () => {
  const asked = await askAll('thingspace', (n) => pages.thingspace(n, { cursor: false }));
  expect(asked['list']?.structured.devices).toHaveLength(8);
  expect(asked['list']?.text).toContain(
    'INCOMPLETE ts: the list breaks off here: more devices are reported, but the last row has no usable DeviceId',
  );
});

it('one odd row or member of a list is told once and hides no other row', async () => {
  const asked = await askAll('thingpark', () => ({
    briefs: [
      { EUI: 'A81758FFFE0A0001', name: { en: 'pump' }, healthState: 'ACTIVE' },
      { EUI: 'A81758FFFE0A0002', name: 'pump 2', lastUpTimestamp: 'yesterday', healthState: 'ACTIVE' },
      { name: 'no identity' },
      null,
    ],
    more: false,
  }));
  const note =
    'Not understood at tp: name in 1 row, shown as unknown; lastUpTimestamp in 1 row, shown as unknown; 1 row of briefs without a readable EUI, left out';
  expect(asked['list']?.structured.devices).toMatchObject([{ device: 'A81758FFFE0A0001' }, { device: 'A81758FFFE0A0002', name: 'pump 2' }]);
  expect(asked['list']?.structured.notes).toEqual([note]);
  expect(asked['list']?.text.split('\n').filter((line) => line === note)).toHaveLength(1);
});
