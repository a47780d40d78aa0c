import { accounts } from '../../clients/thingspace/accounts.ts';
import { byIccid, planOf } from '../../clients/thingspace/ids.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { day } from '../../durations.ts';
import { sanitize } from '../../text/sanitize.ts';
import { planner } from '../planner.ts';
import { requestIdOf, settleByFoundRows } from './sim-settling.ts';
import { elementsOf, inspectSims, narrowBy, requireActive } from './sims.ts';

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
        if (sim.account === body.accountName) return { verdict: 'unchanged' };
        const plan = body.servicePlan ?? (sim.row && planOf(sim.row)) ?? '';
        if (sim.state === 'active' && !codes.includes(plan))
          return {
            verdict: 'refuse',
            why: `account ${body.accountName} has no plan ${sanitize(plan, 40)}; give servicePlan, one of ${codes.slice(0, 8).join(', ')}`,
          };
        return requireActive(sim, 'moved');
      },
      request: ({ body: { filter: _f, groupName: _g, customFields: _c, ...rest } }, sims) => ({
        body: { ...rest, devices: elementsOf(sims) },
      }),
    });
    return {
      ...inspected,
      warnings: [...inspected.warnings, 'history stays with the old account, suspension counters restart'],
      effect: `move to account ${sanitize(target, 40)}${first?.servicePlan ? ` on plan ${sanitize(first.servicePlan, 40)}` : ''}`,
      effects: accounts.move.effects,
      cost: 'Billed to that account, cost unknown',
      undo: 'move_sims back',
      settles: 'minutes',
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
      const devices = those.map(({ device }) => byIccid(device));
      return { body: { accountName: account, ...(body.servicePlan && plan ? { servicePlan: plan } : {}), devices } };
    });
    return inputs.some((one) => one.body.accountName === '') ? undefined : { operation: accounts.move, inputs };
  },
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});
