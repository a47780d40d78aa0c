/** `iot-ops-mcp stdio`: MCP over stdin and stdout. */
import { takeHandover } from '../fast-start/handover.ts';
import type { Product } from '../server.ts';
import { bootstrap, createProduct, type ServerRuntime, startBackgroundWork } from './bootstrap.ts';
import type { Options } from './options.ts';

export interface StdioOptions extends Options {
  /** Port of the console; true for any free one. */
  console?: number | true;
}

export async function stdio(options: StdioOptions): Promise<void> {
  const runtime = await bootstrap(options);
  const product = await createProduct(runtime, options);
  startBackgroundWork(runtime, product);
  if (options.console !== undefined) await serveConsole(runtime, product, options.console === true ? 0 : options.console);
  const { serveStdio, StdioServerTransport } = await import('@modelcontextprotocol/server/stdio');
  const streams = takeHandover();
  serveStdio(product.build, {
    ...(streams ? { transport: new StdioServerTransport(streams.stdin, streams.stdout) } : {}),
    onerror: (error) => product.log.error(`mcp: ${error.message}`),
  });
}

/** Serves the console on a loopback port until the client disconnects. A port in use is logged and does not stop the server. */
async function serveConsole(ground: ServerRuntime, product: Product, port: number): Promise<void> {
  const [{ listen }, { makeServerConsole }] = await Promise.all([import('../web/listen.ts'), import('./server-console.ts')]);
  const { routes, announce } = await makeServerConsole(ground, product);
  try {
    const listening = await listen(routes.fetch, '127.0.0.1', port);
    process.stdin.once('close', () => void listening.close());
    product.log.info(await announce(listening.url));
  } catch (error) {
    product.log.error(`the console cannot listen: ${error instanceof Error ? error.message : String(error)}`);
  }
}
