/** A provider that repeats credentials and requests in its errors: nothing of it is answered, stored, recorded, exported or logged. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { sandboxThingpark } from '../../src/clients/thingpark/sandbox-account.ts';
import { fixedClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { asJsonLines } from '../../src/store/audit.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { listen } from '../../src/web/listen.ts';
import { recordingLog } from '../support/log.ts';
import { providers, sandboxProviders } from '../support/providers.ts';
import { startTestServer, startTime, yes } from '../support/test-server.ts';

const key = '0011223344556677A8A9AABBCCDDEEFF';
const password = 'p"w\\ with a blank, and long enough';
const device = {
  name: 'Fridge 1',
  devEui: 'A81758FFFE0B0001',
  model: 'SMTC/LoRaMoteA.1_EU',
  activation: 'OTAA',
  joinEui: 'A81758FFFE000000',
  appKey: key,
};

interface Echo {
  /** The last request that the provider refused. */
  body: string;
  authorization: string;
}

/** The product on a served sandbox that refuses these requests with `words` as its message. */
async function echoing(refuse: (request: Request) => boolean, words: (echo: Echo) => string) {
  const clock = fixedClock(startTime);
  const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet: 12, seed: 1 });
  const handle = portHandler(world);
  const echoes: Echo[] = [];
  const served = await listen(
    async (request) => {
      if (!refuse(request)) return handle(request);
      const echo = { body: await request.text(), authorization: request.headers.get('authorization') ?? '' };
      echoes.push(echo);
      const message = words(echo);
      return Response.json(
        { code: 400, message, errorCode: 'X', errorMessage: message, error: 'invalid_client', error_description: message },
        { status: 400 },
      );
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => served.close());
  const path = join(mkdtempSync(join(tmpdir(), 'echo-')), 'changes.db');
  const store = sqliteStore(path);
  const { log, lines } = recordingLog();
  const { connectClient } = await startTestServer({
    clock,
    store,
    log,
    flags: { toolsets: 'thingpark,fleet,changes,operations' },
    adjust: (config) => {
      config.connections = sandboxConnections(providers, served.url);
    },
  });
  const { call, asked } = await connectClient({ transport: 'stdio', era: 'auto', person: yes });
  /** All that can be read later: file, record, export, log. */
  const kept = async (): Promise<string> => {
    const exported: string[] = [];
    for await (const line of asJsonLines(store.audit())) exported.push(line);
    const files = [path, `${path}-wal`].map((file) => readFileSync(file, 'latin1'));
    return [...files, ...exported, ...lines].join('\n');
  };
  return { call, asked, connectClient, echoes, kept };
}

const isCreation = (request: Request): boolean => request.method === 'POST' && /\/devices$/.test(new URL(request.url).pathname);

/** Forms of a secret that all say the same. */
const forms = (secret: string): string[] => [
  secret,
  secret.toLowerCase(),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(`user:${secret}`).toString('base64'),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('hex'),
];

it('a refusal that repeats credentials, token and request is without them in answer, file, record, export and log', async () => {
  const said = (text: string): string => `${'x'.repeat(190)}${text}`;
  const { call, asked, echoes, kept } = await echoing(isCreation, ({ body, authorization }) =>
    [
      body,
      authorization,
      authorization.replace('Bearer ', ''),
      sandboxThingpark.oss.clientSecret,
      ...forms(sandboxThingpark.oss.clientSecret),
      ...forms(key),
      key.replace(/(..)(?=.)/g, '$1:'),
      said(key),
    ].join(' | '),
  );
  const answer = await call('add_lorawan_device', device);
  expect(answer.structured.change).toMatchObject({ status: 'failed' });
  const shown = await call('get_change', { change: answer.structured.change.id });
  const listed = await call('list_changes', {});
  const everything = [answer, shown, listed].flatMap(({ text, structured }) => [text, JSON.stringify(structured)]);
  const token = echoes[0]?.authorization.replace('Bearer ', '') ?? '';
  expect(token.length).toBeGreaterThan(10);
  const all = [...everything, ...asked, await kept()].join('\n').toLowerCase();
  expect(all).toContain('refused with http 400');
  for (const secret of [token, sandboxThingpark.oss.clientSecret, key])
    for (const form of forms(secret)) expect(all.includes(form.toLowerCase()), form).toBe(false);
  expect(all).not.toContain(key.slice(0, 12).toLowerCase());
  expect(all).not.toContain('00:11:22');
});

it('a refused sign-in that repeats the client secret is without it', async () => {
  const { call, kept } = await echoing(
    (request) => request.url.endsWith('/token'),
    ({ body }) => `${body} and ${sandboxThingpark.oss.clientSecret}`,
  );
  const answer = await call('list_devices', { provider: 'thingpark' });
  expect(`${answer.text}${JSON.stringify(answer.structured)}${await kept()}`).not.toContain(sandboxThingpark.oss.clientSecret);
});

it('a password with a quote, a backslash and blanks is hidden in text and values of the same answer', async () => {
  const { call, kept } = await echoing(
    (request) => request.method === 'POST' && request.url.endsWith('/connections'),
    ({ body }) => `cannot open ${body}: ${password} ${password.toUpperCase()}`,
  );
  const configuration = {
    hostName: 'broker.example:8883',
    protocol: 'SSL',
    uplinkTopicPattern: 'up/{DevEUI}',
    downlinkTopicPattern: 'down/{DevEUI}',
    username: 'plant',
    password,
  };
  const answer = await call('add_app_server', { name: 'Plant', connector: 'actility-mqtt-iot', configuration });
  expect(answer.structured.change).toMatchObject({ status: 'failed' });
  const all = `${answer.text}${JSON.stringify(answer.structured)}${await kept()}`;
  expect(all).not.toMatch(/with a blank, and long/i);
  expect(all).not.toContain('p\\"w');
});

it('a read that repeats the key of an open change is without it for its caller, until the change has ended', async () => {
  const { connectClient } = await echoing(
    (request) => request.method === 'GET' && /subscriptions\/mine$/.test(new URL(request.url).pathname),
    () => `no domain, key ${key}`,
  );
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const read = async (): Promise<string> => (await call('read_operation', { operation: 'thingpark.subscription.read', input: {} })).text;
  const { change } = (await call('add_lorawan_device', device)).structured;
  expect(change.status).toBe('planned');
  expect(await read()).toContain('no domain, key [redacted]');
  await call('cancel_change', { change: change.id });
  expect(await read()).toContain(`no domain, key ${key}`);
});

it('header values and passwords in URLs of a preview are not stored', async () => {
  const { call, kept } = await echoing(
    () => false,
    () => '',
  );
  const body = {
    name: 'Lake',
    type: 'HTTP',
    contentType: 'json',
    destinations: [
      { addresses: ['https://plant:hunter2-in-a-url@lake.example/in?token=hunter3-in-a-query'], ports: '*', strategy: 'SEQUENTIAL' },
    ],
    customHttpHeaders: [{ name: 'X-Key', value: 'hunter4-in-a-header' }],
  };
  const planned = await call('change_operation', { operation: 'thingpark.appServers.create', input: { body }, preview: true });
  expect(planned.structured.change).toMatchObject({ status: 'planned' });
  const all = `${planned.text}${JSON.stringify(planned.structured)}${await kept()}`;
  expect(all).toContain('lake.example');
  expect(all).not.toContain('hunter');
});
