import type { AnyInput } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { defaultAccount } from '../../clients/thingspace/default-account.ts';
import { wordsOf } from '../../clients/thingspace/fields.ts';
import { requestStateOf } from '../../clients/thingspace/sim-state.ts';
import { stock } from '../../clients/thingspace/stock.ts';
import { isObject } from '../../text/is-object.ts';
import { sanitize } from '../../text/sanitize.ts';
import { planner } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import { idsInRequest } from './named-ids.ts';
import { settleByRows } from './sim-settling.ts';
import { digitWarnings, elementsOf, inAccount, inspectSims, narrowBy, requestsFor, resolveSims, simTarget, stateWords } from './sims.ts';

const mostAdded = 200;
const mostDeleted = 100;

/** The SIMs that a reply reports as failed, each with the carrier's words; a row names its SIM by one identifier or a list of them. */
function refusalsIn(reply: unknown, input: AnyInput, targets: readonly string[]): { device: string; why: string }[] {
  return [reply].flat().flatMap((row) => {
    if (!isObject(row) || requestStateOf(row['status'] ?? row['response']) !== 'failed') return [];
    const ids = [row['deviceIds']].flat().flatMap((one) => (isObject(one) ? (wordsOf(one['id']) ?? []) : []));
    const device = targets.find((target) => idsInRequest(input, target).some((name) => ids.some((id) => isSameDevice(name.id, id))));
    const words = wordsOf(row['message']) ?? wordsOf(row['errorMessage']);
    return device ? [{ device, why: `the carrier reports: ${sanitize(words ?? 'failed, no reason given', 120)}` }] : [];
  });
}

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
  refusals: refusalsIn,
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
          : { verdict: 'refuse', why: `${stateWords(sim)}, only a deactivated SIM can be deleted` },
      request: (_input, sims, account) => ({ body: { ...inAccount(account), devicesToDelete: elementsOf(sims) } }),
      maxPerRequest: mostDeleted,
    });
    return { ...inspected, effect: 'DELETE, record and history are lost for good', effects: stock.remove.effects };
  },
  narrow: narrowBy('devicesToDelete'),
  refusals: refusalsIn,
  settleAll: (steps, at) =>
    settleByRows(steps, at, (device, row) =>
      row ? { device, outcome: 'pending', why: 'still there when read back' } : { device, outcome: 'applied', after: { state: 'deleted' } },
    ),
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
