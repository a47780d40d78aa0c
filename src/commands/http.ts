/** `iot-ops-mcp http`: MCP over Streamable HTTP, with console, callback listener and, on the sandbox, its second door. */
import { liveFetch } from '../clients/http/live-fetch.ts';
import { ConfigError } from '../config.ts';
import { providers } from '../providers/index.ts';
import { type ListenerSettings, sandboxName } from '../providers/provider-module.ts';
import type { Product } from '../server.ts';
import { version } from '../surface.ts';
import { isLoopback } from '../vocabulary.ts';
import { makeWeb } from '../web/app.ts';
import { callbackDoor } from '../web/callbacks.ts';
import { listen } from '../web/listen.ts';
import { consoleOf } from './console-of.ts';
import { groundOf, productOn, takeUpWork } from './ground.ts';
import { onEnd } from './on-end.ts';
import type { Options } from './options.ts';
import { say } from './say.ts';

export async function http(options: Options & { port: number }): Promise<void> {
  const ground = await groundOf(options);
  const { config } = ground;
  const posting = liveFetch();
  const product = await productOn(ground, options, posting.fetch);
  takeUpWork(ground, product);
  const { host } = config.http;
  const loopback = isLoopback(host);
  if (config.callers.size === 0 && (product.live || !loopback)) {
    throw new ConfigError(
      `${product.live ? 'a live connection' : `an address beyond loopback (${host})`} over HTTP needs caller tokens: set callers in the configuration, or IOT_OPS_CALLERS_FILE with lines "name: token"`,
    );
  }
  const played = product.sandbox && !product.live && loopback;
  const door = played ? secondDoorOf(product) : undefined;
  const sandboxListeners = played ? sandboxListenersOf(product) : [];
  const listeners = [...config.listeners, ...sandboxListeners].flatMap((listener) => {
    const hintOf = product.hintOf(listener.provider);
    return hintOf ? [{ ...listener, hintOf }] : [];
  });
  const hear = (connection: string, hint: Parameters<Product['hint']>[1]): void => {
    product.hint(connection, hint).catch((error: unknown) => say(`a callback could not be followed: ${String(error)}`));
  };
  const people = await consoleOf(ground, product);
  const web = makeWeb({
    build: product.build,
    console: people.door,
    callers: config.callers,
    allowedHosts: config.http.allowedHosts,
    allowedOrigins: config.http.allowedOrigins,
    secondDoor: door,
    callbacks: listeners.length > 0 ? callbackDoor(listeners, hear) : undefined,
  });
  const listening = await listen(web.fetch, host, options.port);
  const address = `${listening.url}/mcp`;
  const console = await people.opened(config.http.publicUrl ?? listening.url);
  const auth = config.callers.size > 0 ? ', "headers": { "Authorization": "Bearer <caller token>" }' : '';
  say(`iot-ops-mcp ${version} serves MCP at ${address}`);
  say(
    product.connections.every((one) => one.sandbox)
      ? 'This is the SANDBOX: invented devices, nothing real changes.'
      : `Connections: ${product.connections.map((one) => one.name).join(', ')}`,
  );
  say('Client configuration:');
  say(`  { "mcpServers": { "iot-ops": { "type": "http", "url": "${address}"${auth} } } }`);
  say(`  claude mcp add --transport http iot-ops ${address}`);
  say(console);
  for (const { connection, username, password, postsTo } of sandboxListeners) {
    if (!postsTo(Number(new URL(listening.url).port))) continue;
    say(`Its carrier calls back to ${listening.url}/callbacks/${connection} once that is registered, with ${username} / ${password}`);
  }
  onEnd(async () => {
    await listening.close();
    await web.close();
    await product.close();
    await posting.close();
  });
}

/** Who may send callbacks for the sandbox's own connections. */
function sandboxListenersOf(product: Product) {
  type SandboxListener = ListenerSettings & { connection: string; provider: string; postsTo(port: number): boolean };
  return providers.flatMap((provider): SandboxListener[] => {
    const { listener, postsTo = () => true } = provider.sandbox;
    const connection = sandboxName(provider);
    const used = listener && product.connections.some((one) => one.name === connection);
    return used ? [{ ...listener, connection, provider: provider.name, postsTo }] : [];
  });
}

/** The sandbox's second door, made when somebody knocks. */
function secondDoorOf({ sandbox }: Product) {
  let door: Promise<(request: Request) => Promise<Response>> | undefined;
  return async (request: Request): Promise<Response> => {
    door ??=
      sandbox && Promise.all([sandbox(), import('../sandbox/second-door.ts')]).then(([{ world }, { secondDoor }]) => secondDoor(world));
    return door ? (await door)(request) : Response.json({ error: 'no sandbox' }, { status: 404 });
  };
}
