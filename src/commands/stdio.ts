/** `iot-ops-mcp stdio`: MCP over stdin and stdout. */
import { takeOver } from '../front/early.ts';
import type { Product } from '../server.ts';
import { type Ground, groundOf, productOn, takeUpWork } from './ground.ts';
import type { Options } from './options.ts';
import { say } from './say.ts';

export interface StdioOptions extends Options {
  /** Port of the console; true for any free one. */
  console?: number | true;
}

export async function stdio(options: StdioOptions): Promise<void> {
  const ground = await groundOf(options);
  const product = await productOn(ground, options);
  takeUpWork(ground, product);
  if (options.console !== undefined) await consoleBeside(ground, product, options.console === true ? 0 : options.console);
  const { serveStdio, StdioServerTransport } = await import('@modelcontextprotocol/server/stdio');
  const early = takeOver();
  serveStdio(product.build, {
    ...(early ? { transport: new StdioServerTransport(early.stdin, early.stdout) } : {}),
    onerror: (error) => say(`mcp: ${error.message}`),
  });
}

/** On a port of this machine, until the host leaves. A port that is taken is said and costs nobody the server. */
async function consoleBeside(ground: Ground, product: Product, port: number): Promise<void> {
  const [{ listen }, { consoleOf }] = await Promise.all([import('../web/listen.ts'), import('./console-of.ts')]);
  const { door, opened } = await consoleOf(ground, product);
  try {
    const listening = await listen(door.fetch, '127.0.0.1', port);
    process.stdin.once('close', () => void listening.close());
    say(await opened(listening.url));
  } catch (error) {
    say(`the console cannot listen: ${error instanceof Error ? error.message : String(error)}`);
  }
}
