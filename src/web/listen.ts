/** A fetch handler on a port of this machine. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Listens on `host`:`port`, 0 for any free port. A handler that throws `broken` destroys the socket: the connection breaks. */
export async function listen(
  handler: (request: Request, address?: string) => Response | Promise<Response>,
  host: string,
  port: number,
  broken?: (error: unknown) => boolean,
): Promise<Listening> {
  const server: Server = createServer((incoming, outgoing) => {
    const cut = async (request: Request): Promise<Response> => {
      try {
        return await handler(request, incoming.socket.remoteAddress);
      } catch (error) {
        if (!broken?.(error)) throw error;
        incoming.socket.destroy();
        return new Response(null, { status: 499 });
      }
    };
    void getRequestListener(cut, { overrideGlobalObjects: false })(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
