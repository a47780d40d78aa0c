import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { hardware } from '../../clients/thingspace/hardware.ts';
import { idOf, stateOf } from '../../clients/thingspace/ids.ts';
import { day } from '../../durations.ts';
import { checkDigitWarning } from '../../vocabulary.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import { type DeviceId, rowOf } from './sim-rows.ts';
import { requestIdOf, settleUnobservable } from './sim-settling.ts';
import { requireActive, requireSingleIdentity, resolveSims, type Sim, simTarget } from './sims.ts';

type ChangeInput = InputOf<typeof hardware.change>;

const kindOf = (one: DeviceId): string => one.kind.toLowerCase();

/** Moves a SIM's service to another ICCID, IMEI or number. The old identifier and its history are lost. */
export const changeHardware = planner({
  operation: hardware.change,
  async inspect(inputs, at) {
    const inspected = await Promise.all(inputs.map((input) => inspect(input, at)));
    const body = inputs[0]?.body;
    const to = (body?.deviceIdsTo ?? []).map((one) => `${kindOf(one).toUpperCase()} ${one.id}`).join(', ');
    const effect = to === '' ? 'give it a NEW NUMBER, the old one is lost' : `move its service to ${to}, the old one loses its history`;
    return {
      targets: inspected.map((one) => one.target),
      steps: inspected.flatMap(({ input, target }) => (target.verdict === 'change' ? [{ input, targets: [target.device] }] : [])),
      warnings: inspected.flatMap((one) => one.warnings),
      effect,
      noun: 'SIM',
      effects: hardware.change.effects,
      settles: 'minutes',
    };
  },
  providerRequestIdOf: requestIdOf,
  async settle(step, at) {
    const [first] = step.input.body.deviceIdsTo ?? [];
    if (!first) return settleUnobservable(step, 'CarrierService');
    const row = await rowOf(first, at);
    const state = (row && stateOf(row)) ?? 'not known';
    const after = { state, ...(row && idOf(row, 'mdn') ? { mdn: idOf(row, 'mdn') ?? '' } : {}), [kindOf(first)]: first.id };
    return step.targets.map((device) => ({ device, outcome: state === 'active' ? 'applied' : 'pending', after }));
  },
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

async function inspect(input: ChangeInput, at: PlannerContext) {
  const { deviceIds, deviceIdsTo = [] } = input.body;
  const sims = await resolveSims({ devices: [{ deviceIds }] }, at);
  requireSingleIdentity(sims);
  const [sim] = sims;
  if (!sim) throw new Refusal('deviceIds: no SIM is named', 'Name one SIM.', 'deviceIds');
  const mdn = sim.row && idOf(sim.row, 'mdn');
  const imei = sim.row && idOf(sim.row, 'imei');
  const facts = { ...(mdn ? { mdn } : {}), ...(imei ? { imei } : {}) };
  const same = deviceIdsTo.length > 0 && deviceIdsTo.every((one) => sim.row && idOf(sim.row, one.kind) === one.id);
  const taken = same ? undefined : await firstTaken(deviceIdsTo, at);
  const target: TargetState = !sim.row
    ? simTarget(sim, { verdict: 'refuse', why: 'the carrier does not know it' })
    : same
      ? simTarget(sim, { verdict: 'unchanged', facts })
      : taken
        ? simTarget(sim, { verdict: 'refuse', why: `${taken.id} is known to the carrier already, the new hardware must not be`, facts })
        : simTarget(sim, { ...requireActive(sim, 'given other hardware'), facts });
  const warnings = deviceIdsTo.flatMap((one) => {
    const kind = kindOf(one);
    return kind === 'iccid' || kind === 'imei' ? (checkDigitWarning(kind, one.id) ?? []) : [];
  });
  return { input, target, warnings };
}

async function firstTaken(ids: readonly DeviceId[], at: PlannerContext): Promise<DeviceId | undefined> {
  for (const id of ids) if (await rowOf(id, at)) return id;
  return undefined;
}

/** Moves number, plan and usage history of an eUICC device to its replacement, whose own service is deactivated first. */
export const swapDevices = planner({
  operation: hardware.swap,
  async inspect(inputs, at) {
    const inspected = await Promise.all(
      inputs.map(async (input) => {
        const { accountName, deviceIds, deviceIdsTo } = input.body;
        const sims = await resolveSims({ devices: [{ deviceIds }, { deviceIds: deviceIdsTo }], accountName }, at);
        requireSingleIdentity(sims);
        const [from, to] = sims;
        return {
          input,
          targets: [from ? targetOf(from, requireActive(from, 'swapped')) : [], to ? targetOf(to, { verdict: 'change' }) : []].flat(),
        };
      }),
    );
    return {
      targets: inspected.flatMap((one) => one.targets),
      steps: inspected.map(({ input, targets }) => ({ input, targets: targets.map((one) => one.device) })),
      effect: 'move number and plan of the first to the second, whose own service is deactivated for good',
      noun: 'device',
      effects: hardware.swap.effects,
      settles: 'minutes',
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: async (step) => settleUnobservable(step, 'StateService'),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

function targetOf(sim: Sim, verdict: Parameters<typeof simTarget>[1]): TargetState {
  return simTarget(sim, sim.row ? verdict : { verdict: 'refuse', why: 'the carrier does not know it' });
}
