import { describe, expect, it } from 'vitest';

import { canBeAsked, everyClient, run, sentOf, yes } from '../support/product.ts';
import { sixJobs } from './six-jobs.ts';

describe('six jobs through every client', () => {
  for (const { title, elicits, ...how } of everyClient) {
    it(`each of the six jobs sends one request per change: ${title}`, async () => {
      const { dial, world } = await run();
      const { call, asked } = await dial({ ...how, person: elicits ? yes : undefined });
      await sixJobs(call, () => asked.length, canBeAsked({ ...how, elicits }));
      for (const operation of [
        'thingpark.devices.create',
        'thingpark.orders.create',
        'thingspace.devices.activate',
        'iotx.products.change',
      ])
        expect(sentOf(world, operation), operation).toBe(1);
    });
  }
});
