import { Refusal } from '../../clients/http/errors.ts';
import { defaultAccount } from '../../clients/thingspace/default-account.ts';
import { stock } from '../../clients/thingspace/stock.ts';
import { planner } from '../planner.ts';
import { settleByRows } from './sim-settling.ts';
import { digitWarnings, elementsOf, inAccount, inspectSims, narrowBy, requestsFor, resolveSims, simTarget } from './sims.ts';

const mostAdded = 200;
const mostDeleted = 100;

/** Adds SIMs to an account without activating them. */
export const addSims = planner({
  operation: stock.add,
  async inspect(inputs, at) {
    const inspected = await Promise.all(
      inputs.map(async ({ body }) => {
        const accountName = body.accountName ?? defaultAccount(at.connection);
        if (!accountName)
          throw new Refusal(
            'accountName: is required, the connection has no default account',
            'Give accountName; nothing was sent.',
            'accountName',
          );
        const sims = await resolveSims({ devices: body.devicesToAdd, accountName }, at);
        const adding = sims.filter((sim) => !sim.row);
        return {
          targets: sims.map((sim) => simTarget(sim, { verdict: sim.row ? 'unchanged' : 'change' })),
          warnings: digitWarnings(sims),
          steps: requestsFor(adding, mostAdded, at).map(([, group]) => ({
            input: { body: { ...body, accountName, devicesToAdd: elementsOf(group) } },
            targets: group.map((sim) => sim.device),
          })),
        };
      }),
    );
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.flatMap((one) => one.steps),
      warnings: inspected.flatMap((one) => one.warnings),
      effect: 'add to the account without activating',
      noun: 'SIM',
      effects: stock.add.effects,
    };
  },
  narrow: narrowBy('devicesToAdd'),
  settleAll: (steps, at) =>
    settleByRows(steps, at, (device, row) =>
      row
        ? { device, outcome: 'applied', after: { state: 'in the account' } }
        : { device, outcome: 'pending', why: 'not there when read back' },
    ),
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** Deletes deactivated SIMs. Their record and history are lost permanently. */
export const deleteSims = planner({
  operation: stock.remove,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body }) => ({ devices: body.devicesToDelete, accountName: body.accountName }),
      verdictOf: (sim) =>
        sim.state === 'deactive'
          ? { verdict: 'change' }
          : { verdict: 'refuse', why: `it is "${sim.state}", only a deactivated SIM can be deleted` },
      request: (_input, sims, account) => ({ body: { ...inAccount(account), devicesToDelete: elementsOf(sims) } }),
      maxPerRequest: mostDeleted,
    });
    return { ...inspected, effect: 'DELETE, record and history are lost for good', effects: stock.remove.effects };
  },
  narrow: narrowBy('devicesToDelete'),
  settleAll: (steps, at) =>
    settleByRows(steps, at, (device, row) =>
      row ? { device, outcome: 'pending', why: 'still there when read back' } : { device, outcome: 'applied', after: { state: 'deleted' } },
    ),
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
