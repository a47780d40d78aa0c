/** Warnings about the carrier's daily limit of provisioning actions, by each SIM's own history. */
import { events } from '../../clients/thingspace/events.ts';
import { kindsByShape } from '../../clients/thingspace/identity.ts';
import { day } from '../../durations.ts';
import { warning } from '../document/approval-document.ts';
import { phrase, quoted } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import type { PlannerContext, TargetState, Warning } from '../planner.ts';

// Each SIM costs one read.
const mostCounted = 20;
const actionsADay = 5;
const olderText = 2;
// `Activate` and `Activation Confirmed` are both seen; an event that only announces an action is not counted.
const counted = /^(activat|suspen|restor|resum|deactivat)\w*( confirmed| completed| success)?$/i;

/** Warns about SIMs for which one more provisioning action within 24 hours may exceed the limit. The carrier decides; how it bounds a day is not documented. */
export async function quotaWarnings(targets: readonly TargetState[], at: PlannerContext): Promise<Warning[]> {
  const sims = targets.filter((one) => one.verdict === 'change').map((one) => one.device);
  if (sims.length > mostCounted)
    return [
      warning(
        'daily-limit-not-counted',
        phrase`a SIM takes ${actionsADay} provisioning actions a day (older text: ${olderText}); of more than ${mostCounted} SIMs they are not counted`,
      ),
    ];
  const taken = await mapWithConcurrency(sims, async (device) => ({ device, count: (await actionsOf(device, at)) ?? 0 }));
  return taken.flatMap(({ device, count }) => {
    if (count < olderText) return [];
    const [code, rule] =
      count >= actionsADay
        ? (['daily-limit-reached', phrase`the carrier takes no more than ${actionsADay} a day and may refuse`] as const)
        : (['daily-limit-near', phrase`a SIM takes ${actionsADay} a day, older text says ${olderText}`] as const);
    return [warning(code, phrase`${quoted(device)} took ${count} provisioning actions within 24 hours: ${rule}`)];
  });
}

/** The number of actions within 24 hours; undefined where the history cannot be read, which must not prevent planning. */
async function actionsOf(id: string, { connection, clock, signal }: PlannerContext): Promise<number | undefined> {
  const now = clock.now();
  const span = { earliest: new Date(now - day).toISOString(), latest: new Date(now).toISOString() };
  try {
    const reply = await connection.call(
      events.provisioning,
      { body: { deviceId: { id, kind: kindsByShape(id)[0] ?? 'iccid' }, ...span } },
      { signal },
    );
    const records = [reply].flat().flatMap((one) => one.provisioningHistory ?? []);
    return records.filter(({ eventType, status }) => counted.test(eventType?.trim() ?? '') && !/fail/i.test(status ?? '')).length;
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  }
}
