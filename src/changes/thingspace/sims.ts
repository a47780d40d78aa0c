/** Resolves the SIMs of a request, decides on each of them, and builds the requests for those to change. */
import type { AnyInput } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { defaultAccount } from '../../clients/thingspace/default-account.ts';
import { type DeviceQuery, type DeviceRow, deviceListPage } from '../../clients/thingspace/device-pages.ts';
import { idsInRecord, isLineKind, mainIdOf, permanentIdOf } from '../../clients/thingspace/identity.ts';
import { customFieldOf, groupsOf, idOf, planOf, stateOf } from '../../clients/thingspace/ids.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { defined } from '../../text/defined.ts';
import { quoteName } from '../../text/sanitize.ts';
import { namedAs, nearest } from '../../vocabulary.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import type { PlannerContext, TargetState, Warning } from '../planner.ts';
import { isSameDevice } from '../same-device.ts';
import type { DeviceElement, DeviceId } from './named-ids.ts';
import { recordsOf, rowOf, rowsOf, type SimReadContext } from './sim-rows.ts';
import { digitWarnings, eidWarnings } from './sim-warnings.ts';

/** A SIM as the request names it, with its present state; `row` is undefined when the carrier does not know it. */
export interface Sim {
  element: DeviceElement;
  /** The identifier used in plan and record: the ICCID where the SIM has one, or else the one that the request names. */
  device: string;
  row: DeviceRow | undefined;
  account: string | undefined;
  state: string;
}

/** The devices of a bulk request: by identifier, or by a filter that is resolved to identifiers before planning. */
export interface Selection {
  devices?: DeviceElement[] | undefined;
  accountName?: string | undefined;
  filter?: { groupName?: string | undefined; servicePlan?: string | undefined; customFields?: Pair[] | undefined } | undefined;
}

interface Pair {
  key: string;
  value: string;
}

export interface Verdict {
  verdict: TargetState['verdict'];
  why?: string;
  /** Facts besides state, plan and account that must not change between plan and sending. */
  facts?: Record<string, string>;
  /** The facts after the change, by the same names; left out where nothing is to change. */
  becomes?: Record<string, string>;
}

/** Maximum devices in one request, so that a lost or refused one affects no more. */
export const maxDevicesPerRequest = 200;

const maxMatches = 10_000;

/** Reads the SIMs that a request selects. A selection without devices or a filter is refused: it would be a whole account. */
export async function resolveSims(body: Selection, at: SimReadContext, readIndividually = false): Promise<Sim[]> {
  const elements = body.devices?.length ? body.devices : await membersOf(body, at);
  const ids = elements.map(nameOf);
  await requireOneSimEach(ids, at);
  const rows = readIndividually ? await mapWithConcurrency(ids, (id) => rowOf(id, at)) : await rowsOf(ids, at);
  const sims = elements.map((element, i): Sim => {
    const row = rows[i];
    return {
      element,
      device: (row && idOf(row, 'iccid')) ?? nameOf(element).id,
      row,
      account: row?.accountName ?? body.accountName ?? defaultAccount(at.connection),
      state: row ? stateOf(row) : 'not in the account',
    };
  });
  const known = new Set<string>();
  for (const { device } of sims) {
    if (known.has(device)) throw new Refusal(`devices: ${device} is named twice`, 'Name each SIM once; nothing was sent.', 'devices');
    known.add(device);
  }
  const foreign = sims.find((sim) => body.accountName && sim.row?.accountName && sim.row.accountName !== body.accountName);
  if (foreign)
    throw new Refusal(
      `account: ${foreign.device} is in account ${foreign.row?.accountName}, not in ${body.accountName}`,
      'Nothing was sent. Leave account out, or name the right one.',
      'account',
    );
  return sims;
}

/** Refuses an element that combines identifiers of two SIMs: the plan shows one of them, but the carrier may use the other. */
export function requireSingleIdentity(sims: readonly Sim[]): void {
  for (const { element, device, row } of sims) {
    const other = row && element.deviceIds.find(({ id, kind }) => isForeign(row, id, kind));
    if (!other) continue;
    throw new Refusal(
      `devices: ${other.kind} ${quoteName(other.id)} is not known to belong to ${device}`,
      `Name it by one identifier: {"deviceIds":[{"id":"${device}","kind":"iccid"}]}. Nothing was sent.`,
      'devices',
    );
  }
}

/** A missing EID is no mismatch, because not every record contains it. */
function isForeign(row: DeviceRow, id: string, kind: string): boolean {
  const known = idOf(row, kind);
  return known === undefined ? kind.toLowerCase() !== 'eid' : !isSameDevice(known, id);
}

function nameOf({ deviceIds }: DeviceElement): DeviceId {
  return deviceIds.find((one) => one.kind.toLowerCase() === 'iccid') ?? deviceIds[0] ?? { id: '', kind: 'iccid' };
}

/** Refuses an EID that names several SIMs: the plan could show one of them and the carrier change another. */
async function requireOneSimEach(ids: readonly DeviceId[], at: SimReadContext): Promise<void> {
  for (const id of ids.filter((one) => one.kind.toLowerCase() === 'eid')) {
    const rows = await recordsOf(id, at);
    if (rows.length < 2) continue;
    throw new Refusal(
      `devices: EID ${quoteName(id.id)} holds ${rows.length} SIMs: ${rows.flatMap((row) => mainIdOf(row)?.id ?? []).join(', ')}`,
      'Nothing was sent. Name the ICCID that is meant.',
      'devices',
    );
  }
}

/** The devices that the filter matches now, by identifier. */
async function membersOf({ accountName, filter }: Selection, { connection, signal }: SimReadContext): Promise<DeviceElement[]> {
  const { groupName, servicePlan, customFields } = filter ?? {};
  const query: DeviceQuery = defined({
    accountName: accountName || undefined,
    groupName: groupName || undefined,
    servicePlan: servicePlan || undefined,
    customFields: customFields?.length ? customFields : undefined,
  });
  if (!groupName && !servicePlan && !customFields?.length) {
    throw new Refusal(
      'devices: an empty filter or a whole account is not accepted',
      'Name the SIMs: list_devices finds them, each by {"deviceIds":[{"id":"<ICCID>","kind":"iccid"}]}.',
      'devices',
    );
  }
  const elements: DeviceElement[] = [];
  let next: number | undefined = 0;
  while (next !== undefined) {
    const page: Awaited<ReturnType<typeof deviceListPage>> = await deviceListPage(connection.call, query, next, { signal });
    for (const row of page.rows) {
      const id = mainIdOf(row);
      if (!id) throw unresolved('a device that matches has no identifier');
      elements.push({ deviceIds: [id] });
    }
    if (page.truncated) throw unresolved('the list of those that match breaks off');
    if (elements.length > maxMatches) throw unresolved(`more than ${maxMatches} devices match`);
    next = page.next;
  }
  if (elements.length === 0) throw unresolved('no device matches');
  return elements;
}

function unresolved(why: string): Refusal {
  return new Refusal(`devices: ${why}`, 'Nothing was sent. Name the SIMs one by one; list_devices finds them.', 'devices');
}

/**
 * Splits SIMs into requests: one account per request, at most `most` devices in each. The canaries (`first`) get requests of their own.
 */
export function requestsFor(
  sims: readonly Sim[],
  most = maxDevicesPerRequest,
  { first }: Pick<PlannerContext, 'first'> = {},
): [string | undefined, Sim[]][] {
  let canaries = first?.(sims.length) ?? 0;
  return [...Map.groupBy(sims, (sim) => sim.account)].flatMap(([account, group]) => {
    const requests: [string | undefined, Sim[]][] = [];
    for (let i = 0; i < group.length; ) {
      const size = Math.min(canaries > 0 ? canaries : most, most, group.length - i);
      requests.push([account, group.slice(i, i + size)]);
      i += size;
      canaries -= size;
    }
    return requests;
  });
}

/** Returns a `narrow` for requests whose `member` lists the SIMs in the order of the targets. */
export function narrowBy(member: 'devices' | 'deviceIds' | 'labels' | 'devicesToAdd' | 'devicesToDelete') {
  return <I extends AnyInput>(step: { input: I; targets: readonly string[] }, keep: ReadonlySet<string>): I => {
    const body = step.input.body as Record<string, unknown>;
    const list = body[member];
    if (!Array.isArray(list) || list.length !== step.targets.length) throw new Error(`${member} does not have one entry per target`);
    return { ...step.input, body: { ...body, [member]: list.filter((_, i) => keep.has(step.targets[i] ?? '')) } };
  };
}

/** The target state of a SIM: state, plan, account and the verdict's facts. */
export function simTarget(sim: Sim, { verdict, why, facts = {}, becomes }: Verdict): TargetState {
  const unrecorded = unrecordedOf(sim);
  const stated = unrecorded.map(({ kind, id }) => [kind.toLowerCase(), id] as const).filter(([kind]) => becomes?.[kind] === undefined);
  const after = { ...becomes, ...Object.fromEntries(stated) };
  const before = {
    state: sim.state,
    ...(sim.row && planOf(sim.row) ? { plan: planOf(sim.row) as string } : {}),
    ...(sim.account ? { account: sim.account } : {}),
    ...facts,
  };
  return {
    device: sim.device,
    label: sim.device,
    before,
    verdict,
    ...(why ? { why } : {}),
    ...(Object.keys(after).length > 0 && verdict === 'change' ? { becomes: after } : {}),
    ...recordAttributesOf(sim),
    ...(unrecorded.length > 0 ? { unrecorded: unrecorded.map(({ id }) => id) } : {}),
  };
}

/** Identifiers beside the main one that the request states and the record does not. */
function unrecordedOf({ device, row, element }: Sim): DeviceId[] {
  return element.deviceIds.filter(({ id, kind }) => !isSameDevice(id, device) && !(row && isSameDevice(idOf(row, kind) ?? '', id)));
}

/** What policy rules can match, and all identifiers, from a SIM's record. An identifier that the record contradicts is not its own. */
export function recordAttributesOf({ row, element }: Sim): Pick<TargetState, 'name' | 'groups' | 'plan' | 'identifiers'> {
  const named = element.deviceIds.filter(({ id, kind }) => row === undefined || !isForeign(row, id, kind));
  const identifiers = [...new Set([...(row ? idsInRecord(row) : []), ...named].map(({ id }) => id))];
  if (!row) return { identifiers };
  return { name: customFieldOf(row, 'CustomField1'), groups: groupsOf(row), plan: planOf(row), identifiers };
}

/** The value of a custom field in a record; empty where it has none. */
export function customFieldIn(row: DeviceRow | undefined, key: string): string {
  return row?.customFields?.find((one) => one.key === key)?.value?.toString() ?? '';
}

export interface SimInspection<I> {
  targets: TargetState[];
  steps: { input: I; targets: string[] }[];
  warnings: Warning[];
  noun: string;
}

/** Resolves the SIMs of each input, decides on every SIM, and builds the requests for those to change. */
export async function inspectSims<I extends AnyInput>(
  inputs: readonly I[],
  at: SimReadContext,
  rules: {
    selection(input: I): Selection;
    verdictOf(sim: Sim, input: I): Verdict;
    /** The request for these SIMs of one account, by identifier and without a filter. */
    request(input: I, sims: Sim[], account: string | undefined): I;
    maxPerRequest?: number;
    /** Read every SIM individually: the carrier returns some facts only then. */
    readIndividually?: boolean;
  },
): Promise<SimInspection<I>> {
  const inspection: SimInspection<I> = { targets: [], steps: [], warnings: [], noun: 'SIM' };
  for (const input of inputs) {
    const sims = await resolveSims(rules.selection(input), at, rules.readIndividually);
    requireSingleIdentity(sims);
    inspection.warnings.push(...digitWarnings(sims), ...eidWarnings(sims));
    const changing: Sim[] = [];
    for (const sim of sims) {
      const verdict: Verdict = sim.row ? rules.verdictOf(sim, input) : { verdict: 'refuse', why: 'the carrier does not know it' };
      inspection.targets.push(simTarget(sim, verdict));
      if (verdict.verdict === 'change') changing.push(sim);
    }
    for (const [account, group] of requestsFor(changing, rules.maxPerRequest, at))
      inspection.steps.push({ input: rules.request(input, group, account), targets: group.map((sim) => sim.device) });
  }
  return inspection;
}

/** The selection of a bulk body with `devices` and filter members. */
export function selectionOf(body: {
  devices?: DeviceElement[] | undefined;
  accountName?: string | undefined;
  groupName?: string | undefined;
  servicePlan?: string | undefined;
  customFields?: Pair[] | undefined;
}): Selection {
  const { devices: named, accountName, groupName, servicePlan, customFields } = body;
  return { devices: named, accountName, filter: { groupName, servicePlan, customFields } };
}

/** The selection of a bulk body with `deviceIds` and filter members. */
export function selectionOfIds(body: {
  deviceIds?: DeviceId[] | undefined;
  accountName?: string | undefined;
  groupName?: string | undefined;
  servicePlan?: string | undefined;
  customFields?: Pair[] | undefined;
}): Selection {
  return { ...selectionOf(body), devices: body.deviceIds?.map((id) => ({ deviceIds: [id] })) };
}

/** The body without its filter members. */
export function withoutFilter<B extends { groupName?: unknown; servicePlan?: unknown; customFields?: unknown }>(
  body: B,
): Omit<B, 'groupName' | 'servicePlan' | 'customFields'> {
  const { groupName: _group, servicePlan: _plan, customFields: _fields, ...rest } = body;
  return rest;
}

export function elementsOf(sims: readonly Sim[]): DeviceElement[] {
  return sims.map((sim) => sim.element);
}

/** The elements of a deactivation: a SIM without an ICCID is also named by an identifier that it keeps, so that it can be read back. */
export function lastingElementsOf(sims: readonly Sim[]): DeviceElement[] {
  return sims.map(({ element, row }) => {
    const lasting = row && element.deviceIds.every((one) => isLineKind(one.kind)) ? permanentIdOf(row) : undefined;
    return lasting ? { deviceIds: [...element.deviceIds, lasting] } : element;
  });
}

export function idsOf(sims: readonly Sim[]): DeviceId[] {
  return sims.map((sim) => nameOf(sim.element));
}

export function inAccount(account: string | undefined): { accountName?: string } {
  return account ? { accountName: account } : {};
}

/** Refuses a SIM that is not active. `participle` completes "can be": `sent an SMS`. */
export function requireActive(sim: Sim, participle: string): Verdict {
  return sim.state === 'active'
    ? { verdict: 'change' }
    : { verdict: 'refuse', why: `${stateWords(sim)}, only an active SIM can be ${participle}` };
}

/** The state of a SIM in a sentence. */
export function stateWords({ state }: Pick<Sim, 'state'>): string {
  return state === 'unknown' ? 'its state is unknown' : `it is "${state}"`;
}

/** Refuses a service plan that the account does not offer, and names the nearest one. */
export async function checkServicePlan(plan: string, account: string | undefined, { connection, signal }: SimReadContext): Promise<void> {
  if (account === undefined) {
    throw new Refusal(
      'account: is required, the connection has no default account',
      'Give account, or set it for this connection.',
      'account',
    );
  }
  const codes = (await connection.call(plans.list, { path: { accountName: account } }, { signal })).flatMap((one) => one.code ?? []);
  if (codes.includes(plan)) return;
  const near = nearest(plan, codes);
  throw new Refusal(
    `servicePlan: account ${account} has no plan ${quoteName(plan)}${near ? `, nearest is ${near}` : ''}`,
    `Nothing was sent. Codes: ${codes.slice(0, 10).join(', ')}. list_service_plans shows them.`,
    'servicePlan',
    namedAs(plan, codes),
  );
}
