import type { InputOf } from '../../clients/http/endpoint.ts';
import { globalProfiles } from '../../clients/thingspace/global-profiles.ts';
import { asIccid, idOf, stateOf } from '../../clients/thingspace/ids.ts';
import { day } from '../../durations.ts';
import type { Target } from '../../store/change.ts';
import { warning } from '../document/approval-document.ts';
import { field, joined, nothing, type Phrase, phrase } from '../document/phrase.ts';
import { type Plan, type PlannerContext, planner, type SentStep, type Settled, type TargetState, type Warning } from '../planner.ts';
import { elementNamed } from './named-ids.ts';
import { inspectNamed, type Named, settleProfile } from './profiles.ts';
import { quotaWarnings } from './quotas.ts';
import { oneOf } from './shown.ts';
import { recordsOf } from './sim-rows.ts';
import { requestIdOf, settleByFoundRows } from './sim-settling.ts';
import { eidWarnings } from './sim-warnings.ts';
import { narrowBy, requireActive, type Sim, simTarget, stateWords, type Verdict } from './sims.ts';

const timeout = { ms: day, onTimeout: 'unknown' } as const;
const suspensionCost = phrase`Billing while suspended depends on the contract, cost unknown`;
const resumptionCost = phrase`Billed again by plan and contract, cost unknown`;

/** Downloads a global profile; the state of a profile is no part of a SIM's record, so the request's status decides. */
export const downloadGlobalProfile = planner({
  operation: globalProfiles.download,
  async inspect(inputs, at) {
    return {
      ...(await inspectNamed(inputs, at, (sim) => requireActive(sim, 'given another profile'))),
      effect: phrase`download a global profile${onPlan(inputs)} and leave it disabled`,
      effects: globalProfiles.download.effects,
      undo: phrase`deleting the stored profile`,
      settles: phrase`minutes, longer while the device is out of reach`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

/** The service plan of a request, where it is given. */
const onPlan = (inputs: readonly { body: { servicePlan?: string | undefined } }[]): Phrase =>
  inputs.some(({ body }) => body.servicePlan !== undefined) ? phrase` on plan ${field('body.servicePlan')}` : nothing;

const transition =
  (from: string, to: string, participle: string) =>
  (sim: Sim): Verdict => {
    if (sim.state === to) return { verdict: 'unchanged' };
    return sim.state === from
      ? { verdict: 'change', becomes: { state: to } }
      : { verdict: 'refuse', why: `${stateWords(sim)}, it cannot be ${participle}` };
  };

/** The outcome by the SIM's own state. While it is open, the request's status is read, which may report a failure early. */
async function settleInState(step: SentStep<Named>, at: PlannerContext, wanted: string): Promise<Settled[]> {
  const found = await settleByFoundRows([step], at, (row) => ({ done: stateOf(row) === wanted, after: { state: stateOf(row) } }));
  const open = found.filter(({ outcome }) => outcome === 'pending').map(({ device }) => device);
  if (open.length === 0) return found;
  const reports = new Map((await settleProfile({ ...step, targets: open }, at)).map((one) => [one.device, one]));
  return found.map((one): Settled => {
    const report = reports.get(one.device);
    if (report?.outcome === 'failed') return { ...one, outcome: 'failed', ...(report.why ? { why: report.why } : {}) };
    if (report?.outcome !== 'applied') return one;
    return { ...one, why: `the carrier reports success, but the SIM is "${one.after?.['state'] ?? 'not found'}"` };
  });
}

/** The input of the inverse operation: the changed profiles as the request named them. */
function inputFor(body: InputOf<typeof globalProfiles.suspend>['body'], done: readonly Target[]) {
  const { accountName, servicePlan } = body;
  return {
    body: { accountName, devices: done.map(({ device }) => elementNamed(body, device)), ...(servicePlan ? { servicePlan } : {}) },
  };
}

export const suspendGlobalProfiles = planner({
  operation: globalProfiles.suspend,
  async inspect(inputs, at) {
    const inspected = await inspectNamed(inputs, at, transition('active', 'suspend', 'suspended'), 10_000);
    return {
      ...inspected,
      warnings: [...(await quotaWarnings(inspected.targets, at)), ...inspected.warnings],
      effect: phrase`suspend the global profile${onPlan(inputs)}, no service through it until it is resumed`,
      effects: globalProfiles.suspend.effects,
      cost: suspensionCost,
      undo: phrase`undo_change, which resumes it`,
      settles: phrase`minutes`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleInState(step, at, 'suspend'),
  inverse: ({ input }, done) => ({ operation: globalProfiles.resume, inputs: [inputFor(input.body, done)] }),
  settleTimeout: timeout,
});

export const resumeGlobalProfiles = planner({
  operation: globalProfiles.resume,
  async inspect(inputs, at) {
    const inspected = await inspectNamed(inputs, at, transition('suspend', 'active', 'resumed'), 10_000);
    return {
      ...inspected,
      warnings: [...(await quotaWarnings(inspected.targets, at)), ...inspected.warnings],
      effect: phrase`resume the profile${onPlan(inputs)}`,
      effects: globalProfiles.resume.effects,
      cost: resumptionCost,
      undo: phrase`undo_change, which suspends it`,
      settles: phrase`minutes`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleInState(step, at, 'active'),
  inverse: ({ input }, done) => ({ operation: globalProfiles.suspend, inputs: [inputFor(input.body, done)] }),
  settleTimeout: timeout,
});

type EuiccInput = InputOf<typeof globalProfiles.suspendDevice>;

/** Inspects requests on whole eUICCs. Every SIM on an eUICC is a target of its own; each eUICC gets a request of its own. */
async function inspectEuiccs(
  inputs: readonly EuiccInput[],
  at: PlannerContext,
  from: string,
  to: string,
): Promise<Pick<Plan<EuiccInput>, 'targets' | 'steps' | 'noun' | 'warnings'>> {
  const targets: TargetState[] = [];
  const warnings: Warning[] = [];
  const steps: { input: EuiccInput; targets: string[] }[] = [];
  for (const { body } of inputs)
    for (const element of body.devices) {
      const eid = element.deviceIds[0]?.id ?? '';
      const rows = await recordsOf({ id: eid, kind: 'eid' }, at);
      const sims = rows.map((row): Sim => {
        const iccid = idOf(row, 'iccid') ?? eid;
        return {
          element: { deviceIds: [asIccid(iccid), { id: eid, kind: 'eid' }] },
          device: iccid,
          row,
          account: row.accountName ?? undefined,
          state: stateOf(row),
        };
      });
      if (sims.length === 0)
        targets.push({ device: eid, label: `eUICC ${eid}`, before: {}, verdict: 'refuse', why: 'the carrier does not know this EID' });
      const foreign = (sim: Sim): boolean => sim.account !== undefined && sim.account !== body.accountName;
      // Its own element, by which the carrier is asked, names the EID alone.
      warnings.push(...eidWarnings(sims.map((sim) => ({ ...sim, element }))));
      targets.push(
        ...sims.map((sim) =>
          simTarget(sim, {
            ...(foreign(sim)
              ? { verdict: 'refuse', why: `it is in account ${sim.account}` }
              : sim.state === 'unknown'
                ? { verdict: 'refuse', why: stateWords(sim) }
                : sim.state === from
                  ? { verdict: 'change', becomes: { state: to } }
                  : { verdict: 'unchanged' }),
            facts: { eid },
          }),
        ),
      );
      const changing = sims.filter((sim) => sim.state === from).map((sim) => sim.device);
      if (changing.length > 0) steps.push({ input: { body: { ...body, devices: [element] } }, targets: changing });
    }
  return { targets, steps, noun: 'SIM', warnings: [...(await quotaWarnings(targets, at)), ...warnings] };
}

/** The eUICC of a request, or their number. */
function euiccsOf(inputs: readonly EuiccInput[]): Phrase {
  const eids = inputs.flatMap(({ body }) => body.devices.flatMap(({ deviceIds }) => deviceIds.map(({ id }) => id)));
  if (eids.length > 3) return phrase`${eids.length} whole eUICCs`;
  return phrase`the whole eUICC ${joined(eids.map((eid) => oneOf('body.devices.deviceIds.id', eid)))}`;
}

export const suspendEuiccs = planner({
  operation: globalProfiles.suspendDevice,
  async inspect(inputs, at) {
    return {
      ...(await inspectEuiccs(inputs, at, 'active', 'suspend')),
      effect: phrase`suspend ${euiccsOf(inputs)}, lead profile included: it cannot be reached`,
      effects: globalProfiles.suspendDevice.effects,
      cost: suspensionCost,
      undo: phrase`undo_change, which resumes the device`,
      settles: phrase`minutes`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleInState(step, at, 'suspend'),
  inverse: ({ input }) => ({ operation: globalProfiles.resumeDevice, inputs: [input] }),
  settleTimeout: timeout,
});

export const resumeEuiccs = planner({
  operation: globalProfiles.resumeDevice,
  async inspect(inputs, at) {
    const inspected = await inspectEuiccs(inputs, at, 'suspend', 'active');
    return {
      ...inspected,
      warnings: [
        ...(inspected.warnings ?? []),
        warning('stays-suspended', phrase`a profile that was suspended before its device stays suspended`),
      ],
      effect: phrase`resume ${euiccsOf(inputs)} with the profiles suspended with it`,
      effects: globalProfiles.resumeDevice.effects,
      cost: resumptionCost,
      undo: phrase`undo_change, which suspends the device`,
      settles: phrase`minutes`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleInState(step, at, 'active'),
  inverse: ({ input }) => ({ operation: globalProfiles.suspendDevice, inputs: [input] }),
  settleTimeout: timeout,
});
