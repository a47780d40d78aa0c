/** Commands to base stations. Each is sent with the version that was read and confirmed by the status of the last command. */
import type { Effect, InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { baseStations } from '../../clients/thingpark/base-stations.ts';
import { minute } from '../../durations.ts';
import { sanitize } from '../../text/sanitize.ts';
import { field, nothing, type Phrase, phrase, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type Planner, type PlannerContext, planner, type SentStep, type Settled } from '../planner.ts';
import { devicesOfStations, inEffect } from './dependents.ts';
import { undefinedIfMissing } from './read-back.ts';

interface Command {
  path: { bsUid: string };
  query?: { force?: boolean | undefined } | undefined;
  body: { occContext?: { version: number } | undefined };
}

const outageNote = phrase`every device that only it hears is cut off meanwhile`;

/** The planner members that all commands share; `describe` returns the effect sentence. */
function stationCommand<I extends Command>(describe: (input: I) => Phrase, effects: readonly Effect[], undo?: Phrase) {
  return {
    async inspect(inputs: readonly I[], at: PlannerContext) {
      if (inputs.some(({ query }) => query?.force !== undefined))
        throw new Refusal('force: is not accepted, it would override a concurrent change', 'Leave force out; nothing was sent.', 'force');
      const inspected = await mapWithConcurrency(inputs, async (input) => {
        const station = await read(input.path.bsUid, at);
        const device = station?.lrrID ?? input.path.bsUid;
        const version = station?.occContext?.version;
        const requested = input.body.occContext?.version;
        const before = {
          health: station?.healthState ?? 'unknown',
          region: station?.rfRegionID ?? 'unknown',
          version: String(version ?? ''),
        };
        const why = !station
          ? 'there is no such base station'
          : version === undefined || version === null
            ? 'its version is unknown, and the optimistic lock needs it'
            : requested !== undefined && requested !== version
              ? `it is at version ${version}, the command was made for version ${requested}`
              : station.cnxState === 'DISC'
                ? 'it is not connected and receives no commands'
                : undefined;
        const identifiers = [device, input.path.bsUid];
        const target = {
          device,
          label: device,
          identifiers,
          before: station ? before : {},
          verdict: why ? ('refuse' as const) : ('change' as const),
        };
        return {
          target: why ? { ...target, why } : target,
          input: { ...input, body: { ...input.body, occContext: { version: version ?? 0 } } },
        };
      });
      return {
        targets: inspected.map(({ target }) => target),
        steps: inspected.flatMap(({ target, input }) => (target.verdict === 'change' ? [{ input, targets: [target.device] }] : [])),
        effect: inputs[0] ? describe(inputs[0]) : nothing,
        noun: 'base station',
        effects,
        ...(effects.includes('disruptive')
          ? {
              dependents: inEffect(
                await devicesOfStations(
                  inspected.flatMap(({ target }) => (target.verdict === 'change' ? [target.device] : [])),
                  at,
                ),
              ),
            }
          : {}),
        ...(undo ? { undo } : {}),
        settles: phrase`seconds to minutes`,
      };
    },
    settle: (step: SentStep<I>, at: PlannerContext) => settleCommand(step, at),
    settleTimeout: { ms: 15 * minute, onTimeout: 'unknown' as const },
  };
}

const read = (bsUid: string, { connection, signal }: Pick<PlannerContext, 'connection' | 'signal'>) =>
  undefinedIfMissing(connection.call(baseStations.read, { path: { bsUid } }, { signal }));

/** The version increases when a command is accepted, so only then does the last command's status belong to this step. */
async function settleCommand({ input: { path, body }, targets, answered }: SentStep<Command>, at: PlannerContext): Promise<Settled[]> {
  const device = targets[0] ?? path.bsUid;
  const station = await read(path.bsUid, at);
  const accepted = answered || (station?.occContext?.version ?? 0) > (body.occContext?.version ?? 0);
  if (!accepted) return [{ device, outcome: 'pending', why: 'no command has reached it' }];
  const { lastCmdCompletionStatus: status } = await at.connection.call(baseStations.lastCmdStatus, { path }, { signal: at.signal });
  const after = { command: status ?? 'unknown', health: station?.healthState ?? 'unknown' };
  if (status === 'COMPLETED') return [{ device, outcome: 'applied', after }];
  if (status?.startsWith('ERR')) return [{ device, outcome: 'failed', after, why: `the base station reports ${sanitize(status, 30)}` }];
  return [{ device, outcome: 'pending', after }];
}

const plannerFor = <E extends Planner['operation'], P>(operation: E, rest: P): { operation: E } & P => ({ operation, ...rest });

export const rebootStation = planner(
  plannerFor(
    baseStations.reboot,
    stationCommand<InputOf<typeof baseStations.reboot>>(() => phrase`REBOOT; ${outageNote}, for minutes`, ['disruptive']),
  ),
);
export const restartStation = planner(
  plannerFor(
    baseStations.restart,
    stationCommand<InputOf<typeof baseStations.restart>>(() => phrase`restart its packet forwarder; ${outageNote}`, ['disruptive']),
  ),
);
export const changeRfRegion = planner(
  plannerFor(
    baseStations.updateRfRegion,
    stationCommand<InputOf<typeof baseStations.updateRfRegion>>(
      () => phrase`set radio plan ${field('body.rfRegionID')}; devices on other channels are no longer heard`,
      ['disruptive'],
      phrase`setting the previous radio plan`,
    ),
  ),
);
export const setStationLocation = planner(
  plannerFor(
    baseStations.updateLocation,
    stationCommand<InputOf<typeof baseStations.updateLocation>>(
      ({ body }) =>
        body.locationType === 2
          ? phrase`${stated('body.locationType', 2, phrase`let its GPS set its location`)}`
          : phrase`place it at ${field('body.adminLat')}, ${field('body.adminLon')}${stated('body.locationType', body.locationType, nothing)}`,
      ['write'],
      phrase`setting the previous location`,
    ),
  ),
);
