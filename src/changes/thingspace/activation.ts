/** Activates SIMs: takes a missing IMEI from the record, and says what another SIM with that IMEI is. */
import type { InputOf } from '../../clients/http/endpoint.ts';
import { devices } from '../../clients/thingspace/devices.ts';
import { groupsOf, idOf, planOf } from '../../clients/thingspace/ids.ts';
import { day } from '../../durations.ts';
import { isSameImei } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { field, fixed, joined, nothing, type Phrase, phrase, quoted } from '../document/phrase.ts';
import { render } from '../document/render.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState, type Warning } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import { quotaWarnings } from './quotas.ts';
import { kindName, oneOf } from './shown.ts';
import { requestIdOf, settleByState } from './sim-settling.ts';
import { digitWarning, digitWarnings, eidWarnings, sharedImeiWarnings } from './sim-warnings.ts';
import {
  checkServicePlan,
  customFieldIn,
  elementsOf,
  inAccount,
  narrowBy,
  requestsFor,
  requireSingleIdentity,
  resolveSims,
  type Sim,
  simTarget,
  type Verdict,
} from './sims.ts';

type ActivateInput = InputOf<typeof devices.activate>;
type Body = ActivateInput['body'];

/** Activates SIMs. Activation requires IMEI and ICCID together; a missing IMEI is taken from the account's record and shown in the plan. */
export const activateSims = planner({
  operation: devices.activate,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, (input) => inspectActivation(input, at), 1);
    const targets = inspected.flatMap((one) => one.targets);
    const group = inputs.some(({ body }) => body.groupName !== undefined);
    return {
      targets,
      steps: inspected.flatMap((one) => one.steps),
      effect: phrase`activate on plan ${field('body.servicePlan')}, ZIP ${field('body.mdnZipCode')}${withImeis(targets)}${group ? phrase`, in group ${field('body.groupName')}` : nothing}, each gets a new number`,
      noun: 'SIM',
      effects: devices.activate.effects,
      cost: phrase`Billed by plan and contract, cost unknown`,
      undo: phrase`deactivate_sim, which is final for the number`,
      settles: phrase`minutes, up to 24 hours`,
      warnings: [...(await quotaWarnings(targets, at)), ...inspected.flatMap((one) => one.warnings)],
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) => settleByState(steps, at, (state) => state === 'active'),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

/** The IMEIs that the record of their SIM does not have; of more than three SIMs they stand beside each. */
function withImeis(targets: readonly TargetState[]): Phrase {
  const imeis = targets.flatMap(({ becomes }) => becomes?.['imei'] ?? []);
  if (imeis.length === 0) return nothing;
  if (imeis.length > 3) return phrase`, ${imeis.length} with an IMEI that is not on record`;
  return phrase`, with IMEI ${joined(imeis.map((imei) => oneOf('body.devices.deviceIds.id', imei)))}`;
}

const unknownSim = phrase`the account does not know this SIM; adding it to the stock is another operation: thingspace.stock.add`;

/** Kinds of identifiers of the device that holds the SIM: activation may pair a SIM with another device than the record does. */
const deviceKinds = ['imei', 'meid', 'esn'];

async function inspectActivation({ body }: ActivateInput, at: PlannerContext) {
  const { devices: named, accountName } = body;
  const sims = await resolveSims({ devices: named, accountName }, at);
  requireSingleIdentity(
    sims.map((sim) => ({
      ...sim,
      element: { deviceIds: sim.element.deviceIds.filter(({ kind }) => !deviceKinds.includes(kind.toLowerCase())) },
    })),
  );
  const inspected = sims.map((sim) => ({ sim, ...activationOf(sim, body) }));
  const warnings: Warning[] = [...digitWarnings(sims), ...eidWarnings(sims)];
  const targets: TargetState[] = [];
  const changing: Sim[] = [];
  // SIMs that cannot be activated but do no harm are left out of a list. Nothing remains of a list of such SIMs alone, so that it is refused.
  const remains = inspected.some(({ verdict, leftOut }) => verdict === 'change' && leftOut === undefined);
  for (const { sim, leftOut, ...verdict } of inspected) {
    if (leftOut !== undefined && remains) {
      warnings.push(warning(leftOut.code, phrase`${quoted(sim.device)} is left out: ${leftOut.text}`));
      continue;
    }
    warnings.push(...warningsOf(sim, verdict));
    targets.push(targetOf(sim, leftOut === undefined ? verdict : { verdict: 'refuse', why: render(leftOut.text, []).text }));
    if (verdict.verdict !== 'change') continue;
    const { imei, given } = imeiOf(sim);
    const deviceIds = given || !imei ? sim.element.deviceIds : [{ id: imei, kind: 'imei' }, ...sim.element.deviceIds];
    changing.push({ ...sim, element: { ...sim.element, deviceIds } });
  }
  const withImei = changing.flatMap((sim) => {
    const { imei } = imeiOf(sim);
    return imei ? [{ sim, imei }] : [];
  });
  warnings.push(...(await sharedImeiWarnings(withImei, at)));
  for (const account of new Set(changing.map((sim) => sim.account))) await checkServicePlan(body.servicePlan, account, at);
  const steps = requestsFor(changing, undefined, at).map(([account, group]) => ({
    input: { body: { ...body, ...inAccount(account), devices: elementsOf(group) } },
    targets: group.map((sim) => sim.device),
  }));
  return { targets, steps, warnings };
}

/** The target state of a SIM. A device that the account has not seen with this SIM is named by the request alone. */
function targetOf(sim: Sim, verdict: Verdict): TargetState {
  const { imei, recorded } = imeiOf(sim);
  const target = simTarget(sim, { ...verdict, ...(imei && sim.row ? { facts: { imei: recorded ?? 'none' } } : {}) });
  const own = sim.element.deviceIds.filter(({ kind }) => deviceKinds.includes(kind.toLowerCase())).map(({ id }) => id);
  return { ...target, identifiers: [...new Set([...(target.identifiers ?? []), ...own])] };
}

/** The IMEI to activate a SIM with: the given one, or else the one on record. */
function imeiOf({ element, row }: Sim) {
  const given = element.deviceIds.find((one) => one.kind.toLowerCase() === 'imei')?.id;
  const recorded = row && idOf(row, 'imei');
  return { given, recorded, imei: given ?? recorded };
}

function warningsOf(sim: Sim, { verdict }: Verdict): Warning[] {
  if (verdict !== 'change') return [];
  const { imei, given, recorded } = imeiOf(sim);
  const device = quoted(sim.device);
  return [
    ...(given && recorded && !isSameImei(given, recorded)
      ? [
          warning(
            'imei-differs-from-record',
            phrase`${device}: the account has IMEI ${quoted(recorded)} on record, ${quoted(given)} was given`,
          ),
        ]
      : []),
    ...(!given && imei ? [warning('imei-from-record', phrase`${device}: IMEI ${quoted(imei)} is taken from the account's record`)] : []),
    // An IMEI that the carrier itself has on record is no typing mistake.
    ...(imei && !isSameImei(imei, recorded ?? '') ? digitWarning('imei', imei) : []),
    ...(sim.state === 'unknown'
      ? [warning('state-unknown', phrase`${device}: the carrier reports no state that is understood, it may be active already`)]
      : []),
  ];
}

/** A verdict, or why the SIM is left out of a list. */
interface Activation extends Verdict {
  leftOut?: { code: string; text: Phrase };
}

function activationOf(sim: Sim, body: Body): Activation {
  if (!sim.row) return { verdict: 'refuse', leftOut: { code: 'sim-unknown', text: unknownSim } };
  if (sim.state === 'active') {
    const difference = differenceFrom(sim, body);
    if (difference === undefined) return { verdict: 'unchanged' };
    return { verdict: 'refuse', leftOut: { code: 'active-otherwise', text: difference } };
  }
  if (sim.state.startsWith('pending')) return { verdict: 'refuse', why: `it is in "${sim.state}", another request is under way` };
  if (sim.state === 'suspend') return { verdict: 'refuse', why: 'it is suspended; restore_sim brings it back' };
  const { imei, recorded } = imeiOf(sim);
  const other = sim.element.deviceIds.some((one) => ['meid', 'esn'].includes(one.kind.toLowerCase())) || body.skuNumber !== undefined;
  if (!imei && !other) return { verdict: 'refuse', why: 'no IMEI was given and the account has none on record; give imei' };
  const { ipAddress } = sim.element;
  const becomes = {
    state: 'active',
    plan: body.servicePlan,
    ...(imei && imei !== recorded ? { imei } : {}),
    ...(body.groupName === undefined ? {} : { group: body.groupName }),
    ...(ipAddress === undefined ? {} : { IP: ipAddress }),
  };
  return { verdict: 'change', becomes };
}

/** What the record does not show, so that an active SIM cannot be said to have it. */
const unreadable = [
  'carrierIpPoolName',
  'carrierName',
  'costCenterCode',
  'leadId',
  'primaryPlaceOfUse',
  'publicIpRestriction',
  'skuNumber',
] as const satisfies readonly (keyof Body)[];

/**
 * How an active SIM differs from what is asked for, with the tool that changes it; undefined where all of it is so. The ZIP code only chooses a
 * new number, which an active SIM does not get.
 */
function differenceFrom({ row, element }: Sim, body: Body): Phrase | undefined {
  const plan = row && planOf(row);
  if (plan !== body.servicePlan) {
    const present = plan === undefined ? phrase`a plan that is not known` : phrase`plan ${quoted(plan)}`;
    return phrase`it is active on ${present}, not on ${quoted(body.servicePlan)}; change_service_plan changes it`;
  }
  for (const { id, kind } of element.deviceIds.filter((one) => deviceKinds.includes(one.kind.toLowerCase()))) {
    const recorded = row && idOf(row, kind);
    if (recorded && isSameDevice(id, recorded)) continue;
    const present = recorded === undefined ? phrase`no ${kindName(kind)} on record` : phrase`${kindName(kind)} ${quoted(recorded)}`;
    return phrase`it is active with ${present}, not with ${quoted(id)}; swap_sim changes it`;
  }
  const address = row?.ipAddress ? String(row.ipAddress) : 'none';
  if (element.ipAddress !== undefined && element.ipAddress !== address)
    return phrase`it is active with the address ${quoted(address)}, not with ${quoted(element.ipAddress)}; only an activation gives an address`;
  if (body.groupName !== undefined && !(row && groupsOf(row).includes(body.groupName)))
    return phrase`it is active, but not in group ${quoted(body.groupName)}; save_group adds it`;
  const custom = body.customFields?.find(({ key, value }) => customFieldIn(row, key) !== value);
  if (custom)
    return phrase`it is active, but its ${quoted(custom.key)} is not ${quoted(custom.value)}; thingspace.details.customFields sets it`;
  const unread = unreadable.find((name) => body[name] !== undefined);
  return unread && phrase`it is active, and its ${fixed(unread)} cannot be compared; leave ${fixed(unread)} out`;
}
