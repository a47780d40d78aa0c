import { expect, it, onTestFinished } from 'vitest';

import { listen } from '../../src/web/listen.ts';

it('idle connections are kept for 75 s, longer than load balancers keep theirs', async () => {
  const served = await listen(() => new Response('ok'), '127.0.0.1', 0);
  onTestFinished(() => served.close());
  const response = await fetch(served.url);
  expect([await response.text(), response.headers.get('keep-alive')]).toEqual(['ok', 'timeout=75']);
});
