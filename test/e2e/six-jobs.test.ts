import { describe, expect, it } from 'vitest';

import { allClients, countRequests, startTestServer, yes } from '../support/test-server.ts';
import { sixJobs } from './six-jobs.ts';

describe('six jobs through every client', () => {
  for (const { title, elicits, ...how } of allClients) {
    it(`each of the six jobs sends one request per change: ${title}`, async () => {
      const { connectClient, world } = await startTestServer();
      const { call, asked } = await connectClient({ ...how, person: elicits ? yes : undefined });
      await sixJobs(call, () => asked.length, elicits);
      for (const operation of [
        'thingpark.devices.create',
        'thingpark.orders.create',
        'thingspace.devices.activate',
        'iotx.products.change',
      ])
        expect(countRequests(world, operation), operation).toBe(1);
    });
  }
});
