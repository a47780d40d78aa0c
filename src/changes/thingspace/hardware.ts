import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { hardware } from '../../clients/thingspace/hardware.ts';
import { idOf, planOf, stateOf } from '../../clients/thingspace/ids.ts';
import { day } from '../../durations.ts';
import { plainText } from '../../text/sanitize.ts';
import { isSameImei } from '../../vocabulary.ts';
import { field, joined, nothing, type Phrase, type PhrasePart, phrase, stated } from '../document/phrase.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import type { DeviceId } from './named-ids.ts';
import { kindName, oneOf } from './shown.ts';
import { recordsOfImei, rowOf } from './sim-rows.ts';
import { requestIdOf, settleUnobservable } from './sim-settling.ts';
import { digitWarning } from './sim-warnings.ts';
import { requireActive, requireSingleIdentity, resolveSims, type Sim, simTarget, type Verdict } from './sims.ts';

type ChangeInput = InputOf<typeof hardware.change>;

const kindOf = (one: DeviceId): string => one.kind.toLowerCase();

/** Moves a SIM's service to another ICCID, IMEI or number. The old identifier and its history are lost. */
export const changeHardware = planner({
  operation: hardware.change,
  async inspect(inputs, at) {
    const inspected = await Promise.all(inputs.map((input) => inspect(input, at)));
    return {
      targets: inspected.map((one) => one.target),
      steps: inspected.flatMap(({ input, target }) => (target.verdict === 'change' ? [{ input, targets: [target.device] }] : [])),
      warnings: inspected.flatMap((one) => one.warnings),
      effect: changeText(inputs),
      noun: 'SIM',
      effects: hardware.change.effects,
      settles: phrase`minutes`,
    };
  },
  providerRequestIdOf: requestIdOf,
  async settle(step, at) {
    const [first] = step.input.body.deviceIdsTo ?? [];
    if (!first) return settleUnobservable(step, 'CarrierService');
    const row = await rowOf(first, at);
    const state = row ? stateOf(row) : 'not known';
    const after = { state, ...(row && idOf(row, 'mdn') ? { mdn: idOf(row, 'mdn') ?? '' } : {}), [kindOf(first)]: first.id };
    return step.targets.map((device) => ({ device, outcome: state === 'active' ? 'applied' : 'pending', after }));
  },
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

/** What one request does. Of several, the new identifiers stand beside each SIM. */
function changeText(inputs: readonly ChangeInput[]): Phrase {
  const [first] = inputs;
  const service = phrase`${field('path.serviceType')} service`;
  if (!first || inputs.length > 1) return phrase`change the hardware or number of their ${service}, what is replaced loses its history`;
  const { deviceIdsTo = [] } = first.body;
  const option = (text: Phrase): PhrasePart =>
    first.body.change4gOption === optionFor(deviceIdsTo) ? stated('body.change4gOption', first.body.change4gOption, text) : text;
  if (deviceIdsTo.length === 0) return phrase`${option(phrase`give its ${service} a NEW NUMBER`)}, the old one is lost`;
  const to = joined(
    deviceIdsTo.map(
      (one) => phrase`${stated('body.deviceIdsTo.kind', one.kind, phrase`${kindName(one.kind)}`)} ${oneOf('body.deviceIdsTo.id', one.id)}`,
    ),
  );
  const plan = first.body.servicePlan === undefined ? nothing : phrase` on plan ${field('body.servicePlan')}`;
  return phrase`${option(phrase`move its ${service} to ${to}`)}${plan}, the old one loses its history`;
}

/** The option that says no more than the kinds of the new identifiers do. */
function optionFor(to: readonly DeviceId[]): string | undefined {
  return {
    '': 'ChangeMSISDN',
    iccid: 'ChangeICCID',
    imei: 'ChangeIMEI',
    'iccid imei': 'ChangeIMEIandICCID',
    'eid imei': 'ChangeIMEIandEID',
  }[to.map(kindOf).sort().join(' ')];
}

/** The kinds that become facts of a SIM. */
const shownKinds = ['iccid', 'imei', 'eid', 'meid', 'esn'];

async function inspect(input: ChangeInput, at: PlannerContext) {
  const { deviceIds, deviceIdsTo = [] } = input.body;
  const sims = await resolveSims({ devices: [{ deviceIds }] }, at);
  requireSingleIdentity(sims);
  const [sim] = sims;
  if (!sim) throw new Refusal('deviceIds: no SIM is named', 'Name one SIM.', 'deviceIds');
  const mdn = sim.row && idOf(sim.row, 'mdn');
  const imei = sim.row && idOf(sim.row, 'imei');
  const iccid = sim.row && idOf(sim.row, 'iccid');
  const facts = { ...(mdn ? { mdn } : {}), ...(imei ? { imei } : {}), ...(iccid ? { iccid } : {}) };
  const becomes = Object.fromEntries(deviceIdsTo.flatMap((one) => (shownKinds.includes(kindOf(one)) ? [[kindOf(one), one.id]] : [])));
  const same = deviceIdsTo.length > 0 && deviceIdsTo.every((one) => sim.row && isOnRecord(sim.row, one));
  const taken = same ? undefined : await firstTaken(deviceIdsTo, at);
  const target: TargetState = !sim.row
    ? simTarget(sim, { verdict: 'refuse', why: 'the carrier does not know it' })
    : same
      ? simTarget(sim, { ...hasHardware(sim, input.body), facts })
      : taken
        ? simTarget(sim, {
            verdict: 'refuse',
            why: `${plainText(taken.id, 40)} is known to the carrier already, the new hardware must not be`,
            facts,
          })
        : simTarget(sim, { ...requireActive(sim, 'given other hardware'), facts, becomes });
  const warnings = deviceIdsTo.flatMap((one) => {
    const kind = kindOf(one);
    if (sim.row && isOnRecord(sim.row, one)) return [];
    return kind === 'iccid' || kind === 'imei' ? digitWarning(kind, one.id) : [];
  });
  return { input, target, warnings };
}

/** Whether the record has this identifier; an IMEI in any spelling. */
function isOnRecord(row: DeviceRow, one: DeviceId): boolean {
  const known = idOf(row, one.kind);
  return known === one.id || (kindOf(one) === 'imei' && known !== undefined && isSameImei(known, one.id));
}

/** The verdict for a SIM that has the new hardware: what is asked for beside it is not changed without a change of hardware. */
function hasHardware(sim: Sim, { servicePlan, npaNxx, assignNonGeoMdn }: ChangeInput['body']): Verdict {
  if (servicePlan !== undefined && servicePlan !== (sim.row && planOf(sim.row)))
    return {
      verdict: 'refuse',
      why: `it has that hardware already, but not plan ${plainText(servicePlan, 40)}; change_service_plan changes it`,
    };
  return npaNxx !== undefined || assignNonGeoMdn !== undefined
    ? {
        verdict: 'refuse',
        why: 'it has that hardware already; its number is changed with change4gOption ChangeMSISDN, without deviceIdsTo',
      }
    : { verdict: 'unchanged' };
}

async function firstTaken(ids: readonly DeviceId[], at: PlannerContext): Promise<DeviceId | undefined> {
  for (const id of ids) if (kindOf(id) === 'imei' ? (await recordsOfImei(id.id, at)).length > 0 : await rowOf(id, at)) return id;
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
      effect: phrase`move number and plan of the first to the second, whose own service is deactivated for good`,
      noun: 'device',
      effects: hardware.swap.effects,
      settles: phrase`minutes`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: async (step) => settleUnobservable(step, 'StateService'),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

function targetOf(sim: Sim, verdict: Parameters<typeof simTarget>[1]): TargetState {
  return simTarget(sim, sim.row ? verdict : { verdict: 'refuse', why: 'the carrier does not know it' });
}
