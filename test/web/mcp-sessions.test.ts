/** Sessions over HTTP: who gets one, who is asked in it, and when it ends. */
import { describe, expect, it } from 'vitest';

import { no, runPendingTasks, startTestServer, type TestServer, type TestServerOptions, yes } from '../support/test-server.ts';

const minutes = 60_000;
const hours = 60 * minutes;
const sim = { sims: [{ iccid: '89148000000077000037' }] };
const initialize = (capabilities: object) => ({
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'raw', version: '1' } },
});

interface Sent {
  status: number;
  session: string | null;
  text: string;
}

/** Sends one message as a client of 2025-11-25. */
async function send(server: TestServer, message: object, headers: Record<string, string> = {}, method = 'POST'): Promise<Sent> {
  const response = await server.fetch(
    new Request('http://127.0.0.1/mcp', {
      method,
      headers: {
        host: '127.0.0.1',
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-protocol-version': '2025-11-25',
        ...headers,
      },
      ...(method === 'POST' ? { body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }) } : {}),
    }),
  );
  return { status: response.status, session: response.headers.get('mcp-session-id'), text: await response.text() };
}

/** Begins a session and returns its id. */
async function begin(server: TestServer, headers: Record<string, string> = {}): Promise<string> {
  const { session, status } = await send(server, initialize({ elicitation: {} }), headers);
  expect(status).toBe(200);
  return session ?? '';
}

const list = { method: 'tools/list', params: {} };
const inSession = (server: TestServer, id: string, headers: Record<string, string> = {}) =>
  send(server, list, { 'mcp-session-id': id, ...headers });
const callers = (options: TestServerOptions = {}): TestServerOptions => ({
  ...options,
  adjust(config) {
    config.callers.set('anna', 'token-of-anna-000001');
    config.callers.set('ben', 'token-of-ben-0000002');
  },
});
const anna = { authorization: 'Bearer token-of-anna-000001' };
const ben = { authorization: 'Bearer token-of-ben-0000002' };

describe('a client of 2025-11-25 over HTTP', () => {
  it('that declares elicitation is asked, and a yes carries the change out in the same call', async () => {
    const server = await startTestServer();
    const { call, asked } = await server.connectClient({ transport: 'http', era: 'legacy', person: yes });
    const { structured } = await call('suspend_sim', sim);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('89148000000077000037');
    expect(structured.change).toMatchObject({ status: 'accepted', approvedBy: 'the person at local' });
  });

  it('whose person says no changes nothing', async () => {
    const server = await startTestServer();
    const { call, asked } = await server.connectClient({ transport: 'http', era: 'legacy', person: no });
    const { structured } = await call('suspend_sim', sim);
    expect(asked).toHaveLength(1);
    expect(structured.change.status).toBe('refused');
    expect(server.world.requestLog.filter((one) => one.operation === 'thingspace.devices.suspend')).toEqual([]);
  });

  it('that declares no elicitation gets no session and approves in two steps', async () => {
    const server = await startTestServer();
    expect((await send(server, initialize({}))).session).toBeNull();
    expect((await send(server, initialize({ sampling: {}, roots: {} }))).session).toBeNull();
    const { call } = await server.connectClient({ transport: 'http', era: 'legacy' });
    expect((await call('suspend_sim', sim)).structured.change.status).toBe('planned');
  });

  it('may call without a session too, and is then not asked', async () => {
    const server = await startTestServer();
    await begin(server);
    expect((await send(server, list)).status).toBe(200);
  });

  it('gets an id that begins with the id of its server', async () => {
    const server = await startTestServer({ sessions: { serverId: 'eu-2' } });
    expect(await begin(server)).toMatch(/^eu-2\.session-\d+$/);
  });

  it('is told what is wrong with an initialize that is too large or not JSON', async () => {
    const server = await startTestServer();
    expect((await send(server, { ...initialize({ elicitation: {} }), pad: 'x'.repeat(1 << 20) })).status).toBe(413);
    const request = new Request('http://127.0.0.1/mcp', {
      method: 'POST',
      headers: { host: '127.0.0.1', accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
      body: '{ "method": "initialize"',
    });
    expect((await server.fetch(request)).status).toBe(400);
  });
});

describe('a client of 2026-07-28', () => {
  it('gets no session, whatever it declares', async () => {
    const server = await startTestServer();
    const ids: (string | null)[] = [];
    const { call, asked } = await server.connectClient({
      transport: 'http',
      era: 'auto',
      person: yes,
      onRequest: (request) => void ids.push(request.headers.get('mcp-session-id')),
    });
    expect((await call('suspend_sim', sim)).structured.change.status).toBe('accepted');
    expect(asked).toHaveLength(1);
    expect(ids.length).toBeGreaterThan(1);
    expect(ids.filter((id) => id !== null)).toEqual([]);
  });
});

describe('the end of a session', () => {
  it('DELETE ends a session; then it is answered 404, and the client must initialize again', async () => {
    const server = await startTestServer();
    const id = await begin(server);
    expect((await inSession(server, id)).status).toBe(200);
    expect((await send(server, {}, { 'mcp-session-id': id }, 'DELETE')).status).toBe(200);
    const { status, text } = await inSession(server, id);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual({
      jsonrpc: '2.0',
      error: { code: -32_001, message: 'Session not found: it has ended, or its server has. Initialize again, without a session id.' },
      id: null,
    });
    expect(await begin(server)).not.toBe(id);
  });

  it('a session without requests ends after a day, and each request begins the day anew', async () => {
    const server = await startTestServer();
    const id = await begin(server);
    for (let i = 0; i < 3; i++) {
      server.clock.advance(23 * hours);
      expect((await inSession(server, id)).status).toBe(200);
    }
    server.clock.advance(24 * hours);
    await runPendingTasks();
    expect((await inSession(server, id)).status).toBe(404);
  });

  it('a session whose person has not answered yet stays open', async () => {
    const server = await startTestServer({ policy: { planMinutes: 60 }, sessions: { idleMs: 2 * minutes } });
    let answer: (() => void) | undefined;
    const thinking = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { call, asked } = await server.connectClient({
      transport: 'http',
      era: 'legacy',
      person: async (question) => {
        await thinking;
        return yes(question);
      },
    });
    const answered = call('suspend_sim', sim);
    await expect.poll(() => asked.length).toBe(1);
    server.clock.advance(5 * minutes);
    answer?.();
    expect((await answered).structured.change.status).toBe('accepted');
  });

  it('an open GET stream alone keeps no session alive', async () => {
    const server = await startTestServer({ sessions: { idleMs: 2 * minutes } });
    const id = await begin(server);
    const headers = { host: '127.0.0.1', accept: 'text/event-stream', 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' };
    const stream = await server.fetch(new Request('http://127.0.0.1/mcp', { headers }));
    expect(stream.status).toBe(200);
    server.clock.advance(2 * minutes);
    await runPendingTasks();
    expect((await inSession(server, id)).status).toBe(404);
    await stream.body?.cancel();
  });
});

describe('limits of sessions', () => {
  it('another caller with the id of a session is answered as if there were none', async () => {
    const server = await startTestServer(callers());
    const id = await begin(server, anna);
    expect((await inSession(server, id, ben)).status).toBe(404);
    expect((await inSession(server, id)).status).toBe(401);
    expect((await inSession(server, id, anna)).status).toBe(200);
  });

  it('one session more than a caller may have ends its longest idle one, and none of another caller', async () => {
    const server = await startTestServer(callers({ sessions: { mostOfCaller: 2 } }));
    const [first, ofBen] = [await begin(server, anna), await begin(server, ben)];
    server.clock.advance(1000);
    const second = await begin(server, anna);
    server.clock.advance(1000);
    await inSession(server, first, anna);
    const third = await begin(server, anna);
    expect((await inSession(server, second, anna)).status).toBe(404);
    for (const [id, who] of [
      [first, anna],
      [third, anna],
      [ofBen, ben],
    ] as const)
      expect((await inSession(server, id, who)).status).toBe(200);
  });

  it('sessions in which somebody is being asked are not ended for a new one, which is refused', async () => {
    const server = await startTestServer({ sessions: { most: 1 } });
    let answer: (() => void) | undefined;
    const { call, asked } = await server.connectClient({
      transport: 'http',
      era: 'legacy',
      person: (question) =>
        new Promise((resolve) => {
          answer = () => resolve(yes(question) as { action: 'accept' });
        }),
    });
    const answered = call('suspend_sim', sim);
    await expect.poll(() => asked.length).toBe(1);
    const refused = await send(server, initialize({ elicitation: {} }));
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('without elicitation no session is needed');
    answer?.();
    expect((await answered).isError).toBe(false);
    expect((await send(server, initialize({ elicitation: {} }))).status).toBe(200);
  });
});
