/** What the admin API can make happen at ThingSpace without its API: `POST /_sandbox/happen`. */
import { z } from 'zod';

import { instantOf } from '../../clients/thingspace/fields.ts';
import { day } from '../../durations.ts';
import { type SandboxEvent, SandboxRefusal, sandboxEvent } from '../handler.ts';
import type { World } from '../world.ts';
import { addToIndex, setImei } from './device-lookup.ts';
import { pauseSessions, provisioningEventsOf, resumeSessions } from './history.ts';
import { currentCycle, easternTime } from './serialize.ts';
import type { TsDevice } from './state.ts';

const Past = () =>
  z.string().refine((text) => instantOf(text) !== undefined, 'must be an ISO 8601 date-time, for example 2026-11-20T08:00:00Z');
const Bytes = () => z.number().int().min(0);

function simOf(world: World, iccid: string): TsDevice {
  const sim = world.thingspace.devices.find((one) => one.iccid === iccid);
  if (!sim) throw new SandboxRefusal(404, { message: 'no such line' });
  return sim;
}

/** The time of an event in ms since 1970, now when it names none. Rejects one in the future. */
function timeOf(world: World, text: string | undefined): number {
  const at = instantOf(text) ?? world.clock.now();
  if (at > world.clock.now()) throw new SandboxRefusal(400, { message: 'at: is in the future' });
  return at;
}

function requireActivated(sim: TsDevice): number {
  if (sim.firstActivated === undefined) throw new SandboxRefusal(409, { message: 'the line was never active' });
  return sim.firstActivated;
}

const lineState = sandboxEvent(
  z.strictObject({
    what: z.literal('line-state'),
    iccid: z.string(),
    state: z.enum(['active', 'suspend', 'deactive', 'pre-active']),
  }),
  (world, { iccid, state }) => {
    simOf(world, iccid).state = state;
    return { iccid, state };
  },
);

/** The last data session began at an instant; none since. */
const silent = sandboxEvent(
  z.strictObject({ what: z.literal('sim-silent'), iccid: z.string(), since: Past() }),
  (world, { iccid, since }) => {
    const sim = simOf(world, iccid);
    const at = timeOf(world, since);
    const activated = requireActivated(sim);
    // Sessions start at whole periods after the first activation, which moves so that one of them starts at the instant.
    sim.firstActivated = at - Math.max(0, Math.ceil((at - activated) / sim.period)) * sim.period;
    sim.pauses = [{ from: at + 1 }];
    return { iccid, lastSession: easternTime(at) };
  },
);

/** Somebody else suspended or restored the SIM, at an instant and under a name that the provisioning history shows. */
const suspended = sandboxEvent(
  z.strictObject({
    what: z.literal('sim-suspended'),
    iccid: z.string(),
    at: Past().optional(),
    by: z.string().min(1).default('Portal User'),
    restored: z.boolean().default(false),
  }),
  (world, { iccid, at: text, by, restored }) => {
    const sim = simOf(world, iccid);
    const at = timeOf(world, text);
    requireActivated(sim);
    const history = provisioningEventsOf(sim);
    history.push({ at, type: restored ? 'Restore' : 'Suspend', status: 'Success', by });
    history.sort((a, b) => a.at - b.at);
    sim.state = restored ? 'active' : 'suspend';
    if (restored) resumeSessions(sim, at);
    else pauseSessions(sim, at);
    return { iccid, state: sim.state, at: easternTime(at), by };
  },
);

/** Chosen usage: the same amount on every day, or a total of the billing cycle so far. */
const used = sandboxEvent(
  z.strictObject({
    what: z.literal('sim-usage'),
    iccid: z.string(),
    bytesPerDay: Bytes().optional(),
    cycleBytes: Bytes().optional(),
  }),
  (world, { iccid, bytesPerDay, cycleBytes }) => {
    const sim = simOf(world, iccid);
    requireActivated(sim);
    if ((bytesPerDay === undefined) === (cycleBytes === undefined))
      throw new SandboxRefusal(400, { message: 'give bytesPerDay or cycleBytes' });
    const now = world.clock.now();
    if (bytesPerDay !== undefined) sim.bytesPerDay = bytesPerDay;
    if (cycleBytes !== undefined) {
      const first = currentCycle(now).from;
      const days = Math.floor((now - first) / day) + 1;
      const each = Math.floor(cycleBytes / days);
      sim.bytesOnDay = new Map(Array.from({ length: days }, (_, i) => [first + i * day, i === 0 ? cycleBytes - each * (days - 1) : each]));
    }
    return { iccid, ...(bytesPerDay === undefined ? { cycleBytes } : { bytesPerDay }) };
  },
);

/** Name (CustomField1), other custom fields, usage label and group of a SIM. */
const described = sandboxEvent(
  z.strictObject({
    what: z.literal('sim-details'),
    iccid: z.string(),
    name: z.string().max(50).optional(),
    customFields: z.record(z.string().regex(/^CustomField[2-5]$/), z.string().max(50)).optional(),
    label: z.strictObject({ name: z.string().max(20), value: z.string().max(50) }).optional(),
    group: z.string().optional(),
  }),
  (world, { iccid, name, customFields, label, group }) => {
    const sim = simOf(world, iccid);
    const { groups } = world.thingspace;
    if (group !== undefined && !groups.some((one) => one.account === sim.account && one.name === group))
      throw new SandboxRefusal(404, { message: 'no such group' });
    if (name !== undefined) sim.name = name;
    if (customFields) sim.fields = { ...sim.fields, ...customFields };
    if (label) sim.label = label;
    if (group !== undefined) sim.group = group;
    return { iccid, name: sim.name, fields: sim.fields ?? {}, ...(sim.label ? { label: sim.label } : {}), group: sim.group };
  },
);

/** The SIM is found in a device with another IMEI, which another SIM may hold too. */
const inOtherDevice = sandboxEvent(
  z.strictObject({
    what: z.literal('sim-in-device'),
    iccid: z.string(),
    imei: z.string().regex(/^\d{14,16}$/, 'must be 14 to 16 digits'),
    at: Past().optional(),
  }),
  (world, { iccid, imei, at }) => {
    const sim = simOf(world, iccid);
    const former = sim.imei;
    const others = world.thingspace.devices.filter((one) => one !== sim && one.imei === imei).map((one) => one.iccid);
    setImei(world.thingspace, sim, imei, timeOf(world, at));
    addToIndex(world.thingspace, sim);
    return { iccid, imei, ...(former === undefined ? {} : { former }), alsoHeldBy: others };
  },
);

export const outsideEvents: readonly SandboxEvent[] = [lineState, silent, suspended, used, described, inOtherDevice];
