/** A minimal client of an MCP server over HTTP: node:http with keep-alive. */
import { Agent, request } from 'node:http';

import { type Era, paramsOf } from './rpc.ts';

export interface HttpAnswer {
  status: number;
  type: string;
  text: string;
}

export interface HttpDriver {
  /** Prepares a request that sends the same bytes each time. */
  prepare(method: string, params: Record<string, unknown>): () => Promise<HttpAnswer>;
  close(): void;
}

export function httpDriver(url: string, era: Era): HttpDriver {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = (body: Buffer, headers: Record<string, string>): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': String(body.length) } }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (answer.statusCode === 200) resolve({ status: 200, type: answer.headers['content-type'] ?? '', text });
          else reject(new Error(`HTTP ${answer.statusCode}: ${text.slice(0, 300)}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return {
    prepare(method, params) {
      const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: paramsOf(era, params) }));
      const name = params['name'];
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': era,
        ...(era === '2026-07-28' ? { 'mcp-method': method, ...(typeof name === 'string' ? { 'mcp-name': name } : {}) } : {}),
      };
      return () => send(body, headers);
    },
    close: () => agent.destroy(),
  };
}
