import { expect, it } from 'vitest';
import type { Fetch } from '../../src/clients/http/client.ts';
import { deliverHere } from '../../src/sandbox/deliver-here.ts';

/** A network that takes every message and remembers it. */
function network(status = 202) {
  const got: unknown[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    got.push([method, url, headers['content-type'], body]);
    return { status, headers: { get: () => null }, text: async () => '' };
  };
  return { got, deliver: deliverHere(fetch) };
}

it.each(['http://127.0.0.1:9001/x', 'http://localhost:9001/x', 'http://[::1]:9001/x', 'https://127.0.0.2/x'])(
  'posts to %s and tells its answer',
  async (url) => {
    const { got, deliver } = network(503);
    expect(await deliver(url, { requestId: 'r' })).toBe(503);
    expect(got).toEqual([['POST', url, 'application/json', '{"requestId":"r"}']]);
  },
);

it.each([
  'https://listener.example/x',
  'http://127.0.0.1.example/x',
  'http://localhost.example:9001/x',
  'http://10.0.0.1:9001/x',
  'http://127.0.0.1@listener.example/x',
])('sends nothing to %s', async (url) => {
  const { got, deliver } = network();
  await expect(deliver(url, {})).rejects.toThrow('the sandbox posts to listeners on this machine only');
  expect(got).toEqual([]);
});
