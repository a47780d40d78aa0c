import { planOf } from '../../clients/thingspace/ids.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { day } from '../../durations.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, phrase, quoted } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import { elementNamed } from './named-ids.ts';
import { requestIdOf, settleByFoundRows } from './sim-settling.ts';
import { checkServicePlan, elementsOf, inAccount, inspectSims, narrowBy, requireActive, type Sim, type Verdict } from './sims.ts';

function judge(
  sim: Sim,
  { servicePlan: plan, carrierIpPoolName }: { servicePlan: string; carrierIpPoolName?: string | undefined },
): Verdict {
  if (sim.state === 'suspend') return { verdict: 'refuse', why: 'it is suspended, a plan is never changed meanwhile; restore_sim first' };
  if (sim.state === 'active' && sim.row && planOf(sim.row) === plan) {
    return carrierIpPoolName === undefined
      ? { verdict: 'unchanged' }
      : {
          verdict: 'refuse',
          why: 'it is on that plan already, and its carrierIpPoolName cannot be compared; leave carrierIpPoolName out',
        };
  }
  return { ...requireActive(sim, 'put on another plan'), becomes: { plan } };
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
      verdictOf: (sim, { body }) => judge(sim, body),
      request: ({ body }, sims, account) => {
        const { groupName: _group, currentServicePlan: _plan, customFields: _fields, ...rest } = body;
        return { body: { ...rest, ...inAccount(account), devices: elementsOf(sims) } };
      },
    });
    for (const account of new Set(inspected.steps.map(({ input }) => input.body.accountName)))
      await checkServicePlan(inputs[0]?.body.servicePlan ?? '', account, at);
    const from = [...new Set(inspected.targets.flatMap((one) => (one.verdict === 'change' ? (one.before['plan'] ?? []) : [])))];
    const body = inputs[0]?.body;
    const when = body?.takeEffect ? phrase`, from ${field('body.takeEffect')} on` : nothing;
    const [only] = from;
    const before = only === undefined ? nothing : from.length === 1 ? phrase`from ${quoted(only)} ` : phrase`from ${from.length} plans `;
    return {
      ...inspected,
      warnings: [...inspected.warnings, warning('monthly-limit', phrase`a SIM takes 4 plan changes a month`)],
      effect: phrase`change service plan ${before}to ${field('body.servicePlan')}${when}`,
      effects: plans.change.effects,
      cost: phrase`Billed by the new plan, cost unknown`,
      undo: phrase`change_service_plan back, one more of the 4 a month`,
      settles: phrase`seconds to minutes`,
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
        devices: done.filter((target) => target.before['plan'] === servicePlan).map(({ device }) => elementNamed(body, device)),
      },
    }));
    return former.includes('') || body.takeEffect ? undefined : { operation: plans.change, inputs };
  },
  // A change that takes effect on a later day is not confirmed within this time and ends as unknown.
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});
