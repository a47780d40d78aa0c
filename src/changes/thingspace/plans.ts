import { byIccid, planOf } from '../../clients/thingspace/ids.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { day } from '../../durations.ts';
import { sanitize } from '../../text/sanitize.ts';
import { planner } from '../planner.ts';
import { requestIdOf, settleByFoundRows } from './sim-settling.ts';
import { checkServicePlan, elementsOf, inAccount, inspectSims, narrowBy, requireActive, type Sim, type Verdict } from './sims.ts';

function judge(sim: Sim, plan: string): Verdict {
  if (sim.state === 'suspend') return { verdict: 'refuse', why: 'it is suspended, a plan is never changed meanwhile; restore_sim first' };
  if (sim.state === 'active' && sim.row && planOf(sim.row) === plan) return { verdict: 'unchanged' };
  return requireActive(sim, 'put on another plan');
}

/** Changes the service plan. Not possible while suspended, and only to a plan that the account offers. */
export const changePlan = planner({
  operation: plans.change,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body: { devices, accountName, groupName, currentServicePlan, customFields } }) => ({
        devices,
        accountName,
        filter: { groupName, servicePlan: currentServicePlan, customFields },
      }),
      verdictOf: (sim, { body }) => judge(sim, body.servicePlan),
      request: ({ body }, sims, account) => {
        const { groupName: _group, currentServicePlan: _plan, customFields: _fields, ...rest } = body;
        return { body: { ...rest, ...inAccount(account), devices: elementsOf(sims) } };
      },
    });
    for (const account of new Set(inspected.steps.map(({ input }) => input.body.accountName)))
      await checkServicePlan(inputs[0]?.body.servicePlan ?? '', account, at);
    const from = [...new Set(inspected.targets.flatMap((one) => (one.verdict === 'change' ? (one.before['plan'] ?? []) : [])))];
    const body = inputs[0]?.body;
    const when = body?.takeEffect ? `, from ${sanitize(body.takeEffect, 30)} on` : '';
    return {
      ...inspected,
      warnings: [...inspected.warnings, 'a SIM takes 4 plan changes a month'],
      effect: `change service plan from ${from.length === 1 ? sanitize(from[0] ?? '', 40) : `${from.length} plans`} to ${sanitize(body?.servicePlan ?? '', 40)}${when}`,
      effects: plans.change.effects,
      cost: 'Billed by the new plan, cost unknown',
      undo: 'change_service_plan back, one more of the 4 a month',
      settles: 'seconds to minutes',
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) =>
    settleByFoundRows(steps, at, (row, { input: { body } }) => ({
      done: planOf(row) === body.servicePlan,
      after: { plan: planOf(row) ?? 'none' },
    })),
  inverse({ input: { body } }, done) {
    const former = [...new Set(done.map((target) => target.before['plan'] ?? ''))];
    const inputs = former.map((servicePlan) => ({
      body: {
        servicePlan,
        ...(body.accountName ? { accountName: body.accountName } : {}),
        devices: done.filter((target) => target.before['plan'] === servicePlan).map(({ device }) => byIccid(device)),
      },
    }));
    return former.includes('') || body.takeEffect ? undefined : { operation: plans.change, inputs };
  },
  // A change that takes effect on a later day is not confirmed within this time and ends as unknown.
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});
