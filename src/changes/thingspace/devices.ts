import { devices } from '../../clients/thingspace/devices.ts';
import { day } from '../../durations.ts';
import type { Target } from '../../store/change.ts';
import { nothing, phrase, stated } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import { elementNamed } from './named-ids.ts';
import { quotaWarnings } from './quotas.ts';
import { requestIdOf, settleByState } from './sim-settling.ts';
import {
  elementsOf,
  inAccount,
  inspectSims,
  lastingElementsOf,
  narrowBy,
  type Sim,
  selectionOf,
  stateWords,
  type Verdict,
  withoutFilter,
} from './sims.ts';

/** The verdict rule of suspend, restore and deactivate: the allowed states before and the state after. */
const transition =
  (rule: { from: readonly string[]; already: string; only: string }) =>
  (sim: Sim): Verdict => {
    if (sim.state === rule.already) return { verdict: 'unchanged' };
    return rule.from.includes(sim.state)
      ? { verdict: 'change', becomes: { state: rule.already } }
      : { verdict: 'refuse', why: `${stateWords(sim)}, only ${rule.only}` };
  };

/** Billing cannot be read: with `withBilling` a SIM that is in the state already is not known to be all that was asked for. */
function withBillingUnread(verdict: Verdict, withBilling: boolean | undefined, state: string): Verdict {
  if (verdict.verdict !== 'unchanged' || withBilling === undefined) return verdict;
  return { verdict: 'refuse', why: `it is ${state} already, and withBilling cannot be compared or set now; leave withBilling out` };
}

const suspendVerdict = transition({ from: ['active'], already: 'suspend', only: 'an active SIM can be suspended' });
const restoreVerdict = transition({ from: ['suspend'], already: 'active', only: 'a suspended SIM can be restored' });
const deactivateVerdict = transition({
  from: ['active', 'suspend'],
  already: 'deactive',
  only: 'an active or suspended SIM can be deactivated',
});

export const suspendSims = planner({
  operation: devices.suspend,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body }) => selectionOf(body),
      verdictOf: (sim, { body }) => withBillingUnread(suspendVerdict(sim), body.withBilling, 'suspended'),
      request: ({ body }, sims, account) => ({ body: { ...withoutFilter(body), ...inAccount(account), devices: elementsOf(sims) } }),
    });
    return {
      ...inspected,
      warnings: [...(await quotaWarnings(inspected.targets, at)), ...inspected.warnings],
      effect: phrase`suspend, no traffic until restored, resumes by itself after 90 days`,
      effects: devices.suspend.effects,
      cost: phrase`Billing while suspended depends on the contract, cost unknown`,
      undo: phrase`restore_sim`,
      settles: phrase`seconds to minutes`,
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
      verdictOf: (sim, { body }) => withBillingUnread(restoreVerdict(sim), body.withBilling, 'active'),
      request: ({ body }, sims, account) => ({ body: { ...withoutFilter(body), ...inAccount(account), devices: elementsOf(sims) } }),
    });
    return {
      ...inspected,
      warnings: [...(await quotaWarnings(inspected.targets, at)), ...inspected.warnings],
      effect: phrase`restore to active`,
      effects: devices.restore.effects,
      cost: phrase`Billed again by plan and contract, cost unknown`,
      undo: phrase`suspend_sim`,
      settles: phrase`seconds to minutes`,
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
      verdictOf(sim, { body }) {
        const verdict = deactivateVerdict(sim);
        if (!body.deleteAfterDeactivation) return verdict;
        return verdict.verdict === 'unchanged'
          ? { verdict: 'refuse', why: 'it is deactivated already, but still on record; thingspace.stock.remove deletes it' }
          : { ...verdict, ...(verdict.verdict === 'change' ? { becomes: { state: 'deleted' } } : {}) };
      },
      request: ({ body }, sims, account) => ({ body: { ...body, ...inAccount(account), devices: lastingElementsOf(sims) } }),
    });
    const sent = inspected.steps.map(({ input }) => input.body);
    const deletes = sent.some((body) => body.deleteAfterDeactivation === true);
    const waived = sent.length > 0 && sent.every((body) => body.etfWaiver === true);
    return {
      ...inspected,
      warnings: [...(await quotaWarnings(inspected.targets, at)), ...inspected.warnings],
      effect: phrase`${stated('body.reasonCode', 'FF', phrase`DEACTIVATE`)}, number and IP are lost for good${
        deletes ? stated('body.deleteAfterDeactivation', true, phrase`, record and history are deleted too`) : nothing
      }`,
      effects: devices.deactivate.effects,
      cost: waived
        ? phrase`${stated('body.etfWaiver', true, phrase`Termination fee waived only if the contract has waivers`)}`
        : phrase`${stated('body.etfWaiver', false, phrase`A termination fee may be charged, cost unknown`)}`,
      settles: phrase`seconds to minutes`,
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
