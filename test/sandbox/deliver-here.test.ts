import { expect, it } from 'vitest';
import type { Fetch } from '../../src/clients/http/client.ts';
import { deliverToLoopback } from '../../src/sandbox/deliver-here.ts';

/** A fake network that records every request and answers it with `status`. */
function network(status = 202) {
  const requests: unknown[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    requests.push([method, url, headers['content-type'], body]);
    return { status, headers: { get: () => null }, text: async () => '' };
  };
  return { requests, deliver: deliverToLoopback(fetch) };
}

it.each(['http://127.0.0.1:9001/x', 'http://localhost:9001/x', 'http://[::1]:9001/x', 'https://127.0.0.2/x'])(
  'deliverToLoopback posts to %s and returns the response status',
  async (url) => {
    const { requests, deliver } = network(503);
    expect(await deliver(url, { requestId: 'r' })).toBe(503);
    expect(requests).toEqual([['POST', url, 'application/json', '{"requestId":"r"}']]);
  },
);

it.each([
  'https://listener.example/x',
  'http://127.0.0.1.example/x',
  'http://localhost.example:9001/x',
  'http://10.0.0.1:9001/x',
  'http://127.0.0.1@listener.example/x',
])('deliverToLoopback rejects %s, which is not a loopback URL, and sends nothing', async (url) => {
  const { requests, deliver } = network();
  await expect(deliver(url, {})).rejects.toThrow('The sandbox delivers callbacks only to loopback URLs');
  expect(requests).toEqual([]);
});
