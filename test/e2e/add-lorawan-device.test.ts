import { describe, expect, it } from 'vitest';

import { everyClient, run, yes } from '../support/product.ts';

describe('adding a LoRaWAN device', () => {
  for (const { title, elicits, ...how } of everyClient) {
    it(`is planned, approved, carried out once and seen afterwards: ${title}`, async () => {
      const { dial, world } = await run();
      const { call, asked } = await dial({ ...how, person: elicits ? yes : undefined });
      const device = {
        name: 'Fridge 1',
        devEui: 'a8-17-58-ff-fe-0b-00-01',
        model: 'SMTC/LoRaMoteA.1_EU',
        activation: 'OTAA',
        joinEui: 'A81758FFFE000000',
        appKey: '00112233445566778899AABBCCDDEEFF',
      };
      let added = await call('add_lorawan_device', device);
      const canBeAsked = elicits && !(how.transport === 'http' && how.era === 'legacy');
      if (canBeAsked) expect(asked).toHaveLength(1);
      else {
        expect(added.structured.change.status).toBe('planned');
        expect(world.thingpark.devices.has('A81758FFFE0B0001')).toBe(false);
        const { id, summary } = added.structured.change;
        added = await call('apply_change', { change: id, confirm: summary });
      }
      expect(added.structured.change.status).toBe('applied');
      const seen = await call('get_device', { device: 'A81758FFFE0B0001' });
      expect(seen.structured.device).toMatchObject({ name: 'Fridge 1', state: 'active', health: 'init' });
      expect(world.seen.filter((one) => one.operation === 'thingpark.devices.create')).toHaveLength(1);
    });
  }
});
