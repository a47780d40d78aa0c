/** `iot-ops-mcp http`: MCP over Streamable HTTP, with console, callback listener and, on the sandbox, its admin API. */
import { randomBytes } from 'node:crypto';

import { liveFetch } from '../clients/http/live-fetch.ts';
import { systemClock } from '../clock.ts';
import { missingTokens } from '../config/caller-tokens.ts';
import { ConfigError } from '../config.ts';
import { providers } from '../providers/index.ts';
import { type ListenerSettings, sandboxName } from '../providers/provider-module.ts';
import type { Product } from '../server.ts';
import { version } from '../tool-surface.ts';
import { isLoopback } from '../vocabulary.ts';
import { makeCallbackHandler } from '../web/callbacks.ts';
import { makeHttpApp } from '../web/http-app.ts';
import { listen } from '../web/listen.ts';
import { bootstrap, createProduct, startBackgroundWork } from './bootstrap.ts';
import { onShutdown } from './on-shutdown.ts';
import type { Options } from './options.ts';
import { makeServerConsole } from './server-console.ts';

export async function http(options: Options & { port: number }): Promise<void> {
  const runtime = await bootstrap(options);
  const { config } = runtime;
  const callbackSender = liveFetch();
  const product = await createProduct(runtime, options, callbackSender.fetch);
  startBackgroundWork(runtime, product);
  const { host } = config.http;
  const { log } = product;
  const loopback = isLoopback(host);
  const noTokens = missingTokens(config, product.live);
  if (noTokens !== undefined) throw new ConfigError(noTokens);
  const servesSandbox = product.sandbox && !product.live && loopback;
  const adminApi = servesSandbox ? lazyAdminApi(product) : undefined;
  const sandboxListeners = servesSandbox ? sandboxListenersOf(product) : [];
  const listeners = [...config.listeners, ...sandboxListeners].flatMap((listener) => {
    const parseCallback = product.parseCallback(listener.provider);
    return parseCallback ? [{ ...listener, parseCallback }] : [];
  });
  const onCallback = (connection: string, report: Parameters<Product['handleCallback']>[1]): void => {
    product.handleCallback(connection, report).catch((error: unknown) => {
      product.log.error(`a callback could not be followed: ${String(error)}`, { connection });
    });
  };
  const consoleApp = await makeServerConsole(runtime, product);
  const web = makeHttpApp({
    build: product.build,
    log: product.log,
    notReady: product.notReady,
    console: consoleApp.routes,
    callers: config.callers,
    sessions: {
      // Idle is what a real client is, whatever the time of a sandbox.
      clock: systemClock,
      newId: () => randomBytes(24).toString('base64url'),
      serverId: config.http.serverId ?? randomBytes(4).toString('hex'),
    },
    allowedHosts: config.http.allowedHosts,
    allowedOrigins: config.http.allowedOrigins,
    adminApi,
    callbacks: listeners.length > 0 ? makeCallbackHandler(listeners, onCallback) : undefined,
  });
  const listening = await listen(web.fetch, host, options.port);
  const address = `${listening.url}/mcp`;
  const console = await consoleApp.announce(config.http.publicUrl ?? listening.url);
  const auth = config.callers.size > 0 ? ', "headers": { "Authorization": "Bearer <caller token>" }' : '';
  log.info(`iot-ops-mcp ${version} serves MCP at ${address}`);
  log.info(
    product.connections.every((one) => one.sandbox)
      ? 'This is the SANDBOX: invented devices, nothing real changes.'
      : `Connections: ${product.connections.map((one) => one.name).join(', ')}`,
  );
  log.info('Client configuration:');
  log.info(`  { "mcpServers": { "iot-ops": { "type": "http", "url": "${address}"${auth} } } }`);
  log.info(`  claude mcp add --transport http iot-ops ${address}`);
  log.info(console);
  for (const { connection, username, password, postsTo } of sandboxListeners) {
    if (!postsTo(Number(new URL(listening.url).port))) continue;
    log.info(`Its carrier calls back to ${listening.url}/callbacks/${connection} once that is registered, with ${username} / ${password}`);
  }
  onShutdown(async () => {
    await listening.close();
    await web.close();
    await product.close();
    await callbackSender.close();
  });
}

/** The credentials of callbacks for the sandbox's connections. */
function sandboxListenersOf(product: Product) {
  type SandboxListener = ListenerSettings & { connection: string; provider: string; postsTo(port: number): boolean };
  return providers.flatMap((provider): SandboxListener[] => {
    const { listener, postsTo = () => true } = provider.sandbox;
    const connection = sandboxName(provider);
    const used = listener && product.connections.some((one) => one.name === connection);
    return used ? [{ ...listener, connection, provider: provider.name, postsTo }] : [];
  });
}

/** The admin API of the sandbox, loaded at its first request. */
function lazyAdminApi({ sandbox }: Product) {
  let door: Promise<(request: Request) => Promise<Response>> | undefined;
  return async (request: Request): Promise<Response> => {
    door ??=
      sandbox && Promise.all([sandbox(), import('../sandbox/admin-api.ts')]).then(([{ world }, { makeAdminApi }]) => makeAdminApi(world));
    return door ? (await door)(request) : Response.json({ error: 'no sandbox' }, { status: 404 });
  };
}
