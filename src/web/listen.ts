/** Serves a fetch handler on a TCP port. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Longer than load balancers keep an idle connection (usually 60 s), so that none is closed while a request is on its way to it. */
const keepAliveMs = 75_000;

/**
 * Listens on `host`:`port`; port 0 picks a free one. When the handler throws an error for which `broken` is true, the socket is destroyed
 * without a response; when a body of announced length does, after what it gave before.
 */
export async function listen(
  handler: (request: Request, address?: string) => Response | Promise<Response>,
  host: string,
  port: number,
  broken?: (error: unknown) => boolean,
): Promise<Listening> {
  const server: Server = createServer((incoming, outgoing) => {
    const respond = async (request: Request): Promise<Response> => {
      try {
        const response = await handler(request, incoming.socket.remoteAddress);
        return broken && response.headers.has('content-length') ? breakable(response, incoming.socket, broken) : response;
      } catch (error) {
        if (!broken?.(error)) throw error;
        incoming.socket.destroy();
        return new Response(null, { status: 499 });
      }
    };
    void getRequestListener(respond, { overrideGlobalObjects: false })(incoming, outgoing);
  });
  server.keepAliveTimeout = keepAliveMs;
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

/** The response, whose socket is destroyed when the body breaks: an error of the stream alone would end in a message of the HTTP server. */
function breakable(response: Response, socket: Socket, broken: (error: unknown) => boolean): Response {
  const reader = response.body?.getReader();
  if (!reader) return response;
  const body = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        if (!broken(error)) return controller.error(error);
        // The parts before are written in this turn of the event loop or the next; destroySoon sends them before it closes.
        await setTimeout(20);
        socket.destroySoon();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, response);
}
