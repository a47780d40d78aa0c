import type { InputOf } from '../../clients/http/endpoint.ts';
import { devices } from '../../clients/thingspace/devices.ts';
import { mainIdOf } from '../../clients/thingspace/identity.ts';
import { idOf, stateOf } from '../../clients/thingspace/ids.ts';
import { day } from '../../durations.ts';
import type { Target } from '../../store/change.ts';
import { sanitize } from '../../text/sanitize.ts';
import { checkDigitWarning } from '../../vocabulary.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import { elementNamed } from './named-ids.ts';
import { quotaWarnings } from './quotas.ts';
import { recordsOf } from './sim-rows.ts';
import { requestIdOf, settleByState } from './sim-settling.ts';
import {
  checkServicePlan,
  digitWarnings,
  elementsOf,
  inAccount,
  inspectSims,
  lastingElementsOf,
  narrowBy,
  requestsFor,
  resolveSims,
  type Sim,
  selectionOf,
  simTarget,
  stateWords,
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

const unknownSim = 'the account does not know this SIM; adding it to the stock is another operation: thingspace.stock.add';
// Each comparison of an IMEI costs one read.
const mostCompared = 50;

async function inspectActivation({ body }: ActivateInput, at: PlannerContext) {
  const { devices: named, accountName } = body;
  const sims = await resolveSims({ devices: named, accountName }, at);
  const known = sims.filter((sim) => sim.row);
  const targets: TargetState[] = [];
  const warnings = digitWarnings(sims);
  const changing: Sim[] = [];
  // SIMs that the account does not know are left out of a list. Nothing remains of a list of such SIMs alone, so that it is refused.
  for (const sim of sims.filter((one) => !one.row)) {
    if (known.length === 0) targets.push(simTarget(sim, { verdict: 'refuse', why: unknownSim }));
    else warnings.push(`${sim.device} is left out: ${unknownSim}`);
  }
  for (const sim of known) {
    const { imei, given, recorded } = imeiOf(sim);
    const address = sim.element.ipAddress && sanitize(sim.element.ipAddress, 40);
    const other = sim.element.deviceIds.some((one) => ['meid', 'esn'].includes(one.kind.toLowerCase())) || body.skuNumber !== undefined;
    const verdict = activationVerdict(sim);
    if (verdict.verdict === 'change' && !imei && !other) {
      targets.push(simTarget(sim, { verdict: 'refuse', why: 'no IMEI was given and the account has none on record; give imei' }));
      continue;
    }
    if (given && recorded && !isSameDevice(given, recorded))
      warnings.push(`${sim.device}: the account has IMEI ${recorded} on record, ${given} was given`);
    if (!given && imei) warnings.push(`${sim.device}: IMEI ${imei} is taken from the account's record`);
    // An IMEI that the carrier itself has on record is no typing mistake.
    const bad = imei && imei !== recorded ? checkDigitWarning('imei', imei) : undefined;
    if (bad) warnings.push(bad);
    if (verdict.verdict === 'change' && sim.state === 'unknown')
      warnings.push(`${sim.device}: the carrier reports no state that is understood, it may be active already`);
    targets.push(simTarget(sim, { ...verdict, facts: { ...(imei ? { imei } : {}), ...(address ? { 'new IP': address } : {}) } }));
    if (verdict.verdict !== 'change') continue;
    const deviceIds = given || !imei ? sim.element.deviceIds : [{ id: imei, kind: 'imei' }, ...sim.element.deviceIds];
    changing.push({ ...sim, element: { ...sim.element, deviceIds } });
  }
  warnings.push(...(await sharedImeiWarnings(changing, at)));
  for (const account of new Set(changing.map((sim) => sim.account))) await checkServicePlan(body.servicePlan, account, at);
  const steps = requestsFor(changing, undefined, at).map(([account, group]) => ({
    input: { body: { ...body, ...inAccount(account), devices: elementsOf(group) } },
    targets: group.map((sim) => sim.device),
  }));
  return { targets, steps, warnings };
}

/** The IMEI to activate a SIM with: the given one, or else the one on record. */
function imeiOf({ element, row }: Sim) {
  const given = element.deviceIds.find((one) => one.kind.toLowerCase() === 'imei')?.id;
  const recorded = row && idOf(row, 'imei');
  return { given, recorded, imei: given ?? recorded };
}

/** Warns about an IMEI that another SIM holds, or that two SIMs of the request share. */
async function sharedImeiWarnings(sims: readonly Sim[], at: PlannerContext): Promise<string[]> {
  const withImei = sims.flatMap((sim) => {
    const { imei } = imeiOf(sim);
    return imei ? [{ sim, imei }] : [];
  });
  const twice = [...Map.groupBy(withImei, ({ imei }) => imei)].flatMap(([imei, those]) =>
    those.length > 1 ? [`IMEI ${imei} is to be used with ${those.length} SIMs: ${those.map(({ sim }) => sim.device).join(', ')}`] : [],
  );
  if (withImei.length > mostCompared)
    return [...twice, `whether other SIMs hold the IMEIs is not compared for more than ${mostCompared} SIMs`];
  const holders = await mapWithConcurrency(withImei, async ({ sim, imei }) => {
    const rows = await recordsOf({ id: imei, kind: 'imei' }, at);
    const others = rows.filter((row) => ![mainIdOf(row)?.id, idOf(row, 'iccid')].some((id) => id && isSameDevice(id, sim.device)));
    return others.map((row) => {
      const where = row.accountName && row.accountName !== sim.account ? ` in account ${sanitize(row.accountName, 40)}` : '';
      return `${sim.device}: SIM ${mainIdOf(row)?.id ?? 'without an identifier'} (${stateOf(row)})${where} holds IMEI ${imei} already`;
    });
  });
  return [...twice, ...holders.flat()];
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
  (sim: Sim): Verdict => {
    if (sim.state === rule.already) return { verdict: 'unchanged' };
    return rule.from.includes(sim.state) ? { verdict: 'change' } : { verdict: 'refuse', why: `${stateWords(sim)}, only ${rule.only}` };
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
      request: ({ body }, sims, account) => ({ body: { ...body, ...inAccount(account), devices: lastingElementsOf(sims) } }),
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

/** The input of the inverse operation: the changed SIMs as the request named them. */
function inputFor(body: { accountName?: string | undefined }, done: readonly Target[]) {
  const { accountName } = body;
  const elements = done.map(({ device }) => elementNamed(body, device));
  return { body: { ...(accountName ? { accountName } : {}), devices: elements } };
}
