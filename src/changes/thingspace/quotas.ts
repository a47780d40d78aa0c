/** Warnings about the carrier's daily limit of provisioning actions, by each SIM's own history. */
import { events } from '../../clients/thingspace/events.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { day } from '../../durations.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import type { PlannerContext, TargetState } from '../planner.ts';

// Each SIM costs one read.
const mostCounted = 20;
const actionsADay = 5;
const olderText = 2;
const counted = ['activate', 'suspend', 'restore', 'deactivate'];

/** Warns about SIMs for which one more provisioning action within 24 hours may exceed the limit. The carrier decides; how it bounds a day is not documented. */
export async function quotaWarnings(targets: readonly TargetState[], at: PlannerContext): Promise<string[]> {
  const sims = targets.filter((one) => one.verdict === 'change').map((one) => one.device);
  if (sims.length > mostCounted)
    return [
      `a SIM takes ${actionsADay} provisioning actions a day (older text: ${olderText}); of more than ${mostCounted} SIMs they are not counted`,
    ];
  const taken = await mapWithConcurrency(sims, async (device) => ({ device, count: (await actionsOf(device, at)) ?? 0 }));
  const full = taken.filter(({ count }) => count >= actionsADay);
  const some = taken.filter(({ count }) => count >= olderText && count < actionsADay);
  return [
    ...describe(full, `the carrier takes no more than ${actionsADay} a day and may refuse`),
    ...describe(some, `a SIM takes ${actionsADay} a day, older text says ${olderText}`),
  ];
}

function describe(taken: readonly { device: string; count: number }[], rule: string): string[] {
  const [first] = taken;
  if (!first) return [];
  const who = taken.length === 1 ? `${first.device} took` : `${first.device} and ${taken.length - 1} more SIMs took up to`;
  return [`${who} ${Math.max(...taken.map(({ count }) => count))} provisioning actions within 24 hours: ${rule}`];
}

/** The number of actions within 24 hours; undefined where the history cannot be read, which must not prevent planning. */
async function actionsOf(id: string, { connection, clock, signal }: PlannerContext): Promise<number | undefined> {
  const now = clock.now();
  const span = { earliest: new Date(now - day).toISOString(), latest: new Date(now).toISOString() };
  try {
    const reply = await connection.call(events.provisioning, { body: { deviceId: asIccid(id), ...span } }, { signal });
    const records = [reply].flat().flatMap((one) => one.provisioningHistory ?? []);
    return records.filter(({ eventType, status }) => counted.includes(eventType?.toLowerCase() ?? '') && !/fail/i.test(status ?? ''))
      .length;
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  }
}
