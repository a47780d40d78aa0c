import { accounts } from '../../clients/thingspace/accounts.ts';
import { planOf } from '../../clients/thingspace/ids.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { day } from '../../durations.ts';
import { plainText } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, phrase } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import { elementNamed } from './named-ids.ts';
import { requestIdOf, settleByFoundRows } from './sim-settling.ts';
import { elementsOf, inspectSims, narrowBy, requireActive, type Sim, type Verdict } from './sims.ts';

/** Moves active SIMs to another account, which must offer their service plan. */
export const moveSims = planner({
  operation: accounts.move,
  async inspect(inputs, at) {
    const first = inputs[0]?.body;
    const target = first?.accountName ?? '';
    const offered = await at.connection.call(plans.list, { path: { accountName: target } }, { signal: at.signal });
    const codes = offered.flatMap((one) => one.code ?? []);
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body: { devices, filter, groupName, customFields } }) => ({
        devices,
        accountName: filter?.account,
        filter: { ...filter, ...(groupName ? { groupName } : {}), ...(customFields ? { customFields } : {}) },
      }),
      verdictOf(sim, { body }) {
        if (sim.account === body.accountName) return alreadyThere(sim, body);
        const plan = body.servicePlan ?? (sim.row && planOf(sim.row)) ?? '';
        if (sim.state === 'active' && !codes.includes(plan))
          return {
            verdict: 'refuse',
            why: `account ${body.accountName} has no plan ${plainText(plan, 40)}; give servicePlan, one of ${codes.slice(0, 8).join(', ')}`,
          };
        const becomes = { account: body.accountName, ...(body.servicePlan ? { plan: body.servicePlan } : {}) };
        return { ...requireActive(sim, 'moved'), becomes };
      },
      request: ({ body: { filter: _f, groupName: _g, customFields: _c, ...rest } }, sims) => ({
        body: { ...rest, devices: elementsOf(sims) },
      }),
    });
    return {
      ...inspected,
      warnings: [...inspected.warnings, warning('history-stays', phrase`history stays with the old account, suspension counters restart`)],
      effect: phrase`move to account ${field('body.accountName')}${first?.servicePlan ? phrase` on plan ${field('body.servicePlan')}` : nothing}`,
      effects: accounts.move.effects,
      cost: phrase`Billed to that account, cost unknown`,
      undo: phrase`move_sims back`,
      settles: phrase`minutes`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) =>
    settleByFoundRows(steps, at, (row, step) => ({
      done: row.accountName === step.input.body.accountName,
      after: { account: row.accountName ?? 'unknown' },
    })),
  inverse({ input: { body } }, done) {
    const former = Map.groupBy(done, ({ before }) => JSON.stringify([before['account'], body.servicePlan && before['plan']]));
    const inputs = [...former.values()].map((those) => {
      const { account = '', plan } = those[0]?.before ?? {};
      const devices = those.map(({ device }) => elementNamed(body, device));
      return { body: { accountName: account, ...(body.servicePlan && plan ? { servicePlan: plan } : {}), devices } };
    });
    return inputs.some((one) => one.body.accountName === '') ? undefined : { operation: accounts.move, inputs };
  },
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

/** The verdict for a SIM that is in the account: a plan or address pool that is asked for beside it is not set by a move. */
function alreadyThere(sim: Sim, body: { servicePlan?: string | undefined; carrierIpPoolName?: string | undefined }): Verdict {
  const plan = sim.row && planOf(sim.row);
  if (body.servicePlan !== undefined && body.servicePlan !== plan)
    return {
      verdict: 'refuse',
      why: `it is in that account already, but not on plan ${plainText(body.servicePlan, 40)}; change_service_plan changes it`,
    };
  if (body.carrierIpPoolName !== undefined)
    return {
      verdict: 'refuse',
      why: 'it is in that account already, and its carrierIpPoolName cannot be compared; leave carrierIpPoolName out',
    };
  return { verdict: 'unchanged' };
}
