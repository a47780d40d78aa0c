import type { InputOf } from '../../clients/http/endpoint.ts';
import { devices } from '../../clients/thingspace/devices.ts';
import { byIccid, idOf } from '../../clients/thingspace/ids.ts';
import { day } from '../../durations.ts';
import type { Target } from '../../store/change.ts';
import { sanitize } from '../../text/sanitize.ts';
import { checkDigitWarning } from '../../vocabulary.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import { quotaWarnings } from './quotas.ts';
import { requestIdOf, settleByState } from './sim-settling.ts';
import {
  checkServicePlan,
  digitWarnings,
  elementsOf,
  inAccount,
  inspectSims,
  narrowBy,
  requestsFor,
  resolveSims,
  type Sim,
  selectionOf,
  simTarget,
  type Verdict,
  withoutFilter,
} from './sims.ts';

/** Activates SIMs. Activation requires IMEI and ICCID together; a missing IMEI is taken from the account's record and shown in the plan. */
export const activateSims = planner({
  operation: devices.activate,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, (input) => inspectActivation(input, at), 1);
    const body = inputs[0]?.body;
    const targets = inspected.flatMap((one) => one.targets);
    return {
      targets,
      steps: inspected.flatMap((one) => one.steps),
      effect: `activate on plan ${sanitize(body?.servicePlan ?? '', 40)}, ZIP ${sanitize(body?.mdnZipCode ?? '', 10)}, each gets a new number`,
      noun: 'SIM',
      effects: devices.activate.effects,
      cost: 'Billed by plan and contract, cost unknown',
      undo: 'deactivate_sim, which is final for the number',
      settles: 'minutes, up to 24 hours',
      warnings: [...(await quotaWarnings(targets, at)), ...inspected.flatMap((one) => one.warnings)],
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) => settleByState(steps, at, (state) => state === 'active'),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

type ActivateInput = InputOf<typeof devices.activate>;

async function inspectActivation({ body }: ActivateInput, at: PlannerContext) {
  const { devices: named, accountName } = body;
  const sims = await resolveSims({ devices: named, accountName }, at);
  const targets: TargetState[] = [];
  const warnings = digitWarnings(sims);
  const changing: Sim[] = [];
  for (const sim of sims) {
    const given = sim.element.deviceIds.find((one) => one.kind.toLowerCase() === 'imei')?.id;
    const imei = given ?? (sim.row && idOf(sim.row, 'imei'));
    const recorded = sim.row && idOf(sim.row, 'imei');
    const other = sim.element.deviceIds.some((one) => ['meid', 'esn'].includes(one.kind.toLowerCase())) || body.skuNumber !== undefined;
    const verdict = activationVerdict(sim);
    if (verdict.verdict === 'change' && !imei && !other) {
      targets.push(simTarget(sim, { verdict: 'refuse', why: 'no IMEI was given and the account has none on record; give imei' }));
      continue;
    }
    if (given && recorded && given !== recorded)
      warnings.push(`${sim.device}: the account has IMEI ${recorded} on record, ${given} was given`);
    if (!given && imei) warnings.push(`${sim.device}: IMEI ${imei} is taken from the account's record`);
    const bad = imei ? checkDigitWarning('imei', imei) : undefined;
    if (bad) warnings.push(bad);
    if (!sim.row)
      warnings.push(`${sim.device} is not in the account yet: the carrier adds it, and it may stay there if the activation fails`);
    targets.push(simTarget(sim, { ...verdict, facts: imei ? { imei } : {} }));
    if (verdict.verdict !== 'change') continue;
    const deviceIds = given || !imei ? sim.element.deviceIds : [{ id: imei, kind: 'imei' }, ...sim.element.deviceIds];
    changing.push({ ...sim, element: { deviceIds } });
  }
  for (const account of new Set(changing.map((sim) => sim.account))) await checkServicePlan(body.servicePlan, account, at);
  const steps = requestsFor(changing, undefined, at).map(([account, group]) => ({
    input: { body: { ...body, ...inAccount(account), devices: elementsOf(group) } },
    targets: group.map((sim) => sim.device),
  }));
  return { targets, steps, warnings };
}

function activationVerdict(sim: Sim): Verdict {
  if (sim.state === 'active') return { verdict: 'unchanged' };
  if (sim.state.startsWith('pending')) return { verdict: 'refuse', why: `it is in "${sim.state}", another request is under way` };
  if (sim.state === 'suspend') return { verdict: 'refuse', why: 'it is suspended; restore_sim brings it back' };
  return { verdict: 'change' };
}

/** The verdict rule of suspend, restore and deactivate: the allowed states before and the state after. */
const transition =
  (rule: { from: readonly string[]; already: string; only: string }) =>
  ({ state }: Sim): Verdict => {
    if (state === rule.already) return { verdict: 'unchanged' };
    return rule.from.includes(state) ? { verdict: 'change' } : { verdict: 'refuse', why: `it is "${state}", only ${rule.only}` };
  };

export const suspendSims = planner({
  operation: devices.suspend,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body }) => selectionOf(body),
      verdictOf: transition({ from: ['active'], already: 'suspend', only: 'an active SIM can be suspended' }),
      request: ({ body }, sims, account) => ({ body: { ...withoutFilter(body), ...inAccount(account), devices: elementsOf(sims) } }),
    });
    return {
      ...inspected,
      warnings: [...(await quotaWarnings(inspected.targets, at)), ...inspected.warnings],
      effect: 'suspend, no traffic until restored, resumes by itself after 90 days',
      effects: devices.suspend.effects,
      cost: 'Billing while suspended depends on the contract, cost unknown',
      undo: 'restore_sim',
      settles: 'seconds to minutes',
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) => settleByState(steps, at, (state) => state === 'suspend'),
  inverse: ({ input }, done) => ({ operation: devices.restore, inputs: [inputFor(input.body, done)] }),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

export const restoreSims = planner({
  operation: devices.restore,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body }) => selectionOf(body),
      verdictOf: transition({ from: ['suspend'], already: 'active', only: 'a suspended SIM can be restored' }),
      request: ({ body }, sims, account) => ({ body: { ...withoutFilter(body), ...inAccount(account), devices: elementsOf(sims) } }),
    });
    return {
      ...inspected,
      warnings: [...(await quotaWarnings(inspected.targets, at)), ...inspected.warnings],
      effect: 'restore to active',
      effects: devices.restore.effects,
      cost: 'Billed again by plan and contract, cost unknown',
      undo: 'suspend_sim',
      settles: 'seconds to minutes',
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) => settleByState(steps, at, (state) => state === 'active'),
  inverse: ({ input }, done) => ({ operation: devices.suspend, inputs: [inputFor(input.body, done)] }),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

export const deactivateSims = planner({
  operation: devices.deactivate,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body: { devices: named, accountName } }) => ({ devices: named, accountName }),
      verdictOf: transition({ from: ['active', 'suspend'], already: 'deactive', only: 'an active or suspended SIM can be deactivated' }),
      request: ({ body }, sims, account) => ({ body: { ...body, ...inAccount(account), devices: elementsOf(sims) } }),
    });
    const body = inputs[0]?.body;
    const deletion = body?.deleteAfterDeactivation ? ', record and history are deleted too' : '';
    const fee = body?.etfWaiver
      ? 'Termination fee waived only if the contract has waivers'
      : 'A termination fee may be charged, cost unknown';
    return {
      ...inspected,
      warnings: [...(await quotaWarnings(inspected.targets, at)), ...inspected.warnings],
      effect: `DEACTIVATE, number and IP are lost for good${deletion}`,
      effects: devices.deactivate.effects,
      cost: fee,
      settles: 'seconds to minutes',
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) =>
    settleByState(
      steps,
      at,
      (state) => state === 'deactive',
      ({ input }) => input.body.deleteAfterDeactivation === true,
    ),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

/** The input of the inverse operation: the changed SIMs by ICCID. */
function inputFor({ accountName }: { accountName?: string | undefined }, done: readonly Target[]) {
  const elements = done.map(({ device }) => byIccid(device));
  return { body: { ...(accountName ? { accountName } : {}), devices: elements } };
}
