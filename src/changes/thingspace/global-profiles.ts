import type { InputOf } from '../../clients/http/endpoint.ts';
import { globalProfiles } from '../../clients/thingspace/global-profiles.ts';
import { asIccid, idOf, stateOf } from '../../clients/thingspace/ids.ts';
import { day } from '../../durations.ts';
import type { Target } from '../../store/change.ts';
import { quoteName } from '../../text/sanitize.ts';
import { type Plan, type PlannerContext, planner, type SentStep, type Settled, type TargetState } from '../planner.ts';
import { elementNamed } from './named-ids.ts';
import { inspectNamed, type Named, settleProfile } from './profiles.ts';
import { quotaWarnings } from './quotas.ts';
import { recordsOf } from './sim-rows.ts';
import { requestIdOf, settleByFoundRows } from './sim-settling.ts';
import { narrowBy, requireActive, type Sim, simTarget, stateWords, type Verdict } from './sims.ts';

const timeout = { ms: day, onTimeout: 'unknown' } as const;
const suspensionCost = 'Billing while suspended depends on the contract, cost unknown';
const resumptionCost = 'Billed again by plan and contract, cost unknown';

/** Downloads a global profile; the state of a profile is no part of a SIM's record, so the request's status decides. */
export const downloadGlobalProfile = planner({
  operation: globalProfiles.download,
  async inspect(inputs, at) {
    return {
      ...(await inspectNamed(inputs, at, (sim) => requireActive(sim, 'given another profile'))),
      effect: 'download a global profile and leave it disabled',
      effects: globalProfiles.download.effects,
      undo: 'deleting the stored profile',
      settles: 'minutes, longer while the device is out of reach',
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

const transition =
  (from: string, to: string, participle: string) =>
  (sim: Sim): Verdict => {
    if (sim.state === to) return { verdict: 'unchanged' };
    return sim.state === from ? { verdict: 'change' } : { verdict: 'refuse', why: `${stateWords(sim)}, it cannot be ${participle}` };
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
      effect: 'suspend the global profile, no service through it until it is resumed',
      effects: globalProfiles.suspend.effects,
      cost: suspensionCost,
      undo: 'undo_change, which resumes it',
      settles: 'minutes',
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
      effect: 'resume the profile',
      effects: globalProfiles.resume.effects,
      cost: resumptionCost,
      undo: 'undo_change, which suspends it',
      settles: 'minutes',
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
): Promise<Pick<Plan<EuiccInput>, 'targets' | 'steps' | 'noun' | 'warnings'>> {
  const targets: TargetState[] = [];
  const steps: { input: EuiccInput; targets: string[] }[] = [];
  for (const { body } of inputs)
    for (const element of body.devices) {
      const eid = element.deviceIds[0]?.id ?? '';
      const rows = await recordsOf({ id: eid, kind: 'eid' }, at);
      const sims = rows.map((row): Sim => {
        const iccid = idOf(row, 'iccid') ?? eid;
        return { element: { deviceIds: [asIccid(iccid)] }, device: iccid, row, account: row.accountName ?? undefined, state: stateOf(row) };
      });
      if (sims.length === 0)
        targets.push({ device: eid, label: `eUICC ${eid}`, before: {}, verdict: 'refuse', why: 'the carrier does not know this EID' });
      const foreign = (sim: Sim): boolean => sim.account !== undefined && sim.account !== body.accountName;
      targets.push(
        ...sims.map((sim) =>
          simTarget(sim, {
            ...(foreign(sim)
              ? { verdict: 'refuse', why: `it is in account ${sim.account}` }
              : sim.state === 'unknown'
                ? { verdict: 'refuse', why: stateWords(sim) }
                : { verdict: sim.state === from ? 'change' : 'unchanged' }),
            facts: { eid },
          }),
        ),
      );
      const changing = sims.filter((sim) => sim.state === from).map((sim) => sim.device);
      if (changing.length > 0) steps.push({ input: { body: { ...body, devices: [element] } }, targets: changing });
    }
  return { targets, steps, noun: 'SIM', warnings: await quotaWarnings(targets, at) };
}

/** The eUICC of a request, or their number. */
function euiccsOf(inputs: readonly EuiccInput[]): string {
  const [only, ...others] = inputs.flatMap(({ body }) => body.devices);
  return others.length > 0 ? `${others.length + 1} whole eUICCs` : `the whole eUICC ${quoteName(only?.deviceIds[0]?.id ?? '')}`;
}

export const suspendEuiccs = planner({
  operation: globalProfiles.suspendDevice,
  async inspect(inputs, at) {
    return {
      ...(await inspectEuiccs(inputs, at, 'active')),
      effect: `suspend ${euiccsOf(inputs)}, lead profile included: it cannot be reached`,
      effects: globalProfiles.suspendDevice.effects,
      cost: suspensionCost,
      undo: 'undo_change, which resumes the device',
      settles: 'minutes',
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
    const inspected = await inspectEuiccs(inputs, at, 'suspend');
    return {
      ...inspected,
      warnings: [...(inspected.warnings ?? []), 'a profile that was suspended before its device stays suspended'],
      effect: `resume ${euiccsOf(inputs)} with the profiles suspended with it`,
      effects: globalProfiles.resumeDevice.effects,
      cost: resumptionCost,
      undo: 'undo_change, which suspends the device',
      settles: 'minutes',
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleInState(step, at, 'active'),
  inverse: ({ input }) => ({ operation: globalProfiles.suspendDevice, inputs: [input] }),
  settleTimeout: timeout,
});
