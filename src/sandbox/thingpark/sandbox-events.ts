import { z } from 'zod';

import { type SandboxEvent, SandboxRefusal, sandboxEvent } from '../handler.ts';
import { simulateUplink } from './devices.ts';

/** What the admin API can make take place at ThingPark. */
export const events: readonly SandboxEvent[] = [
  // An uplink of a LoRaWAN device now; the first one of an OTAA device is its join.
  sandboxEvent(z.strictObject({ what: z.literal('uplink'), devEui: z.string() }), (world, { devEui }) => ({
    device: simulateUplink(world, devEui).EUI,
    lastUplink: new Date(world.clock.now()).toISOString(),
  })),
  // Renames a device without this server, for tests of drift.
  sandboxEvent(z.strictObject({ what: z.literal('rename'), devEui: z.string(), name: z.string() }), (world, { devEui, name }) => {
    const device = world.thingpark.devices.get(devEui.toUpperCase());
    if (!device) throw new SandboxRefusal(404, { message: 'Device not found' });
    device.name = name;
    device.version += 1;
    return { device: device.EUI, name: device.name };
  }),
];
