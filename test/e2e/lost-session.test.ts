/** What the clients of the SDKs do when their session over HTTP is lost, as docs/clients.md says. */
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { expect, onTestFinished, test } from 'vitest';

import { startTestServer, type TestServer } from '../support/test-server.ts';

const url = new URL('http://127.0.0.1/mcp');
const capabilities = { elicitation: {} };
const through =
  (server: TestServer) =>
  async (to: string | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(to, init);
    request.headers.set('host', '127.0.0.1');
    return server.fetch(request);
  };

/** Ends the session behind the client's back. */
async function lose(server: TestServer, session: string | undefined): Promise<void> {
  await through(server)(url, { method: 'DELETE', headers: { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-11-25' } });
}

test('the client of SDK 1.x throws after a lost session, and a new connection goes on', async () => {
  const server = await startTestServer();
  const connect = async () => {
    const client = new Client({ name: 'older', version: '1' }, { capabilities });
    const transport = new StreamableHTTPClientTransport(url, { fetch: through(server) });
    await client.connect(transport as Transport);
    onTestFinished(() => client.close());
    return { client, transport };
  };
  const { client, transport } = await connect();
  await lose(server, transport.sessionId);
  await expect(client.listTools()).rejects.toThrow('Initialize again, without a session id');
  expect((await (await connect()).client.listTools()).tools.length).toBeGreaterThan(30);
});

test('the client of SDK 2.x in its mode for 2025 revisions throws after a lost session, and a new connection goes on', async () => {
  const server = await startTestServer();
  const connect = async () => {
    const client = new ModernClient({ name: 'newer', version: '1' }, { capabilities, versionNegotiation: { mode: 'legacy' } });
    const transport = new ModernTransport(url, { fetch: through(server) });
    await client.connect(transport);
    onTestFinished(() => client.close());
    return { client, transport };
  };
  const { client, transport } = await connect();
  await lose(server, transport.sessionId);
  await expect(client.listTools()).rejects.toThrow();
  expect((await (await connect()).client.listTools()).tools.length).toBeGreaterThan(30);
});
