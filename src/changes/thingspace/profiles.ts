import type { InputOf, ReplyOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { deviceNumberOf } from '../../clients/thingspace/device-pages.ts';
import { wordsOf } from '../../clients/thingspace/fields.ts';
import { globalDevices } from '../../clients/thingspace/global-devices.ts';
import { idsInRecord, kindsByShape } from '../../clients/thingspace/identity.ts';
import { asIccid, idOf, planOf, stateOf } from '../../clients/thingspace/ids.ts';
import { profiles } from '../../clients/thingspace/profiles.ts';
import { requestStateOf } from '../../clients/thingspace/sim-state.ts';
import { day } from '../../durations.ts';
import { plainText, sanitize } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { field, fixed, joined, nothing, type Phrase, phrase, quoted, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type Plan, type PlannerContext, planner, type SentStep, type Settled } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import { type DeviceElement, idsInRequest } from './named-ids.ts';
import { oneOf } from './shown.ts';
import { recordsOf, rowOf } from './sim-rows.ts';
import { requestIdOf } from './sim-settling.ts';
import { missingListenerWarnings } from './sim-warnings.ts';
import { elementsOf, inspectSims, narrowBy, requireActive, type Sim, stateWords, type Verdict } from './sims.ts';

type StateInput = InputOf<typeof profiles.enable>;
export type Named = { body: { accountName: string; devices: DeviceElement[] } };

const idIn = (element: DeviceElement | undefined, kind: string): string | undefined =>
  element?.deviceIds.find((one) => one.kind.toLowerCase() === kind)?.id;

/** Inspects the SIMs of a profile request; all of them name SIMs and account in the same members. */
export function inspectNamed<I extends Named>(
  inputs: readonly I[],
  at: PlannerContext,
  verdictOf: (sim: Sim, input: I) => Verdict,
  maxPerRequest = 100,
) {
  return inspectSims(inputs, at, {
    selection: ({ body: { devices, accountName } }) => ({ devices, accountName }),
    verdictOf,
    request: (input, sims) => ({ ...input, body: { ...input.body, devices: elementsOf(sims) } }),
    maxPerRequest,
  });
}

/** Inspects a request for one profile of one device. It names EID and ICCID; a warning follows when the carrier records them as two devices. */
async function inspectProfile(inputs: readonly StateInput[], at: PlannerContext): Promise<Omit<Plan<StateInput>, 'effect' | 'effects'>> {
  const verdictOf = (sim: Sim) => ({
    ...requireActive(sim, 'given another profile'),
    facts: { eid: idIn(sim.element, 'eid') ?? 'not given' },
  });
  const inspected = await inspectNamed(inputs, at, verdictOf, 1);
  const warnings = [...inspected.warnings];
  for (const { body } of inputs) {
    const [element] = body.devices;
    const eid = idIn(element, 'eid');
    const iccid = idIn(element, 'iccid');
    if (!eid || !iccid)
      throw new Refusal('devices: a profile is named by EID and ICCID together', 'Give both; nothing was sent.', 'devices');
    const [rows, own] = [await recordsOf({ id: eid, kind: 'eid' }, at), await rowOf(asIccid(iccid), at)];
    const others = rows.filter((one) => own && deviceNumberOf(one) !== deviceNumberOf(own));
    if (own && others.length > 0 && others.length === rows.length)
      warnings.push(
        warning('eid-of-another-device', phrase`the carrier records EID ${quoted(eid)} and ICCID ${quoted(iccid)} as two devices`),
      );
    else if (others.length > 0)
      warnings.push(
        warning(
          'other-profiles',
          phrase`also on this eUICC: ${joined(others.map((one) => phrase`${quoted(idOf(one, 'iccid') ?? 'a SIM without an ICCID')} (${fixed(stateOf(one))})`))}`,
        ),
      );
  }
  return { ...inspected, warnings, settles: phrase`minutes, longer while the device is out of reach` };
}

/** The eUICC of a profile and, if it is named, the server through which it is reached. The ICCID of the profile is the target. */
function onEuicc(inputs: readonly StateInput[]): Phrase {
  const eids = inputs.flatMap(({ body }) => idIn(body.devices[0], 'eid') ?? []);
  const through = inputs.some(({ body }) => body.smsrOid !== undefined) ? phrase` through SM-SR ${field('body.smsrOid', 46)}` : nothing;
  return phrase`on eUICC ${joined(eids.map((eid) => oneOf('body.devices.deviceIds.id', eid)))}${through}`;
}

/** The outcome by the carrier's request status, per device where the status lists sub-requests; `next` is the reason added on success. */
export async function settleProfile(
  step: SentStep<{ body: { accountName: string } }>,
  at: PlannerContext,
  next?: string,
): Promise<Settled[]> {
  const { connection, signal } = at;
  if (!step.providerRequestId)
    return step.targets.map((device) => ({ device, outcome: 'pending', why: 'without a request id the profile cannot be read back' }));
  const path = { accountName: step.input.body.accountName, requestId: step.providerRequestId };
  const reply = await connection.call(globalDevices.requestStatus, { path }, { signal });
  const parts = partsOf(reply);
  const byEid = partsByEid(parts, at);
  return mapWithConcurrency(step.targets, async (device): Promise<Settled> => {
    const names = [...idsInRequest(step.input, device).map(({ id }) => id), ...step.identifiersOf(device)];
    const own = parts.find((one) => one.ids.some((id) => names.some((name) => isSameDevice(name, id)))) ?? (await byEid(device));
    if (!own && parts.some(({ ids }) => ids.length > 0))
      return { device, outcome: 'pending', why: 'the carrier lists this request for other devices only', isUndecided: true };
    // The status of the whole request says nothing of one device among several.
    const whole = step.targets.length === 1 || requestStateOf(reply.status) !== 'failed' ? reply.status : undefined;
    const state = requestStateOf(own?.status ?? whole);
    if (state === 'success') return { device, outcome: 'applied', after: { request: 'Success' }, ...(next ? { why: next } : {}) };
    if (state === 'failed') {
      const words = own?.words ? `: ${sanitize(own.words, 120)}` : '';
      return { device, outcome: 'failed', why: `the carrier reports that the request failed${words}` };
    }
    return { device, outcome: 'pending' };
  });
}

/** EIDs of one ledger whose SIMs are looked up: as many as one request for profiles has devices. */
const mostEids = 100;

/** Finds the part that names a device by the EID of its eUICC, which the record of a SIM does not list. Each EID is looked up once. */
function partsByEid(parts: readonly LedgerPart[], at: PlannerContext): (device: string) => Promise<LedgerPart | undefined> {
  const named = parts
    .flatMap((part) => part.ids.filter((id) => kindsByShape(id).includes('eid')).map((id) => ({ part, id })))
    .slice(0, mostEids);
  let found: Promise<{ part: LedgerPart; sims: string[] }[]> | undefined;
  return async (device) => {
    found ??= mapWithConcurrency(named, async ({ part, id }) => ({
      part,
      sims: (await recordsOf({ id, kind: 'eid' }, at)).flatMap((row) => idsInRecord(row).map((one) => one.id)),
    }));
    return (await found).find(({ sims }) => sims.some((id) => isSameDevice(id, device)))?.part;
  };
}

type LedgerPart = ReturnType<typeof partsOf>[number];

/** The parts of a request status: a list or one object under either spelling, each with a list of identifiers or one. */
function partsOf({ subRequests, subrequests }: ReplyOf<typeof globalDevices.requestStatus>) {
  return [subRequests ?? [], subrequests ?? []].flat().map(({ ids, status, message, reason }) => ({
    ids: [ids ?? []].flat().flatMap((one) => (one?.id === undefined || one.id === null ? [] : String(one.id))),
    status,
    words: wordsOf(message) ?? wordsOf(reason),
  }));
}

const timeout = { ms: day, onTimeout: 'unknown' } as const;

/** After a profile is enabled, the former one must still be disabled; the outcome says how. */
const settleEnabled = (step: SentStep<StateInput>, at: PlannerContext): Promise<Settled[]> =>
  settleProfile(
    step,
    at,
    'the carrier reports it enabled; to disable the former one: switch_profile with act disableOld, its ICCID, and the id of this change as after',
  );

export const downloadProfile = planner({
  operation: profiles.downloadEnable,
  async inspect(inputs, at) {
    return {
      ...(await inspectProfile(inputs, at)),
      effect: phrase`download the profile ${onEuicc(inputs)} and enable it; the one now enabled is disabled by a second change`,
      effects: profiles.downloadEnable.effects,
      undo: phrase`enabling the former profile`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: settleEnabled,
  settleTimeout: timeout,
});

export const storeProfile = planner({
  operation: profiles.downloadDisable,
  async inspect(inputs, at) {
    return {
      ...(await inspectProfile(inputs, at)),
      effect: phrase`download the profile ${onEuicc(inputs)} and leave it disabled`,
      effects: profiles.downloadDisable.effects,
      undo: phrase`deleting the stored profile`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

export const enableProfile = planner({
  operation: profiles.enable,
  async inspect(inputs, at) {
    return {
      ...(await inspectProfile(inputs, at)),
      effect: phrase`enable the profile ${onEuicc(inputs)}`,
      effects: profiles.enable.effects,
      undo: phrase`enabling the former profile`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: settleEnabled,
  settleTimeout: timeout,
});

/**
 * The carrier reports the enabled profiles to a listener only, so each profile counts as the last enabled one. Disabling or deleting it is
 * a change of its own, one device at a time, approved by typing the identifier.
 */
function requireSingleDevice(inputs: readonly StateInput[]): void {
  if (inputs.length > 1)
    throw new Refusal(
      'devices: profiles are disabled or deleted one device at a time, each with its own approval',
      'Nothing was sent. Ask for one device.',
      'devices',
    );
}

const lastEnabledNote = phrase`it counts as the LAST ENABLED one, only the fallback profile is left`;

export const disableProfile = planner({
  operation: profiles.disable,
  async inspect(inputs, at) {
    requireSingleDevice(inputs);
    return {
      ...(await inspectProfile(inputs, at)),
      effect: phrase`disable its profile ${onEuicc(inputs)}; ${lastEnabledNote}`,
      effects: [...profiles.disable.effects, 'destructive'],
      undo: phrase`enabling it again, as long as the device can still be reached`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

export const removeProfile = planner({
  operation: profiles.remove,
  async inspect(inputs, at) {
    requireSingleDevice(inputs);
    return {
      ...(await inspectProfile(inputs, at)),
      effect: phrase`DELETE its profile ${onEuicc(inputs)}; ${lastEnabledNote}`,
      effects: profiles.remove.effects,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

/** The verdict of an activation. `already` says what an active SIM is, as far as it can be known. */
function activationVerdict(sim: Sim, servicePlan: string | undefined, already: Verdict): Verdict {
  if (!['active', 'pre-active', 'deactive'].includes(sim.state))
    return { verdict: 'refuse', why: `${stateWords(sim)}, only a SIM in stock can be activated` };
  if (sim.state !== 'active')
    return { verdict: 'change', becomes: { state: 'active', ...(servicePlan === undefined ? {} : { plan: servicePlan }) } };
  const plan = sim.row && planOf(sim.row);
  if (servicePlan !== undefined && servicePlan !== plan)
    return {
      verdict: 'refuse',
      why: `it is active, but not on plan ${plainText(servicePlan, 40)}; change_service_plan changes it`,
    };
  return already;
}

/** Plan and ZIP code of an activation, where they are given. */
function onPlan(inputs: readonly { body: { servicePlan?: string | undefined; mdnZipCode?: string | undefined } }[]): Phrase {
  const plan = inputs.some(({ body }) => body.servicePlan !== undefined) ? phrase` on plan ${field('body.servicePlan')}` : nothing;
  const zip = inputs.some(({ body }) => body.mdnZipCode !== undefined) ? phrase`, ZIP ${field('body.mdnZipCode')}` : nothing;
  return phrase`${plan}${zip}`;
}

/** Members of an activation that the record of an active SIM does not show. */
const unreadable = ['carrierIpPoolName', 'carrierName', 'primaryPlaceOfUse', 'smsrOid'] as const;

export const activateProfiles = planner({
  operation: profiles.activate,
  async inspect(inputs, at) {
    return {
      ...(await inspectNamed(inputs, at, (sim, { body }) => {
        const unread = unreadable.find((name) => body[name] !== undefined);
        const why = `it is active already, and its ${unread} cannot be compared; leave ${unread} out`;
        return activationVerdict(sim, body.servicePlan, unread ? { verdict: 'refuse', why } : { verdict: 'unchanged' });
      })),
      effect: phrase`activate the SIM${onPlan(inputs)}, no profile is enabled`,
      effects: profiles.activate.effects,
      undo: phrase`deactivating, which is final`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

export const activateAndEnable = planner({
  operation: profiles.activateEnable,
  async inspect(inputs, at) {
    return {
      ...(await inspectNamed(inputs, at, (sim, { body }) =>
        activationVerdict(sim, body.servicePlan, {
          verdict: 'refuse',
          why: 'it is active already, and which profile is enabled cannot be read; switch_profile downloads and enables one',
        }),
      )),
      effect: phrase`activate the SIM${onPlan(inputs)}, then download and enable its profile`,
      effects: profiles.activateEnable.effects,
      undo: phrase`deactivating, which is final`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

const deactivationVerdict = (sim: { state: string }): Verdict =>
  sim.state === 'deactive'
    ? { verdict: 'unchanged' }
    : ['active', 'suspend'].includes(sim.state)
      ? { verdict: 'change', becomes: { state: 'deactive' } }
      : { verdict: 'refuse', why: `${stateWords(sim)}, only an active or suspended SIM can be deactivated` };

export const deactivateProfiles = planner({
  operation: profiles.deactivate,
  async inspect(inputs, at) {
    const inspected = await inspectNamed(inputs, at, deactivationVerdict);
    const checked = inputs.every(({ body }) => body.checkFallbackProfile === true);
    const waived = inputs.every(({ body }) => body.etfWaiver === true);
    const unchecked = warning(
      'fallback-not-checked',
      phrase`checkFallbackProfile is ${stated('body.checkFallbackProfile', false, phrase`off`)}: a device without a fallback profile is lost`,
    );
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...(checked ? [] : [unchecked])],
      effect: phrase`${stated('body.reasonCode', 'FF', phrase`DEACTIVATE`)}, number and IP are lost for good${
        checked ? stated('body.checkFallbackProfile', true, phrase`; refused without a fallback profile`) : nothing
      }`,
      effects: profiles.deactivate.effects,
      cost: waived
        ? phrase`${stated('body.etfWaiver', true, phrase`Termination fee waived only if the contract has waivers`)}`
        : phrase`${stated('body.etfWaiver', false, phrase`A termination fee may be charged, cost unknown`)}`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

export const setFallback = planner({
  operation: profiles.setFallback,
  async inspect(inputs, at) {
    return {
      ...(await inspectNamed(inputs, at, () => ({ verdict: 'change' }))),
      effect: phrase`mark the profile as the one to fall back to`,
      effects: profiles.setFallback.effects,
      undo: phrase`marking another one`,
    };
  },
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});

/** The code itself is sent to the listener only; the plan and the record never show it. */
export const renewActivationCode = planner({
  operation: profiles.renewActivationCode,
  async inspect(inputs, at) {
    const inspected = await inspectNamed(inputs, at, (sim) =>
      sim.state === 'deactive'
        ? { verdict: 'change' }
        : { verdict: 'refuse', why: `${stateWords(sim)}, only a deactivated SIM gets a new activation code` },
    );
    const account = inputs[0]?.body.accountName;
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...(account ? await missingListenerWarnings('DeviceProfileService', account, at) : [])],
      effect: phrase`issue a new activation code${onPlan(inputs)}, the previous one may stop working`,
      effects: profiles.renewActivationCode.effects,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settle: (step, at) => settleProfile(step, at),
  settleTimeout: timeout,
});
