/** Failures of real sockets, which mocks do not reproduce: refused, truncated and silent connections. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';

import { inCallScope } from '../../../src/clients/http/call-scope.ts';
import { Unreachable } from '../../../src/clients/http/errors.ts';
import { iotx } from '../../../src/clients/iotx/index.ts';
import { systemClock } from '../../../src/clock.ts';
import { accounts, recordingClient, rejectionOf } from './recording-client.ts';

const path = { physicalId: '8944990000001000010' };
const disable = { path, body: { product: 'SMS', service: 'SMS', action: 'disable' } } as const;

/** Starts a server; returns its URL. */
async function startServer(answer: (request: IncomingMessage, response: ServerResponse, n: number) => void): Promise<string> {
  let n = 0;
  const server = createServer((request, response) => answer(request, response, ++n));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The URL of a port without a listener. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

test('a refused connection is retried five times for a read and never for a change, and reported as not sent', async () => {
  const { call, waits } = recordingClient(accounts.iotx(await closedPort()));
  const failure = await rejectionOf(call(iotx.subscribers.read, { path }));
  expect(failure).toBeInstanceOf(Unreachable);
  expect(failure).toMatchObject({ sent: 'no', message: 'ix did not answer: ECONNREFUSED' });
  expect(waits.splice(0)).toEqual([150, 300, 600, 1200]);
  expect(await rejectionOf(call(iotx.products.change, disable))).toMatchObject({ name: 'Unreachable', sent: 'no' });
  expect(waits).toEqual([]);
});

test('a response that ends in mid-body is reported as Unreachable', async () => {
  let requests = 0;
  const url = await startServer((_, response, n) => {
    requests = n;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"content":{');
    setTimeout(() => response.destroy(), 20);
  });
  const { call } = recordingClient(accounts.iotx(url));
  expect(await rejectionOf(call(iotx.products.change, disable))).toMatchObject({ name: 'Unreachable', sent: 'maybe' });
  expect(requests).toBe(1);
  expect(await rejectionOf(call(iotx.subscribers.read, { path }))).toMatchObject({ name: 'Unreachable' });
  expect(requests).toBe(6);
});

test('a change times out after one attempt when the provider does not respond', async () => {
  let requests = 0;
  const url = await startServer((_, __, n) => {
    requests = n;
  });
  const failure = await rejectionOf(recordingClient(accounts.iotx(url), 100).call(iotx.products.change, disable));
  expect(failure).toMatchObject({ message: 'ix did not answer: no response within 0.1 s', sent: 'maybe' });
  expect(requests).toBe(1);
});

test('aborting a call closes its connection', async () => {
  const stop = new AbortController();
  let onClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  const url = await startServer((request) => {
    request.socket.once('close', () => onClosed());
    stop.abort(new Error('gone'));
  });
  await expect(recordingClient(accounts.iotx(url)).call(iotx.subscribers.read, { path }, { signal: stop.signal })).rejects.toThrow('gone');
  await closed;
});

test('a read succeeds when the server has closed a kept-alive connection', async () => {
  const url = await startServer((request, response, n) => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'keep-alive' });
    response.end('{"content":{"physicalId":"8944990000001000010"}}');
    if (n === 1) setTimeout(() => request.socket.destroy(), 10);
  });
  const { call } = recordingClient(accounts.iotx(url));
  await call(iotx.subscribers.read, { path });
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(await call(iotx.subscribers.read, { path })).toMatchObject({ physicalId: '8944990000001000010' });
});

test('an answer is read up to 32 MB and refused beyond, whether or not it states its length', async () => {
  let sent = 0;
  const chunk = Buffer.alloc(1024 * 1024, 32);
  const url = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (sent < 200) {
        sent += 1;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end('[]');
    };
    more();
  });
  const failure = await rejectionOf(recordingClient(accounts.iotx(url)).call(iotx.subscribers.list, {}));
  expect(failure).toMatchObject({
    name: 'UnknownAnswer',
    message: 'ix answered iotx.subscribers.list with HTTP 200, but the response is not understood: the answer is larger than 32 MB',
    next: 'Ask for less at once: a filter, a shorter period or a smaller page.',
  });
  expect(sent).toBeLessThan(100);

  const declared = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(200 * 1024 * 1024) });
    response.write('[');
  });
  expect(await rejectionOf(recordingClient(accounts.iotx(declared)).call(iotx.subscribers.list, {}))).toMatchObject({
    name: 'UnknownAnswer',
  });
});

test('a read that is never answered ends at the deadline of its tool call and says what was tried', async () => {
  const url = await startServer(() => undefined);
  const started = Date.now();
  const failure = await inCallScope(
    systemClock,
    () => rejectionOf(recordingClient(accounts.iotx(url)).call(iotx.subscribers.list, {})),
    300,
  );
  expect(Date.now() - started).toBeLessThan(3000);
  expect(failure).toMatchObject({
    name: 'OutOfTime',
    message: 'ix did not answer iotx.subscribers.list in the time of this call: 0 s, sent once',
    next: 'Try again later, or ask for less at once: one connection, a filter, a shorter period.',
  });
});

test('a change is not cut off by the deadline of its tool call', async () => {
  const url = await startServer((_, response) => setTimeout(() => response.writeHead(204).end(), 400));
  await inCallScope(systemClock, () => recordingClient(accounts.iotx(url)).call(iotx.products.change, disable), 100);
});
