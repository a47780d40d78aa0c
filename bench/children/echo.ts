/** node:http that reads a request, parses it and sends a prepared response. */
import { createServer } from 'node:http';

import type { HttpAnswer } from '../lib/http.ts';

process.once('message', (prepared: Record<string, HttpAnswer>) => {
  const answers = new Map(
    Object.entries(prepared).map(([method, { type, text }]) => {
      const body = Buffer.from(text);
      return [method, { body, head: { 'content-type': type, 'content-length': body.length } }];
    }),
  );
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const { method } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { method: string };
      const answer = answers.get(method);
      outgoing.writeHead(answer ? 200 : 404, answer?.head ?? {});
      outgoing.end(answer?.body);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.send?.({ url: `http://127.0.0.1:${address.port}/mcp` });
  });
});
