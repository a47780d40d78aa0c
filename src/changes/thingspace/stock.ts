import type { AnyInput, InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { defaultAccount } from '../../clients/thingspace/default-account.ts';
import { wordsOf } from '../../clients/thingspace/fields.ts';
import { groupsOf, stateOf } from '../../clients/thingspace/ids.ts';
import { requestStateOf } from '../../clients/thingspace/sim-state.ts';
import { stock } from '../../clients/thingspace/stock.ts';
import { day, hour } from '../../durations.ts';
import { isObject } from '../../text/is-object.ts';
import { plainText, sanitize } from '../../text/sanitize.ts';
import { field, nothing, phrase, stated } from '../document/phrase.ts';
import { type PlannerContext, planner } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import { idsInRequest } from './named-ids.ts';
import { requestIdOf, settleByFoundRows, settleByListener, settleByRows } from './sim-settling.ts';
import { digitWarnings, eidWarnings, missingListenerWarnings, sharedImeiWarnings } from './sim-warnings.ts';
import {
  checkServicePlan,
  customFieldIn,
  elementsOf,
  inAccount,
  inspectSims,
  narrowBy,
  requestsFor,
  requireSingleIdentity,
  resolveSims,
  type Sim,
  simTarget,
  stateWords,
  type Verdict,
} from './sims.ts';

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

type AddBody = InputOf<typeof stock.add>['body'];

/** A SIM that is in the account is unchanged only where all that is asked for is so. */
function additionVerdict(sim: Sim, body: AddBody): Verdict {
  if (!sim.row) return { verdict: 'change', becomes: { state: 'pre-active', ...(body.groupName ? { group: body.groupName } : {}) } };
  const difference = (why: string): Verdict => ({ verdict: 'refuse', why: `it is in the account already, ${why}` });
  if (sim.state !== 'pre-active') return difference(`and ${stateWords(sim)}; leave it out`);
  if (body.groupName !== undefined && !groupsOf(sim.row).includes(body.groupName))
    return difference(`but not in group ${plainText(body.groupName, 40)}; save_group adds it`);
  const custom = body.customFields?.find(({ key, value }) => customFieldIn(sim.row, key) !== value);
  if (custom) return difference(`but its ${custom.key} is not ${plainText(custom.value, 40)}; thingspace.details.customFields sets it`);
  const unread = (['skuNumber', 'smsrOid'] as const).find((name) => body[name] !== undefined);
  return unread ? difference(`and its ${unread} cannot be compared; leave ${unread} out`) : { verdict: 'unchanged' };
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
        requireSingleIdentity(sims);
        const adding = sims.filter((sim) => !sim.row);
        const withImei = adding.flatMap((sim) => {
          const imei = sim.element.deviceIds.find(({ kind }) => kind.toLowerCase() === 'imei')?.id;
          return imei === undefined ? [] : [{ sim, imei }];
        });
        return {
          targets: sims.map((sim) => simTarget(sim, additionVerdict(sim, body))),
          warnings: [...digitWarnings(sims), ...eidWarnings(sims), ...(await sharedImeiWarnings(withImei, at))],
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
      effect: phrase`add to account ${field('body.accountName')} ${stated('body.state', 'Pre-active', phrase`without activating`)}`,
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
          ? { verdict: 'change', becomes: { state: 'deleted' } }
          : { verdict: 'refuse', why: `${stateWords(sim)}, only a deactivated SIM can be deleted` },
      request: (_input, sims, account) => ({ body: { ...inAccount(account), devicesToDelete: elementsOf(sims) } }),
      maxPerRequest: mostDeleted,
    });
    return { ...inspected, effect: phrase`DELETE, record and history are lost for good`, effects: stock.remove.effects };
  },
  narrow: narrowBy('devicesToDelete'),
  refusals: refusalsIn,
  settleAll: (steps, at) =>
    settleByRows(steps, at, (device, row) =>
      row ? { device, outcome: 'pending', why: 'still there when read back' } : { device, outcome: 'applied', after: { state: 'deleted' } },
    ),
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

type UploadInput = InputOf<typeof stock.upload>;

/** Inspects an upload: only devices that no account has yet are new. */
async function inspectUpload<I extends UploadInput>(inputs: readonly I[], at: PlannerContext, becomes: 'uploaded' | 'active') {
  const inspected = await Promise.all(
    inputs.map(async (input) => {
      const { body } = input;
      const sims = await resolveSims({ devices: body.devices, accountName: body.accountName }, at);
      requireSingleIdentity(sims);
      const fresh = sims.filter((sim) => !sim.row);
      return {
        targets: sims.map((sim) =>
          simTarget(
            sim,
            sim.row
              ? { verdict: 'refuse', why: `the carrier has it already, ${stateWords(sim)}` }
              : { verdict: 'change', becomes: { state: becomes } },
          ),
        ),
        steps: requestsFor(fresh, undefined, at).map(([, group]) => ({
          input: { ...input, body: { ...body, devices: elementsOf(group) } },
          targets: group.map((sim) => sim.device),
        })),
        warnings: [...digitWarnings(sims), ...eidWarnings(sims)],
      };
    }),
  );
  return {
    targets: inspected.flatMap((one) => one.targets),
    steps: inspected.flatMap((one) => one.steps),
    warnings: inspected.flatMap((one) => one.warnings),
    noun: 'device',
  };
}

/** `SKU "EXSKU0001", identified by "IMEI ICCID Pair", in account 0442000123-00001, report to "fleet@example.com"`. */
const uploadText = phrase`SKU ${field('body.deviceSku')}, identified by ${field('body.uploadType')}, in account ${field('body.accountName')}, report to ${field('body.emailAddress', 50)}`;

/** Uploads new devices. Only a callback and the e-mailed report show the outcome. */
export const uploadDevices = planner({
  operation: stock.upload,
  async inspect(inputs, at) {
    const inspected = await inspectUpload(inputs, at, 'uploaded');
    const body = inputs[0]?.body;
    return {
      ...inspected,
      warnings: [...inspected.warnings, ...(body ? await missingListenerWarnings('DeviceService', body.accountName, at) : [])],
      effect: phrase`upload as new, ${uploadText}`,
      effects: stock.upload.effects,
      settles: phrase`minutes; they can be activated 5 minutes after it at the earliest`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  reportedOnly: true,
  settle: (step, at) => settleByListener(step, 'DeviceService', at),
  unobservable: true,
  settleTimeout: { ms: hour, onTimeout: 'unknown' },
});

/** Uploads new devices and activates them. It has taken effect once their SIMs are active in the account. */
export const uploadAndActivate = planner({
  operation: stock.uploadActivate,
  async inspect(inputs, at) {
    const inspected = await inspectUpload(inputs, at, 'active');
    const pool = inputs.some(({ body }) => body.carrierIpPoolName !== undefined);
    for (const one of inputs) await checkServicePlan(one.body.servicePlan, one.body.accountName, at);
    return {
      ...inspected,
      effect: phrase`upload and activate on plan ${field('body.servicePlan')}, ZIP ${field('body.mdnZipCode')}${pool ? phrase`, IP pool ${field('body.carrierIpPoolName')}` : nothing}, each gets a new number; ${uploadText}`,
      effects: stock.uploadActivate.effects,
      cost: phrase`Billed by plan and contract, cost unknown`,
      undo: phrase`deactivate_sim, which is final for the number`,
      settles: phrase`minutes, up to 24 hours`,
    };
  },
  narrow: narrowBy('devices'),
  providerRequestIdOf: requestIdOf,
  settleAll: (steps, at) => settleByFoundRows(steps, at, (row) => ({ done: stateOf(row) === 'active', after: { state: stateOf(row) } })),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});
