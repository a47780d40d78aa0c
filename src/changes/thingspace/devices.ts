import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { accounts, requestStateOf } from '../../clients/thingspace/accounts.ts';
import type { DeviceRow } from '../../clients/thingspace/device-pages.ts';
import { devices } from '../../clients/thingspace/devices.ts';
import { idOf, planOf, stateOf } from '../../clients/thingspace/ids.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { isUnknownSim } from '../../fleet/thingspace.ts';
import { fence, quoted } from '../../text/fence.ts';
import { checkDigitWarning, nearest } from '../../vocabulary.ts';
import { each } from '../each.ts';
import { type At, planner, type Seen, type SentStep, type Settled } from '../planner.ts';

type Element = { deviceIds: { id: string; kind: string }[] };

/** A SIM as it was asked for and as it stands; `row` is undefined when the carrier does not know it. */
interface Sim {
  element: Element;
  /** The identifier by which it is named in plan and record: its ICCID where it has one. */
  device: string;
  row: DeviceRow | undefined;
  account: string | undefined;
  state: string;
}

const day = 86_400_000;

/** Reads the SIMs that an input names; never a filter, never a whole account. */
async function simsOf(
  body: { devices?: Element[] | undefined; accountName?: string | undefined },
  { connection, signal }: At,
): Promise<Sim[]> {
  if (!body.devices?.length) {
    throw new Refusal(
      'devices: a filter or a whole account is never changed blindly',
      'Name the SIMs: list_devices finds them, each by {"deviceIds":[{"id":"<ICCID>","kind":"iccid"}]}.',
      'devices',
    );
  }
  const sims = await each(body.devices, async (element): Promise<Sim> => {
    const named =
      element.deviceIds.find((one) => one.kind.toLowerCase() === 'iccid') ?? (element.deviceIds[0] as { id: string; kind: string });
    const row = await rowOf(named, { connection, signal });
    const account = row?.accountName ?? body.accountName ?? connection.account;
    return {
      element,
      device: (row && idOf(row, 'iccid')) ?? named.id,
      row,
      account: account ?? undefined,
      state: (row && stateOf(row)) ?? 'not in the account',
    };
  });
  const twice = sims.find((sim, i) => sims.findIndex((other) => other.device === sim.device) !== i);
  if (twice) throw new Refusal(`devices: ${twice.device} is named twice`, 'Name each SIM once; nothing was sent.', 'devices');
  const foreign = sims.find((sim) => body.accountName && sim.row?.accountName && sim.row.accountName !== body.accountName);
  if (foreign)
    throw new Refusal(
      `account: ${foreign.device} is in account ${foreign.row?.accountName}, not in ${body.accountName}`,
      'Nothing was sent. Leave account out, or name the right one.',
      'account',
    );
  return sims;
}

async function rowOf(
  id: { id: string; kind: string },
  { connection, signal }: Pick<At, 'connection' | 'signal'>,
): Promise<DeviceRow | undefined> {
  try {
    return (await connection.call(devices.list, { body: { deviceId: id } }, { signal })).devices?.[0];
  } catch (error) {
    if (isUnknownSim(error)) return undefined;
    throw error;
  }
}

/** One request an account: a request speaks of one account only. */
function byAccount(sims: readonly Sim[]): [string | undefined, Sim[]][] {
  return [...Map.groupBy(sims, (sim) => sim.account)];
}

function seen(sim: Sim, verdict: Seen['verdict'], why?: string, more: Record<string, string> = {}): Seen {
  const before = {
    state: sim.state,
    ...(sim.row && planOf(sim.row) ? { plan: planOf(sim.row) as string } : {}),
    ...(sim.account ? { account: sim.account } : {}),
    ...more,
  };
  return { device: sim.device, label: sim.device, before, verdict, ...(why ? { why } : {}) };
}

function digitWarnings(sims: readonly Sim[]): string[] {
  return sims.flatMap((sim) => checkDigitWarning('iccid', sim.device) ?? []).slice(0, 5);
}

/** Activation needs IMEI and ICCID together: a missing IMEI is taken from the account's record and shown in the plan. */
export const activateSims = planner({
  operation: devices.activate,
  async look(inputs, at) {
    const looked = await each(inputs, (input) => lookAtActivation(input, at), 1);
    const body = inputs[0]?.body;
    return {
      targets: looked.flatMap((one) => one.targets),
      steps: looked.flatMap((one) => one.steps),
      effect: `activate on plan ${fence(body?.servicePlan ?? '', 40)}, ZIP ${fence(body?.mdnZipCode ?? '', 10)}, each gets a new number`,
      noun: 'SIM',
      effects: devices.activate.effects,
      cost: 'Billed by plan and contract, cost unknown',
      undo: 'deactivate_sim, which is final for the number',
      settles: 'minutes, up to 24 hours',
      warnings: looked.flatMap((one) => one.warnings),
    };
  },
  receipt,
  settle: (step, at) => settleTo(step, at, (state) => state === 'active'),
  patience: { ms: day, silence: 'unknown' },
});

type ActivateInput = InputOf<typeof devices.activate>;

async function lookAtActivation({ body }: ActivateInput, at: At) {
  const sims = await simsOf(body, at);
  const targets: Seen[] = [];
  const warnings = digitWarnings(sims);
  const going: Sim[] = [];
  for (const sim of sims) {
    const given = sim.element.deviceIds.find((one) => one.kind.toLowerCase() === 'imei')?.id;
    const imei = given ?? (sim.row && idOf(sim.row, 'imei'));
    const recorded = sim.row && idOf(sim.row, 'imei');
    const other = sim.element.deviceIds.some((one) => ['meid', 'esn'].includes(one.kind.toLowerCase())) || body.skuNumber !== undefined;
    const verdict = activationVerdict(sim);
    if (verdict.verdict === 'change' && !imei && !other) {
      targets.push(seen(sim, 'refuse', `no IMEI was given and the account has none on record; give imei`));
      continue;
    }
    if (given && recorded && given !== recorded)
      warnings.push(`${sim.device}: the account has IMEI ${recorded} on record, ${given} was given`);
    if (!given && imei) warnings.push(`${sim.device}: IMEI ${imei} is taken from the account's record`);
    const bad = imei ? checkDigitWarning('imei', imei) : undefined;
    if (bad) warnings.push(bad);
    if (!sim.row)
      warnings.push(`${sim.device} is not in the account yet: the carrier adds it, and it may stay there if the activation fails`);
    targets.push(seen(sim, verdict.verdict, verdict.why, imei ? { imei } : {}));
    if (verdict.verdict !== 'change') continue;
    const deviceIds = given || !imei ? sim.element.deviceIds : [{ id: imei, kind: 'imei' }, ...sim.element.deviceIds];
    going.push({ ...sim, element: { deviceIds } });
  }
  for (const [account] of byAccount(going)) await checkPlan(body.servicePlan, account, at);
  const steps = byAccount(going).map(([account, group]) => ({
    input: { body: { ...body, ...(account ? { accountName: account } : {}), devices: group.map((sim) => sim.element) } },
    targets: group.map((sim) => sim.device),
  }));
  return { targets, steps, warnings };
}

function activationVerdict(sim: Sim): { verdict: Seen['verdict']; why?: string } {
  if (sim.state === 'active') return { verdict: 'unchanged' };
  if (sim.state.startsWith('pending')) return { verdict: 'refuse', why: `it is in "${sim.state}", another request is under way` };
  if (sim.state === 'suspend') return { verdict: 'refuse', why: 'it is suspended; restore_sim brings it back' };
  return { verdict: 'change' };
}

async function checkPlan(plan: string, account: string | undefined, { connection, signal }: At): Promise<void> {
  if (account === undefined) {
    throw new Refusal(
      'account: which account the SIM shall belong to is not known',
      'Give account, or set it for this connection.',
      'account',
    );
  }
  const codes = (await connection.call(plans.list, { path: { accountName: account } }, { signal })).flatMap((one) => one.code ?? []);
  if (codes.includes(plan)) return;
  const near = nearest(plan, codes);
  throw new Refusal(
    `servicePlan: account ${account} has no plan ${quoted(plan)}${near ? `, nearest is ${near}` : ''}`,
    `Nothing was sent. Codes: ${codes.slice(0, 10).join(', ')}. list_service_plans shows them.`,
    'servicePlan',
  );
}

type LineInput = { body: { devices?: Element[] | undefined; accountName?: string | undefined } };

/** Suspend, restore and deactivate differ only in where a line may come from and where it ends. */
async function lookAtLines<I extends LineInput>(
  inputs: readonly I[],
  at: At,
  rule: { from: readonly string[]; already: string; refuse(state: string): string },
) {
  const targets: Seen[] = [];
  const steps: { input: I; targets: string[] }[] = [];
  const warnings: string[] = [];
  for (const input of inputs) {
    const sims = await simsOf(input.body, at);
    warnings.push(...digitWarnings(sims));
    const going: Sim[] = [];
    for (const sim of sims) {
      if (!sim.row) targets.push(seen(sim, 'refuse', 'the carrier does not know it'));
      else if (sim.state === rule.already) targets.push(seen(sim, 'unchanged'));
      else if (rule.from.includes(sim.state)) {
        targets.push(seen(sim, 'change'));
        going.push(sim);
      } else targets.push(seen(sim, 'refuse', rule.refuse(sim.state)));
    }
    for (const [account, group] of byAccount(going)) {
      const body = { ...input.body, ...(account ? { accountName: account } : {}), devices: group.map((sim) => sim.element) };
      steps.push({ input: { ...input, body }, targets: group.map((sim) => sim.device) });
    }
  }
  return { targets, steps, warnings, noun: 'SIM' };
}

export const suspendSims = planner({
  operation: devices.suspend,
  async look(inputs, at) {
    const looked = await lookAtLines(inputs, at, {
      from: ['active'],
      already: 'suspend',
      refuse: (state) => `it is "${state}", only an active SIM can be suspended`,
    });
    return {
      ...looked,
      effect: 'suspend, no traffic until restored, resumes by itself after 90 days',
      effects: devices.suspend.effects,
      cost: 'Billing while suspended depends on the contract, cost unknown',
      undo: 'restore_sim',
      settles: 'seconds to minutes',
    };
  },
  receipt,
  settle: (step, at) => settleTo(step, at, (state) => state === 'suspend'),
  patience: { ms: day, silence: 'unknown' },
});

export const restoreSims = planner({
  operation: devices.restore,
  async look(inputs, at) {
    const looked = await lookAtLines(inputs, at, {
      from: ['suspend'],
      already: 'active',
      refuse: (state) => `it is "${state}", only a suspended SIM can be restored`,
    });
    return {
      ...looked,
      effect: 'restore to active',
      effects: devices.restore.effects,
      cost: 'Billed again by plan and contract, cost unknown',
      undo: 'suspend_sim',
      settles: 'seconds to minutes',
    };
  },
  receipt,
  settle: (step, at) => settleTo(step, at, (state) => state === 'active'),
  patience: { ms: day, silence: 'unknown' },
});

export const deactivateSims = planner({
  operation: devices.deactivate,
  async look(inputs, at) {
    const looked = await lookAtLines(inputs, at, {
      from: ['active', 'suspend'],
      already: 'deactive',
      refuse: (state) => `it is "${state}", only an active or suspended SIM can be deactivated`,
    });
    const body = inputs[0]?.body;
    const gone = body?.deleteAfterDeactivation ? ', record and history are deleted too' : '';
    const fee = body?.etfWaiver
      ? 'Termination fee waived only if the contract has waivers'
      : 'A termination fee may be charged, cost unknown';
    return {
      ...looked,
      effect: `DEACTIVATE, number and IP are lost for good${gone}`,
      effects: devices.deactivate.effects,
      cost: fee,
      settles: 'seconds to minutes',
    };
  },
  receipt,
  settle: (step, at) => settleTo(step, at, (state) => state === 'deactive', step.input.body.deleteAfterDeactivation === true),
  patience: { ms: day, silence: 'unknown' },
});

function receipt(reply: unknown): string | undefined {
  return (reply as { requestId?: string } | undefined)?.requestId;
}

/** A line has arrived when its own state says so; the request's status only tells of failure earlier. */
async function settleTo(
  step: SentStep<LineInput>,
  at: Pick<At, 'connection' | 'signal'>,
  arrived: (state: string) => boolean,
  mayVanish = false,
): Promise<Settled[]> {
  const request = step.targets.length === 1 && step.receipt ? await requestState(step.receipt, step.input.body.accountName, at) : 'unknown';
  return each(step.targets, async (device): Promise<Settled> => {
    const row = await rowOf({ id: device, kind: 'iccid' }, at);
    if (!row)
      return mayVanish
        ? { device, outcome: 'applied', after: { state: 'deleted' } }
        : { device, outcome: 'pending', why: 'not found when read back' };
    const state = stateOf(row) ?? 'unknown';
    const mdn = idOf(row, 'mdn');
    const after = { state, ...(mdn ? { mdn } : {}) };
    if (arrived(state) && !(mayVanish && state === 'deactive')) return { device, outcome: 'applied', after };
    if (request === 'failed') return { device, outcome: 'failed', after, why: 'the carrier reports that the request failed' };
    return { device, outcome: 'pending', after };
  });
}

async function requestState(requestId: string, account: string | undefined, { connection, signal }: Pick<At, 'connection' | 'signal'>) {
  const accountName = account ?? connection.account;
  if (!accountName) return 'unknown';
  try {
    return requestStateOf((await connection.call(accounts.requestStatus, { path: { accountName, requestId } }, { signal })).status);
  } catch {
    // The status call answers only some requests; the line's own state decides.
    return 'unknown';
  }
}
