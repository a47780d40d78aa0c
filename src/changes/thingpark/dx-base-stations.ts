/** Base stations through DX Core, which has no optimistic lock and silently ignores members it cannot change, so every value is read back. */
import type { z } from 'zod';
import type { Effect, InputOf } from '../../clients/http/endpoint.ts';
import { type BaseStation, dxBaseStations } from '../../clients/thingpark/dx-base-stations.ts';
import { dxStationUpdateEffects } from '../../clients/thingpark/station-effects.ts';
import { stationIdOf } from '../../clients/thingpark/station-ids.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, phrase, settings } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import { devicesOfStations } from './dependents.ts';
import { factText } from './fact-text.ts';
import { type MemberFact, readMember, settleDeletion, settleMembers, undefinedIfMissing } from './read-back.ts';

type Body = InputOf<typeof dxBaseStations.update>['body'];
type Read = z.output<ReturnType<typeof BaseStation>>;
type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

const members = [
  'name',
  'administrativeInfo',
  'geoLatitude',
  'geoLongitude',
  'geoAltitude',
  'rfRegionId',
] as const satisfies (keyof Body)[];

const noun = 'base station';

/** The members that the body sets, each with its requested and its present value. */
const requestedMembers = (body: Body, station: Read): MemberFact[] =>
  members.flatMap((name) => (body[name] === undefined ? [] : [{ name, requested: factText(body[name]), ...readMember(station, name) }]));

/** A base station is named by its LRR ID, its LRR UUID, or the ref of the path. */
const identifiersOf = (ref: string, station: Read | undefined): string[] => [
  ...new Set([station?.id, station?.uuid, station?.ref, ref].filter((one) => typeof one === 'string')),
];

/** No read tells which devices only one base station hears. */
const devicesUnknown = warning('devices-unknown', phrase`how many devices only it hears is not known`);

const read = (baseStationRef: string, { connection, signal }: ReadContext) =>
  undefinedIfMissing(connection.call(dxBaseStations.read, { path: { baseStationRef } }, { signal }));

/** The base station that a path names: by its ref, or else by its LRR ID or LRR UUID in any spelling. */
async function named(baseStationRef: string, at: ReadContext): Promise<Read | undefined> {
  const byRef = await read(baseStationRef, at);
  const id = byRef ? undefined : stationIdOf(baseStationRef);
  return byRef ?? (id && (await find(id.kind === 'LRR ID' ? { id: id.value } : { uuid: id.value }, at)));
}

/** The request under the ref of the base station, which the path takes alone. */
const underRef = <I extends { path: { baseStationRef: string } }>(input: I, station: Read | undefined): I =>
  station?.ref ? { ...input, path: { ...input.path, baseStationRef: station.ref } } : input;

/** The base station of an LRR UUID or an LRR ID; no filter takes the first, so the list is read. */
async function find({ id, uuid }: { id?: string | undefined; uuid?: string | undefined }, { connection, signal }: ReadContext) {
  const all = await connection.call(dxBaseStations.list, { query: {} }, { signal });
  return all.find((one) => (uuid ? one.uuid?.toUpperCase() === uuid.toUpperCase() : one.id?.toUpperCase() === id?.toUpperCase()));
}

const nameOf = ({ id, uuid }: { id?: string | undefined; uuid?: string | undefined }): string => (uuid ?? id ?? '').toUpperCase();

export const createDxBaseStation = planner({
  operation: dxBaseStations.create,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, async ({ body }): Promise<TargetState> => {
      const present = await find(body, at);
      const device = nameOf(body);
      const target = { device, label: device, before: { present: present ? 'yes' : 'no' }, name: body.name };
      return present
        ? { ...target, verdict: 'refuse', why: `already there as ${quoteName(present.name ?? '')}` }
        : { ...target, verdict: 'change' };
    });
    const sets = members.some((name) => inputs.some(({ body }) => body[name] !== undefined));
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [nameOf(input.body)] })),
      effect: phrase`add base station, profile ${field('body.baseStationProfileId', 60)}${sets ? phrase`, ${settings('body', ['baseStationProfileId', 'id', 'uuid'])}` : nothing}`,
      noun,
      effects: dxBaseStations.create.effects,
      cost: phrase`May use up a base station granted to the account, cost unknown`,
      undo: phrase`deleting it again, which also deletes its history`,
      warnings: inputs.some(({ body }) => body.rfRegionId === undefined)
        ? [warning('no-rf-region', phrase`without an RF region it receives nothing`)]
        : [],
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const found = await find(step.input.body, at);
    if (!found) return [{ device, outcome: 'pending', why: 'not there when read back' }];
    return [{ device, outcome: 'applied', after: { present: 'yes', ref: found.ref ?? 'unknown', id: found.id ?? 'unknown' } }];
  },
  inverse(_step, done) {
    const ref = done[0]?.after?.['ref'];
    return ref === undefined || ref === 'unknown'
      ? undefined
      : { operation: dxBaseStations.delete, inputs: [{ path: { baseStationRef: ref } }] };
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});

export const updateDxBaseStation = planner({
  operation: dxBaseStations.update,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const station = await named(input.path.baseStationRef, at);
      const device = station?.id ?? input.path.baseStationRef;
      const all = station ? requestedMembers(input.body, station) : [];
      const before = Object.fromEntries(all.map((one) => [one.name, one.present]));
      const becomes = Object.fromEntries(all.map((one) => [one.name, one.requested]));
      const identifiers = identifiersOf(input.path.baseStationRef, station);
      const target = { device, label: device, identifiers, before, becomes };
      if (!station) return { input, station, target: { ...target, verdict: 'refuse' as const, why: 'there is no such base station' } };
      const differs = all.some(({ requested, present }) => requested !== present);
      return {
        input,
        station,
        target: { ...target, verdict: differs ? ('change' as const) : ('unchanged' as const), name: station.name ?? undefined },
      };
    });
    const changing = inspected.filter(({ target }) => target.verdict === 'change');
    const effects: Effect[] = [...new Set(changing.flatMap(({ input }) => dxStationUpdateEffects(input.body)))];
    const restorable = changing.every(({ input, target }) => restoringBody(input.body, target.before) !== undefined);
    const region = changing.some(({ input: { body } }) => body.rfRegionId !== undefined);
    return {
      targets: inspected.map(({ target }) => target),
      steps: changing.map(({ input, station, target }) => ({ input: underRef(input, station), targets: [target.device] })),
      effect: phrase`set ${settings('body')}${region ? phrase`; devices on other channels are no longer heard` : nothing}`,
      noun,
      effects: effects.length > 0 ? effects : dxBaseStations.update.effects,
      ...(restorable ? { undo: phrase`setting the previous values` } : {}),
      ...(region
        ? {
            dependents: await devicesOfStations(
              changing.map(({ target }) => target.device),
              at,
            ),
          }
        : {}),
      warnings: region ? [devicesUnknown] : [],
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const station = await read(step.input.path.baseStationRef, at);
    if (!station) return [{ device, outcome: 'pending', why: 'not there when read back' }];
    const cause = 'DX silently ignores what it cannot change, such as the location where the GPS sets it';
    return [settleMembers(device, requestedMembers(step.input.body, station), { isAccepted: step.answered, cause })];
  },
  inverse({ input }, done) {
    const body = done[0] && restoringBody(input.body, done[0].before);
    return body && { operation: dxBaseStations.update, inputs: [{ path: input.path, body }] };
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** The body that restores what `body` changes; undefined where a member had no value, which DX cannot set again. */
function restoringBody(body: Body, before: Readonly<Record<string, string>>): Body | undefined {
  const names = members.filter((name) => body[name] !== undefined);
  if (names.some((name) => [undefined, 'none', 'unknown'].includes(before[name]))) return undefined;
  return Object.fromEntries(names.map((name) => [name, name.startsWith('geo') ? Number(before[name]) : before[name]]));
}

export const deleteDxBaseStation = planner({
  operation: dxBaseStations.delete,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => ({ input, station: await named(input.path.baseStationRef, at) }));
    return {
      targets: inspected.map(({ input, station }): TargetState => {
        const device = station?.id ?? input.path.baseStationRef;
        const target = { device, label: device, identifiers: identifiersOf(input.path.baseStationRef, station) };
        if (!station) return { ...target, before: {}, verdict: 'refuse', why: 'there is no such base station' };
        const { uuid, baseStationProfileId: profile, statistics } = station;
        const facts = {
          ...Object.fromEntries(members.map((name) => [name, station[name]])),
          uuid,
          profile,
          health: statistics?.healthState,
        };
        const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
        const before = Object.fromEntries(known.map(([name, value]) => [name, sanitize(factText(value), 200)]));
        return { ...target, before, verdict: 'change', name: station.name ?? undefined };
      }),
      steps: inspected.flatMap(({ input, station }) =>
        station ? [{ input: underRef(input, station), targets: [station.id ?? input.path.baseStationRef] }] : [],
      ),
      effect: phrase`DELETE for good with its history and alarms; every device that only it hears is cut off`,
      dependents: await devicesOfStations(
        inspected.flatMap(({ station }) => station?.id ?? []),
        at,
      ),
      warnings: [devicesUnknown],
      noun,
      effects: dxBaseStations.delete.effects,
    };
  },
  async settle(step, at) {
    return [settleDeletion(await read(step.input.path.baseStationRef, at), step.targets[0] ?? '')];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
