/** Builds the manifest of answers that fast-start gives before the program is loaded, from the program's own answers. */
import { InMemoryTransport, LATEST_PROTOCOL_VERSION, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

import { systemClock } from '../src/clock.ts';
import { readConfig } from '../src/config.ts';
import { toolsetsOf } from '../src/environment-variables.ts';
import type { Manifest } from '../src/fast-start/responder.ts';
import { providers } from '../src/providers/index.ts';
import { loadProviders } from '../src/providers/load-providers.ts';
import { makeProduct } from '../src/server.ts';

export const modernVersion = '2026-07-28';
const clientInfo = { name: 'build', version: '1' };

/** The results of these requests, sent one after another on one connection. */
async function ask(requests: { method: string; params: Record<string, unknown> }[]): Promise<Record<string, unknown>[]> {
  const product = await makeProduct({
    config: readConfig({ toolsets: toolsetsOf(providers).join(',') }, {}),
    clock: systemClock,
    connectionNames: [],
    fleetSize: 12,
    seed: 1,
    deterministic: false,
  });
  const [client, server] = InMemoryTransport.createLinkedPair();
  const served = serveStdio(product.build, { transport: server });
  await client.start();
  const results: Record<string, unknown>[] = [];
  for (const [i, request] of requests.entries()) {
    const answer = new Promise<Record<string, unknown>>((resolve, reject) => {
      client.onmessage = (message) =>
        'result' in message ? resolve(message.result as Record<string, unknown>) : reject(new Error(JSON.stringify(message)));
    });
    await client.send({ jsonrpc: '2.0', id: i, ...request });
    results.push(await answer);
    if (request.method === 'initialize') await client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }
  await served.close();
  await product.close();
  return results;
}

export async function manifest(): Promise<Manifest> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': modernVersion,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': clientInfo,
  };
  const [initialize = {}, legacyList = {}] = await ask([
    { method: 'initialize', params: { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: {}, clientInfo } },
    { method: 'tools/list', params: {} },
  ]);
  const [discover = {}, modernList = {}] = await ask([
    { method: 'server/discover', params: { _meta } },
    { method: 'tools/list', params: { _meta } },
  ]);
  return {
    legacyVersions: SUPPORTED_PROTOCOL_VERSIONS.filter((version) => version !== modernVersion),
    modernVersion,
    initialize,
    discover,
    legacyList,
    modernList,
    traits: (await loadProviders(providers)).tools.map(({ name, toolset, provider, kind, extra }) => ({
      name,
      toolset,
      provider,
      kind,
      extra,
    })),
  };
}
