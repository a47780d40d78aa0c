/** How long clients of 2026-07-28 may keep what they are told. */
import { expect, test } from 'vitest';

import { startTestServer } from '../support/test-server.ts';

interface Hints {
  ttlMs?: number;
  cacheScope?: string;
}

test('clients may keep lists that do not change for ten minutes, and nothing that is read', async () => {
  const { client } = await (await startTestServer()).connectClient({ transport: 'http', era: 'auto' });
  const hintsOf = ({ ttlMs, cacheScope }: Hints) => ({ ttlMs, cacheScope });
  const kept = { ttlMs: 600_000, cacheScope: 'public' };
  expect(hintsOf((await client.listTools()) as Hints)).toEqual(kept);
  expect(hintsOf((await client.listPrompts()) as Hints)).toEqual(kept);
  expect(hintsOf((await client.listResources()) as Hints)).toEqual(kept);
  expect(hintsOf((await client.listResourceTemplates()) as Hints)).toEqual(kept);
  expect(hintsOf((await client.readResource({ uri: 'iot://connections' })) as Hints)).toEqual({ ttlMs: 0, cacheScope: 'private' });
});

test('the server names itself with a title and an icon', async () => {
  const { client } = await (await startTestServer()).connectClient({ transport: 'stdio', era: 'legacy' });
  expect(client.getServerVersion()).toMatchObject({ name: 'iot-ops-mcp', title: 'IoT operations' });
  const [icon] = client.getServerVersion()?.icons ?? [];
  expect(icon?.mimeType).toBe('image/svg+xml');
  expect(Buffer.from(icon?.src.split(',')[1] ?? '', 'base64').toString()).toMatch(/^<svg .*<\/svg>$/);
});
