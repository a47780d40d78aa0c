/** Changes, suspends and resumes devices, assigns and removes plans. Each request carries the version that was read, never `force`. */
import type { Effect, InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { isUnread } from '../../clients/http/lenient-read.ts';
import { deviceUpdateEffects } from '../../clients/thingpark/device-effects.ts';
import { planIdOf } from '../../clients/thingpark/device-facts.ts';
import { isLorawan11 } from '../../clients/thingpark/device-profiles.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { serviceStateOf } from '../../clients/thingpark/states.ts';
import { warning } from '../document/approval-document.ts';
import { field, joined, nothing, type Phrase, phrase, quoted, settings, stated } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState, type Warning } from '../planner.ts';
import { checkAppServers, checkConnectivityPlan, checkNetworkContext, findModel, modelOf } from './catalogue.ts';
import { factText } from './fact-text.ts';
import { policyAttributesOf } from './policy-attributes.ts';
import { type MemberFact, readMember, readPart, settleMembers } from './read-back.ts';
import { type DeviceRead, deviceNameFromUid, readDeviceByUid, stateOf } from './read-device.ts';

type Input = InputOf<typeof devices.update>;
type Body = Input['body'];

/** One property that a body can set: its name in the plan, the requested value, the present value. */
interface Fact {
  name: string;
  requested(body: Body): string | undefined;
  present(device: DeviceRead): Pick<MemberFact, 'present' | 'isReadable'>;
}

const plain = (name: 'customerAdminData' | 'motionIndicator' | 'markerID' | 'alarm004' | 'domains' | 'enforcedIMEI'): Fact => ({
  name,
  requested: (body) => (body[name] === undefined ? undefined : factText(body[name])),
  present: (device) => readMember(device, name),
});
const feature = (name: 'nwGeolocalization' | 'prAllowed'): Fact => ({
  name,
  requested: ({ networkSubscription: plan }) => (plan?.[name] === undefined ? undefined : factText(plan[name])),
  present: (device) => readFeature(device, name),
});
/** A feature that is missing from a plan is off. */
function readFeature(device: DeviceRead, name: 'nwGeolocalization' | 'prAllowed'): Pick<MemberFact, 'present' | 'isReadable'> {
  const { networkSubscription: plan } = device;
  if (plan && !isUnread(plan, name)) return { present: factText(plan[name] ?? false), isReadable: true };
  return readPart(device, 'networkSubscription', name);
}

function readState(device: DeviceRead): Pick<MemberFact, 'present' | 'isReadable'> {
  const present = stateOf(device);
  return { present, isReadable: present !== 'unknown' };
}

const listed = (servers: readonly { ID?: string | null | undefined }[]): string =>
  servers
    .map(({ ID }) => ID ?? '')
    .sort()
    .join(' ') || 'none';

const facts: readonly Fact[] = [
  {
    name: 'name',
    requested: ({ name }) => name,
    present: (device) => readMember(device, 'name', (name) => (typeof name === 'string' ? name : '')),
  },
  { name: 'model', requested: ({ model }) => model?.ID, present: (device) => readPart(device, 'model') },
  {
    name: 'plan',
    requested: ({ networkSubscription: plan }) => (plan?.ID === undefined ? undefined : factText(plan.ID)),
    present: (device) => readPart(device, 'networkSubscription'),
  },
  feature('nwGeolocalization'),
  feature('prAllowed'),
  {
    name: 'appServers',
    requested: ({ appServers }) => appServers && listed(appServers),
    present: (device) => readMember(device, 'appServers', () => listed(device.appServers ?? [])),
  },
  { name: 'latitude', requested: ({ adminLat }) => adminLat?.toString(), present: (device) => readMember(device, 'adminLat') },
  { name: 'longitude', requested: ({ adminLon }) => adminLon?.toString(), present: (device) => readMember(device, 'adminLon') },
  { name: 'state', requested: ({ suspension }) => suspension && serviceStateOf({ suspension }), present: readState },
  { name: 'joinEui', requested: ({ appEUI }) => appEUI?.toUpperCase(), present: (device) => readMember(device, 'appEUI') },
  {
    name: 'networkContext',
    requested: ({ networkContext }) => networkContext?.ID,
    present: (device) => readPart(device, 'networkContext'),
  },
  plain('customerAdminData'),
  plain('motionIndicator'),
  plain('markerID'),
  plain('alarm004'),
  plain('domains'),
  plain('enforcedIMEI'),
];

/** The properties that the body sets, each with its requested and its present value. */
function requestedFacts(body: Body, device: DeviceRead): MemberFact[] {
  return facts.flatMap(({ name, requested, present }) => {
    const value = requested(body);
    return value === undefined ? [] : [{ name, requested: value, ...present(device) }];
  });
}

const differs = (body: Body, device: DeviceRead): boolean =>
  requestedFacts(body, device).some(({ requested, present }) => requested !== present);

interface Inspection {
  input: Input;
  target: TargetState;
  device: DeviceRead | undefined;
}

export const updateDevice = planner({
  operation: devices.update,
  async inspect(inputs, at) {
    if (inputs.some(({ query }) => query?.force !== undefined))
      throw new Refusal('force: is not accepted, it would overwrite a concurrent change', 'Leave force out; nothing was sent.', 'force');
    const inspected = await mapWithConcurrency(inputs, (input) => inspect(input, at));
    const duplicate = inspected.find(({ target }, i) => inspected.findIndex((other) => other.target.device === target.device) !== i);
    if (duplicate)
      throw new Refusal(`devices: ${duplicate.target.device} is named twice`, 'Name each device once; nothing was sent.', 'devices');
    const changing = inspected.flatMap(({ input, target, device }) =>
      target.verdict === 'change' && device ? [{ input, target, device }] : [],
    );
    const serverWarnings = await check(changing, at);
    const bodies = new Set(changing.map(({ input: { body } }) => JSON.stringify({ ...body, occContext: undefined })));
    const first = changing[0] ?? inspected[0];
    const effects = [...new Set(changing.flatMap(({ input }) => deviceUpdateEffects(input.body)))];
    return {
      targets: inspected.map(({ target }) => target),
      steps: changing.map(({ input, target, device }) => ({
        input: { ...input, body: { ...input.body, occContext: { version: device.occContext?.version ?? 0 } } },
        targets: [target.device],
      })),
      effect: bodies.size > 1 ? phrase`apply a separate change to each` : describe(first?.input.body ?? {}, changing),
      noun: 'device',
      effects: effects.length > 0 ? effects : devices.update.effects,
      cost: costOf(effects, first?.input.body ?? {}),
      undo: undoOf(first?.input.body ?? {}),
      warnings: [...changing.flatMap(warningsOf), ...serverWarnings],
    };
  },
  inverse({ input }, done) {
    const target = done[0];
    const body = target && restoringBody(input.body, target.before);
    return body ? { operation: devices.update, inputs: [{ path: input.path, body }] } : undefined;
  },
  async settle(step, at) {
    const device = await readDeviceByUid(step.input.path.deviceUid, at);
    const target = step.targets[0] ?? '';
    if (!device) return [{ device: target, outcome: 'pending', why: 'not there when read back' }];
    const isAccepted = step.answered && (device.occContext?.version ?? 0) > (step.input.body.occContext?.version ?? 0);
    return [settleMembers(target, requestedFacts(step.input.body, device), { isAccepted, cause: 'the provider ignored it' })];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

async function inspect(input: Input, at: PlannerContext): Promise<Inspection> {
  const { path, body } = input;
  const device = await readDeviceByUid(path.deviceUid, at);
  const name = device?.EUI ?? deviceNameFromUid(path.deviceUid);
  const refuse = (why: string, before: Record<string, string> = {}): Inspection => ({
    input,
    device,
    target: { device: name, label: name, before, verdict: 'refuse', why },
  });
  if (!device) return refuse('there is no such device');
  const version = device.occContext?.version;
  const present = Object.fromEntries(requestedFacts(body, device).map((one) => [one.name, one.present]));
  const before = { state: stateOf(device), ...present, version: factText(version) };
  if (version === undefined || version === null) return refuse('its version is unknown, and the optimistic lock needs it', before);
  const requested = body.occContext?.version;
  if (requested !== undefined && requested !== version)
    return refuse(`it is at version ${version}, the change was made for version ${requested}`, before);
  if (body.suspension === 'NONE' && !body.networkSubscription?.ID && planIdOf(device) === null)
    return refuse('it has no connectivity plan and stays suspended without one; update_device with connectivityPlan resumes it', before);
  const verdict = differs(body, device) ? 'change' : 'unchanged';
  const becomes = Object.fromEntries(requestedFacts(body, device).map((one) => [one.name, one.requested]));
  return { input, device, target: { device: name, label: name, before, becomes, verdict, ...policyAttributesOf(device) } };
}

type Changing = { input: Input; target: TargetState; device: DeviceRead };

const connectivityOf = (device: DeviceRead): string => device.connectivity ?? device.model?.connectivity ?? 'LORAWAN';

/** Refuses what does not exist or fit, and warns of application servers that deliver nothing. */
async function check(changing: readonly Changing[], at: PlannerContext): Promise<Warning[]> {
  const moving = changing.flatMap(({ input, device }) => {
    const plan = input.body.networkSubscription?.ID;
    return plan && plan !== device.networkSubscription?.ID ? [{ plan, connectivity: connectivityOf(device) }] : [];
  });
  for (const [plan, of] of Map.groupBy(moving, (one) => one.plan))
    for (const connectivity of new Set(of.map((one) => one.connectivity))) await checkConnectivityPlan(plan, connectivity, of.length, at);
  const servers = new Set(changing.flatMap(({ input }) => input.body.appServers?.map(({ ID }) => ID) ?? []));
  const warnings = await checkAppServers([...servers], at);
  for (const context of new Set(changing.flatMap(({ input }) => input.body.networkContext?.ID ?? [])))
    await checkNetworkContext(context, at.connection, at.signal);
  for (const { input, device } of changing) {
    const requested = input.body.model?.ID;
    if (requested === undefined || requested === device.model?.ID) continue;
    const next = await modelOf(requested, connectivityOf(device), at);
    const present = device.model?.ID ? await findModel(device.model.ID, at) : undefined;
    if (present && (isLorawan11(next) !== isLorawan11(present) || (next.typeMAC ?? '') !== (present.typeMAC ?? '')))
      throw new Refusal(
        `model: ${next.ID} uses another LoRaWAN version than ${present.ID}, which ${device.EUI} has`,
        'Nothing was sent. A device changes its LoRaWAN version only by being deleted and added again.',
        'model',
      );
  }
  return warnings;
}

/** What the body sets, in words where a value decides about service, as `name = value` for the rest. */
function describe(body: Body, changing: readonly Changing[]): Phrase {
  const { suspension, networkSubscription, model, name, appServers, adminLat, adminLon } = body;
  const plan = networkSubscription?.ID;
  const suspended = changing.filter(({ device }) => stateOf(device) === 'suspended').length;
  const resumes = changing.length > 1 ? phrase`${suspended} suspended` : phrase`it`;
  const parts: Phrase[] = [
    ...(suspension === 'SUBSCRIBER_SUSPENDED'
      ? [phrase`${stated('body.suspension', suspension, phrase`suspend`)}, its packets are ignored until it is resumed`]
      : []),
    ...(suspension === 'NONE'
      ? [phrase`${stated('body.suspension', suspension, phrase`resume`)}, it counts as never heard until its next uplink`]
      : []),
    ...(plan === null ? [phrase`REMOVE THE PLAN, which suspends service: traffic stops`] : []),
    ...(plan
      ? [phrase`give plan ${field('body.networkSubscription.ID')}${suspended > 0 ? phrase`, which resumes ${resumes}` : nothing}`]
      : []),
    ...(model ? [phrase`set model ${field('body.model.ID', 60)}`] : []),
    ...(name === undefined ? [] : [phrase`rename to ${field('body.name')}`]),
    ...(appServers?.length === 0 ? [phrase`remove all application servers: its uplinks are delivered nowhere`] : []),
    ...(appServers?.length ? [phrase`send its uplinks to ${field('body.appServers.ID')} only`] : []),
    ...(adminLat === undefined && adminLon === undefined ? [] : [phrase`place it at ${field('body.adminLat')}, ${field('body.adminLon')}`]),
  ];
  const more = Object.keys(body).filter((member) => !describedMembers.includes(member));
  if (more.length > 0) parts.push(phrase`set ${settings('body', describedMembers)}`);
  return joined(parts);
}

const describedMembers = ['suspension', 'networkSubscription', 'model', 'name', 'appServers', 'adminLat', 'adminLon', 'occContext'];

function costOf(effects: readonly Effect[], body: Body): Phrase {
  if (!effects.includes('billing')) return phrase`free`;
  if (body.networkSubscription?.ID) return phrase`Takes a licence of that plan, cost unknown`;
  return body.suspension === 'NONE' ? phrase`Billing may begin again, cost unknown` : phrase`Cost unknown`;
}

function undoOf(body: Body): Phrase {
  if (body.suspension === 'SUBSCRIBER_SUSPENDED') return phrase`resume_device`;
  if (body.suspension === 'NONE') return phrase`suspend_device`;
  if (body.networkSubscription?.ID === null) return phrase`assigning the plan again while it has a free licence`;
  return phrase`update_device with the previous values`;
}

function warningsOf({ input: { body }, device }: Changing): Warning[] {
  const free = device.networkSubscription?.ID;
  return [
    ...(body.networkSubscription?.ID === null && free
      ? [warning('licence-freed', phrase`${quoted(device.EUI)}: its licence of ${quoted(free)} becomes free for others`)]
      : []),
    ...(body.suspension && stateOf(device) === 'unknown'
      ? [warning('state-unknown', phrase`${quoted(device.EUI)}: its state is unknown, the words of the answer are not understood`)]
      : []),
    ...(body.suspension === 'NONE' && planIdOf(device) === undefined && !body.networkSubscription?.ID
      ? [
          warning(
            'plan-unknown',
            phrase`${quoted(device.EUI)}: whether it has a connectivity plan is not understood; without one it stays suspended`,
          ),
        ]
      : []),
  ];
}

/** The body that restores what `body` changes; undefined when one of its members cannot be restored, or its value before is unknown. */
function restoringBody({ occContext: _, ...body }: Body, before: Readonly<Record<string, string>>): Body | undefined {
  const back: Body = {};
  for (const member of Object.keys(body)) {
    if (before[member === 'networkSubscription' ? 'plan' : member] === 'unknown') return undefined;
    if (member === 'name' && before['name']) back.name = before['name'];
    else if (member === 'model' && before['model']) back.model = { ID: before['model'] };
    else if (member === 'suspension' && before['state'] && before['state'] !== 'unknown')
      back.suspension = before['state'] === 'suspended' ? 'SUBSCRIBER_SUSPENDED' : 'NONE';
    else if (member === 'networkSubscription' && before['plan'] && before['plan'] !== 'none')
      back.networkSubscription = { ID: before['plan'] };
    else return undefined;
  }
  return back;
}
