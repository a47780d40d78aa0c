/** Device creation: field rules for LoRaWAN and cellular devices, licences, and suspension when no plan is given. */
import type { cellularDevices as cellularContracts } from '../../clients/thingpark/cellular-devices.ts';
import type { devices as devicesContracts } from '../../clients/thingpark/devices.ts';
import { asObject, asText, type Handler, type Handlers, type SandboxRequest } from '../handler.ts';
import { seededHex } from '../random.ts';
import type { World } from '../world.ts';
import { findFreePlan, parseAppServers, pickPassThroughFields } from './device-fields.ts';
import { invalidateDeviceIndexes } from './device-lookup.ts';
import { addMulticastGroup } from './multicast-groups.ts';
import { ossRefusal } from './oss-request.ts';
import { deviceHref, serializeDevice } from './serialize-device.ts';
import type { DeviceModel, TpDevice } from './state.ts';

type Body = Record<string, unknown>;

const hexField = (body: Body, name: string, length: number, required: boolean): string | undefined => {
  const value = asText(body[name]);
  if (value === undefined) {
    if (required) throw ossRefusal(400, 400, `${name} is required`);
    return undefined;
  }
  if (!new RegExp(`^[0-9A-Fa-f]{${length}}$`).test(value))
    throw ossRefusal(400, 400, `${name}: ${length} hexadecimal characters are expected`);
  return value.toUpperCase();
};

function rejectFields(body: Body, names: string[], reason: string): void {
  for (const name of names) if (body[name] !== undefined) throw ossRefusal(400, 400, `${name} is not allowed ${reason}`);
}

/** Validates the fields of the activation type and returns those that the device keeps. Keys are validated but not stored. */
function parseActivation(sent: Body, model: DeviceModel): Pick<TpDevice, 'activation' | 'appEUI' | 'nwAddress'> {
  const activation = asText(sent['activation']);
  const v11 = model.macMinorVersion === 10;
  if (activation === 'OTAA') {
    const local = hexField(sent, 'appKey', 32, false) !== undefined;
    if (!local) hexField(sent, 'appEUI', 16, true);
    if (v11 && local) hexField(sent, 'nwkKey', 32, true);
    if (!v11) rejectFields(sent, ['nwkKey'], 'with a LoRaWAN 1.0 model');
    rejectFields(sent, ['nwKey', 'sNwkSIntKey', 'nwkSEncKey', 'appKeys'], 'with OTAA');
  } else if (activation === 'ABP') {
    hexField(sent, 'nwAddress', 8, true);
    hexField(sent, 'nwKey', 32, true);
    if (v11) for (const name of ['sNwkSIntKey', 'nwkSEncKey']) hexField(sent, name, 32, true);
    rejectFields(sent, ['appKey', 'nwkKey', 'ownerToken'], 'with ABP');
    const appKeys = asText(sent['appKeys']);
    if (appKeys !== undefined && !/^<AppSKeys>(<AppSKey Port="[\d,*-]+">[0-9A-Fa-f]{32}<\/AppSKey>)+<\/AppSKeys>$/.test(appKeys))
      throw ossRefusal(400, 400, 'appKeys is malformed');
  } else throw ossRefusal(400, 400, 'activation: OTAA or ABP is expected');
  const appEUI = hexField(sent, 'appEUI', 16, false);
  const nwAddress = hexField(sent, 'nwAddress', 8, false);
  return { activation, ...(appEUI ? { appEUI } : {}), ...(nwAddress ? { nwAddress } : {}) };
}

/** Validates the SIM and IMEI of a cellular device. Release 8.x assigns the EUI; release 7.3 expects an IMEI in `EUI`. */
function parseSim(world: World, sent: Body, uid: string): Pick<TpDevice, 'EUI' | 'iccid' | 'imei' | 'networkContext'> {
  const { devices } = world.thingpark;
  const sim = asText(asObject(sent['sim'])['ID']);
  if (sim === undefined && asText(sent['imsi']) === undefined) throw ossRefusal(400, 400, 'sim.ID is required');
  if (sim !== undefined && !/^(\d{18,20}|\d{32})$/.test(sim)) throw ossRefusal(400, 400, 'sim.ID: an ICCID or eID is expected');
  if ([...devices.values()].some((device) => sim !== undefined && device.iccid === sim)) throw ossRefusal(409, 111, `SIM ${sim} is in use`);
  const imei = asText(sent['enforcedIMEI']) ?? asText(sent['EUI']);
  if (imei !== undefined && !/^\d{14,15}$/.test(imei)) throw ossRefusal(400, 400, 'enforcedIMEI: 15 digits are expected');
  const networkContext = asText(asObject(sent['networkContext'])['ID']);
  if (networkContext !== undefined && networkContext !== 'acme-context')
    throw ossRefusal(400, 400, `unknown network context ${networkContext}`);
  return {
    EUI: `F03D29${seededHex(10, world.seed, 'cellular', uid)}`,
    ...(sim ? { iccid: sim } : {}),
    ...(imei ? { imei } : {}),
    ...(networkContext ? { networkContext } : {}),
  };
}

/** Adds a device from an OSS body; DX bodies are converted to one first. `advanced`: the body names the connectivity plan. */
export function addDevice(world: World, sent: Body, advanced: boolean): TpDevice {
  const tp = world.thingpark;
  const modelId = asText(asObject(sent['model'])['ID']);
  const model = tp.models.find((one) => one.ID === modelId);
  if (!model) throw ossRefusal(400, 222, `unknown device profile ID ${modelId ?? ''}`.trim());
  const connectivity = asText(sent['connectivity']) ?? 'LORAWAN';
  if (connectivity !== model.connectivity) throw ossRefusal(400, 400, `model ${model.ID} is ${model.connectivity}`);
  const cellular = model.connectivity === 'CELLULAR';
  const uid = String(tp.nextUid);
  const identity = cellular ? parseSim(world, sent, uid) : { EUI: hexField(sent, 'EUI', 16, true) as string };
  if (tp.devices.has(identity.EUI)) throw ossRefusal(409, 111, `EUI ${identity.EUI} already exists`);
  const radio = cellular ? {} : parseActivation(sent, model);
  const defaultPlan = cellular ? 'acme-cs/cellular-cp' : 'acme-cs/standard';
  const plan = findFreePlan(tp, advanced ? asText(asObject(sent['networkSubscription'])['ID']) : defaultPlan, connectivity);
  const now = world.clock.now();
  const device: TpDevice = {
    uid,
    ...identity,
    name: asText(sent['name']) ?? `Device ${uid}`,
    connectivity: model.connectivity,
    ...radio,
    model: model.ID,
    plan: plan?.ID,
    appServers: parseAppServers(tp, sent['appServers']),
    suspended: plan === undefined,
    ...(plan === undefined ? { suspendedSince: now } : {}),
    created: now,
    version: 0,
    uplinks: [],
    notes: pickPassThroughFields(sent),
  };
  if (plan) plan.used += 1;
  tp.nextUid += 1;
  tp.devices.set(device.EUI, device);
  invalidateDeviceIndexes(tp);
  return device;
}

function createDevice({ world, query, body }: SandboxRequest) {
  const sent = asObject(body);
  // A vendor tutorial posts multicast groups to this route too. They have a class and no model.
  if (sent['class'] !== undefined && sent['model'] === undefined) return addMulticastGroup(world, sent, 'devices');
  const device = addDevice(world, sent, (query.get('networkSubscriptionsHandlingMode') ?? 'BASIC') === 'ADVANCED');
  return { status: 201, body: serializeDevice(world, device), headers: { location: deviceHref(device) } };
}

export const create: Handler<typeof devicesContracts.create> = createDevice;

export const cellularDevices: Handlers<typeof cellularContracts> = { create: createDevice };
