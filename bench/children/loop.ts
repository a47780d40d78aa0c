/** Suspends SIMs in the given batches, one request after another, reads nothing, and reports the time. */
import type { LoopOrder, LoopResult } from '../bulk.ts';
import { bareThingspace } from '../lib/bare.ts';

process.on('message', async ({ url, accountName, batches }: LoopOrder) => {
  const bare = await bareThingspace(url);
  const before = process.cpuUsage();
  const began = performance.now();
  for (const iccids of batches) {
    const devices = iccids.map((id) => ({ deviceIds: [{ id, kind: 'iccid' }] }));
    await bare.post('/api/m2m/v1/devices/actions/suspend', { accountName, devices });
  }
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  await bare.close();
  process.send?.({ ms, cpuMs: (user + system) / 1000 } satisfies LoopResult);
});
