import { z } from 'zod';

import { durationMs } from '../../vocabulary.ts';
import { type SandboxEvent, SandboxRefusal, sandboxEvent } from '../handler.ts';
import type { World } from '../world.ts';
import { suspend } from './device-change.ts';
import { simulateUplink } from './devices.ts';
import type { TpDevice } from './state.ts';

/** How long ago, as an ISO 8601 duration: `P3D`. */
const Ago = z.string().refine((text) => durationMs(text) !== undefined, 'must be an ISO 8601 duration. Example: P3D');
const agoMs = (world: World, ago: string | undefined): number => world.clock.now() - (durationMs(ago ?? 'PT0S') ?? 0);

function deviceNamed(world: World, devEui: string): TpDevice {
  const device = world.thingpark.devices.get(devEui.toUpperCase());
  if (!device) throw new SandboxRefusal(404, { message: 'Device not found' });
  return device;
}

/** A change by somebody else: it counts as a new version. */
function touch(device: TpDevice, at: number, who: string): void {
  device.version += 1;
  device.updated = at;
  device.updatedBy = who;
}

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
  // The device fell silent some time ago: no uplink since. `battery` (0 to 255) sets the level that it reported last, as the cause.
  sandboxEvent(
    z.strictObject({
      what: z.literal('device-silence'),
      devEui: z.string(),
      ago: Ago,
      battery: z.number().int().min(0).max(255).optional(),
    }),
    (world, { devEui, ago, battery }) => {
      const device = deviceNamed(world, devEui);
      device.silentSince = agoMs(world, ago);
      device.uplinks = device.uplinks.filter((at) => at <= (device.silentSince ?? at));
      if (battery !== undefined) device.battery = battery;
      world.thingpark.alarmCache = undefined;
      return { device: device.EUI, silentSince: new Date(device.silentSince).toISOString() };
    },
  ),
  // Somebody else suspended the device some time ago, or took its plan away, which suspends it too.
  sandboxEvent(
    z.strictObject({
      what: z.literal('device-suspension'),
      devEui: z.string(),
      by: z.string().min(1).default('jane@example.com'),
      ago: Ago.optional(),
      plan: z.literal('removed').optional(),
    }),
    (world, { devEui, by, ago, plan }) => {
      const device = deviceNamed(world, devEui);
      const at = agoMs(world, ago);
      const licence = plan && world.thingpark.plans.find(({ ID }) => ID === device.plan);
      if (licence) {
        licence.used -= 1;
        device.plan = undefined;
      }
      suspend(device, at);
      device.uplinks = device.uplinks.filter((uplink) => uplink < at);
      touch(device, at, by);
      world.thingpark.alarmCache = undefined;
      return { device: device.EUI, suspendedSince: new Date(at).toISOString(), by };
    },
  ),
  // Which base station hears the device, by LRR ID.
  sandboxEvent(
    z.strictObject({ what: z.literal('device-gateway'), devEui: z.string(), gateway: z.string() }),
    (world, { devEui, gateway }) => {
      const device = deviceNamed(world, devEui);
      device.gateway = stationNamed(world, gateway).lrrID;
      return { device: device.EUI, gateway: device.gateway };
    },
  ),
  // A base station lost its backhaul some time ago: the devices that it hears best fall silent with it. `state: up` ends it.
  sandboxEvent(
    z.strictObject({ what: z.literal('gateway-state'), gateway: z.string(), state: z.enum(['down', 'up']), ago: Ago.optional() }),
    (world, { gateway, state, ago }) => {
      const station = stationNamed(world, gateway);
      const at = agoMs(world, ago);
      station.connected = state === 'up';
      if (station.connected) delete station.neverConnected;
      station.connectedSince = at;
      const first = world.thingpark.baseStations[0]?.lrrID;
      const served = [...world.thingpark.devices.values()].filter(
        (device) => device.connectivity === 'LORAWAN' && (device.gateway ?? first) === station.lrrID,
      );
      for (const device of served) {
        if (state === 'up') delete device.silentSince;
        else device.silentSince = Math.min(at, device.silentSince ?? at);
      }
      world.thingpark.alarmCache = undefined;
      return { gateway: station.lrrID, state, since: new Date(at).toISOString(), devices: served.length };
    },
  ),
  // Identifiers as another provider has them: a cellular device with a given IMEI, ICCID or name.
  sandboxEvent(
    z.strictObject({
      what: z.literal('device-identifiers'),
      devEui: z.string(),
      imei: z.string().optional(),
      iccid: z.string().optional(),
      name: z.string().optional(),
    }),
    (world, { devEui, what: _, ...given }) => {
      const device = Object.assign(deviceNamed(world, devEui), Object.fromEntries(Object.entries(given).filter(([, value]) => value)));
      return { device: device.EUI, imei: device.imei, iccid: device.iccid, name: device.name };
    },
  ),
];

function stationNamed(world: World, lrrId: string) {
  const station = world.thingpark.baseStations.find(({ lrrID }) => lrrID === lrrId.toUpperCase());
  if (!station) throw new SandboxRefusal(404, { message: 'Base station not found' });
  return station;
}
