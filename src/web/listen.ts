/** Serves a fetch handler on a TCP port. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Listens on `host`:`port`; port 0 picks a free one. When the handler throws an error for which `broken` is true, the socket is destroyed without a response. */
export async function listen(
  handler: (request: Request, address?: string) => Response | Promise<Response>,
  host: string,
  port: number,
  broken?: (error: unknown) => boolean,
): Promise<Listening> {
  const server: Server = createServer((incoming, outgoing) => {
    const respond = async (request: Request): Promise<Response> => {
      try {
        return await handler(request, incoming.socket.remoteAddress);
      } catch (error) {
        if (!broken?.(error)) throw error;
        incoming.socket.destroy();
        return new Response(null, { status: 499 });
      }
    };
    void getRequestListener(respond, { overrideGlobalObjects: false })(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const hostname = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${hostname}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
