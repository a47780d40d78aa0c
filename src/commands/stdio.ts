/** `iot-ops-mcp stdio`: MCP over stdin and stdout. */
import { takeHandover } from '../fast-start/handover.ts';
import type { Product } from '../server.ts';
import { sanitize } from '../text/sanitize.ts';
import { bootstrap, createProduct, type ServerRuntime, startBackgroundWork } from './bootstrap.ts';
import { limitLines } from './line-limit.ts';
import { onShutdown } from './on-shutdown.ts';
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
  const { stdin, stdout } = streams ?? process;
  let isTooLong = false;
  limitLines(stdin, maxLine, () => {
    isTooLong = true;
    end(1);
    product.log.error(`a message on stdin is longer than ${maxLine} bytes: nothing of it was done, and the server ends. Send less at once`);
  });
  const server = serveStdio(product.build, {
    transport: new StdioServerTransport(stdin, stdout, { maxBufferSize: maxLine }),
    onerror: (error) => {
      // A client that has gone needs no message, and the line that is too long has one.
      if (isClosedPipe(error)) end(0);
      else if (!isTooLong) product.log.error(`mcp: ${sanitize(error.message, 500)}`);
    },
  });
  const close = async (): Promise<void> => {
    await server.close();
    await product.close();
  };
  /** Reads what is being sent to its end, sends nothing more, and ends the process. */
  function end(code: 0 | 1): void {
    close().then(
      () => process.exit(code),
      () => process.exit(1),
    );
  }
  for (const event of ['end', 'close']) stdin.once(event, () => end(0));
  onShutdown(close);
}

/** Bytes of a message on stdin. */
const maxLine = 10 * 1024 * 1024;

const isClosedPipe = (error: Error): boolean => 'code' in error && (error.code === 'EPIPE' || error.code === 'EOF');

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
