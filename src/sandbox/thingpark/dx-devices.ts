/** DX Core devices: the same devices as in OSS under other field names. PUT merges, and ignores immutable fields without an error. */
import type { dxDevices as contracts } from '../../clients/thingpark/dx-devices.ts';
import { day } from '../../durations.ts';
import { asObject, asText, type Handlers, SandboxRefusal } from '../handler.ts';
import type { World } from '../world.ts';
import { assignModel, assignPlan, removeDevice } from './device-change.ts';
import { addDevice } from './device-create.ts';
import { parseDomains } from './device-fields.ts';
import { findDevice, sortedEuis } from './device-lookup.ts';
import { deviceClassOf, lastDownlink, queueDownlink, sendDueDownlinks } from './downlinks.ts';
import { dxRefusal, dxTime } from './dx-records.ts';
import { batteryLevel, lastUplink, radioHealth, radioQuality, uplinksBetween } from './history.ts';
import { booleanParam, degreesField, incrementVersion } from './oss-request.ts';
import { dxPage } from './pages.ts';
import { alarmCounts, devAddrOf } from './serialize-device.ts';
import type { TpDevice } from './state.ts';

function serializeStatistics(world: World, device: TpDevice) {
  const now = world.clock.now();
  const last = lastUplink(device, now);
  const down = lastDownlink(device, now);
  const lastRadio = last === undefined ? undefined : { at: last, ...radioQuality(world, device, 0) };
  const counts = alarmCounts(world, device);
  return {
    creationTime: dxTime(device.created),
    healthState: radioHealth(device, now),
    ...(lastRadio
      ? {
          lastRSSI: lastRadio.rssi,
          averageRSSI: lastRadio.rssi,
          lastSNR: lastRadio.snr,
          averageSNR: lastRadio.snr,
          lastSF: lastRadio.sf,
          lastMeanPER: lastRadio.loss,
          lastBatteryLevel: batteryLevel(world, device),
          lastUplinkTime: dxTime(lastRadio.at),
        }
      : {}),
    ...(down === undefined ? {} : { lastDownlinkTime: dxTime(down) }),
    last24hUplinkCount: uplinksBetween(device, now - day, now + 1, now),
    alarmStatistics: {
      nonAckedClearedCount: counts.alarm1,
      nonAckedUnclearedCount: counts.alarm2,
      nonAckedWarningCount: counts.alarm3,
      nonAckedMinorCount: counts.alarm4,
      nonAckedMajorCount: counts.alarm5,
      nonAckedCriticalCount: counts.alarm6,
    },
  };
}

/** Fields of a list row unless extendedInfo is set. */
function serializeBrief(world: World, device: TpDevice) {
  const networkAddress = devAddrOf(world, device);
  return { ref: device.uid, name: device.name, EUI: device.EUI, ...(networkAddress ? { networkAddress } : {}) };
}

function serializeDevice(world: World, device: TpDevice) {
  const { notes = {} } = device;
  return {
    ...serializeBrief(world, device),
    activationType: device.activation ?? 'OTAA',
    deviceProfileId: device.model,
    deviceClass: deviceClassOf(device),
    ...(device.plan ? { connectivityPlanId: device.plan } : {}),
    processingStrategyId: device.processingStrategy ?? 'ROUTE',
    ...(device.routingProfile ? { routingProfileId: device.routingProfile } : {}),
    routeRefs: world.thingpark.appServers.filter(({ ID }) => device.appServers.includes(ID)).map(({ uid }) => uid),
    ...(device.appEUI ? { applicationEUI: device.appEUI } : {}),
    motionIndicator: String(notes['motionIndicator'] ?? 'NEAR_STATIC'),
    ...(typeof notes['adminLat'] === 'number' ? { geoLatitude: notes['adminLat'] } : {}),
    ...(typeof notes['adminLon'] === 'number' ? { geoLongitude: notes['adminLon'] } : {}),
    ...(notes['customerAdminData'] ? { administrativeInfo: notes['customerAdminData'] } : {}),
    domains: device.domains ?? [],
  };
}

/** Converts an OSS refusal to the DX error body and keeps its message. */
function withDxRefusals<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof SandboxRefusal)) throw error;
    const { status, body } = error.response;
    throw dxRefusal(status, asText(asObject(body)['message']) ?? '');
  }
}

function findLorawanDevice(world: World, ref: string): TpDevice {
  const device = withDxRefusals(() => findDevice(world, ref));
  if (device.connectivity !== 'LORAWAN') throw dxRefusal(404, 'Device not found');
  return device;
}

const findByRefOrEui = (world: World, name: string): TpDevice =>
  findLorawanDevice(world, /^[0-9A-Fa-f]{16}$/.test(name) ? `e${name}` : name);

function parseRouteRefs(world: World, refs: unknown): { ID: string }[] {
  if (!Array.isArray(refs)) throw dxRefusal(400, 'routeRefs: a list is expected');
  return refs.map((ref) => {
    const server = world.thingpark.appServers.find(({ uid }) => uid === String(ref));
    if (!server) throw dxRefusal(400, `unknown route ${String(ref)}`);
    return { ID: server.ID };
  });
}

/** The location of a body; a text, or a number out of range, is refused. The status is a sandbox choice. */
function locationOf(sent: Record<string, unknown>): { adminLat?: number; adminLon?: number } {
  const [adminLat, adminLon] = [degreesField(sent, 'geoLatitude', 90), degreesField(sent, 'geoLongitude', 180)];
  return { ...(adminLat === undefined ? {} : { adminLat }), ...(adminLon === undefined ? {} : { adminLon }) };
}

const ports = (ports: unknown): string => (ports === '*' || ports === undefined ? '*' : String(ports));

/** Converts a DX body to an OSS body. Without a plan, it uses the first LoRaWAN plan with a free licence. */
function toOssBody(world: World, sent: Record<string, unknown>): Record<string, unknown> {
  const { plans } = world.thingpark;
  const freePlan = plans.find(({ connectivity, used, granted }) => connectivity === 'LORAWAN' && used < granted)?.ID;
  const rules = sent['applicationSessionKeyRules'];
  const keys = (Array.isArray(rules) ? rules : [])
    .map(asObject)
    .map((rule) => `<AppSKey Port="${ports(rule['sourcePorts'])}">${String(rule['applicationSessionKey'])}</AppSKey>`);
  const ossBody = {
    connectivity: 'LORAWAN',
    EUI: sent['EUI'],
    name: sent['name'],
    activation: sent['activationType'],
    model: { ID: sent['deviceProfileId'] },
    appEUI: sent['applicationEUI'],
    appKey: sent['applicationKey'],
    nwAddress: sent['networkAddress'],
    nwKey: sent['networkSessionKey'],
    appKeys: keys.length > 0 ? `<AppSKeys>${keys.join('')}</AppSKeys>` : undefined,
    networkSubscription: { ID: asText(sent['connectivityPlanId']) ?? freePlan },
    appServers: sent['routeRefs'] === undefined ? undefined : parseRouteRefs(world, sent['routeRefs']),
    motionIndicator: sent['motionIndicator'],
    ...locationOf(sent),
    customerAdminData: sent['administrativeInfo'],
  };
  return Object.fromEntries(Object.entries(ossBody).filter(([, value]) => value !== undefined));
}

export const dxDevices: Handlers<typeof contracts> = {
  list({ world, query }) {
    const { thingpark } = world;
    const now = world.clock.now();
    const eui = query.get('deviceEUI')?.toUpperCase();
    const health = query.get('healthState');
    const plan = query.get('connectivityPlanId');
    const devices = sortedEuis(thingpark)
      .map((one) => thingpark.devices.get(one) as TpDevice)
      .filter(
        (device) =>
          device.connectivity === 'LORAWAN' &&
          (eui === undefined || device.EUI === eui) &&
          (health === null || radioHealth(device, now) === health) &&
          (plan === null || (plan === '_NOCP' ? !device.plan : plan === '_CP' ? !!device.plan : device.plan === plan)),
      );
    const body = dxPage(query, devices).map((device) => ({
      ...(booleanParam(query, 'extendedInfo') ? serializeDevice(world, device) : serializeBrief(world, device)),
      ...(booleanParam(query, 'statistics') ? { statistics: serializeStatistics(world, device) } : {}),
      ...(booleanParam(query, 'commercialDetails') ? { commercialDetails: { manufacturerName: device.model.split('/')[0] } } : {}),
    }));
    return { status: 200, body };
  },
  create({ world, body }) {
    const sent = asObject(body);
    const device = withDxRefusals(() => addDevice(world, toOssBody(world, sent), true));
    device.processingStrategy = asText(sent['processingStrategyId']) ?? 'DATAFLOW';
    const profile = asText(sent['routingProfileId']);
    if (profile) device.routingProfile = profile;
    return { status: 201, body: serializeDevice(world, device), headers: { location: `/devices/${device.uid}` } };
  },
  read({ world, path }) {
    const device = findLorawanDevice(world, path.deviceRef);
    return { status: 200, body: { ...serializeDevice(world, device), statistics: serializeStatistics(world, device) } };
  },
  update({ world, path, body }) {
    const device = findLorawanDevice(world, path.deviceRef);
    const { dxIgnoredFields } = world.thingpark;
    const sent = Object.fromEntries(Object.entries(asObject(body)).filter(([name]) => !dxIgnoredFields.includes(name)));
    const location = withDxRefusals(() => locationOf(sent));
    const plan = asText(sent['connectivityPlanId']);
    const model = asText(sent['deviceProfileId']);
    const profile = asText(sent['routingProfileId']);
    const servers = sent['routeRefs'] === undefined ? undefined : parseRouteRefs(world, sent['routeRefs']);
    withDxRefusals(() => {
      if (model) assignModel(world, device, model);
      if (plan) assignPlan(world, device, plan === 'reset' ? undefined : plan);
    });
    device.name = asText(sent['name']) ?? device.name;
    device.processingStrategy = asText(sent['processingStrategyId']) ?? device.processingStrategy ?? 'ROUTE';
    const joinEui = asText(sent['applicationEUI']);
    if (joinEui) device.appEUI = joinEui.toUpperCase();
    if (profile === 'reset') delete device.routingProfile;
    else if (profile) device.routingProfile = profile;
    if (servers) device.appServers = servers.map(({ ID }) => ID);
    if (sent['domains'] !== undefined) device.domains = parseDomains(sent['domains']);
    device.notes = { ...device.notes, ...location };
    incrementVersion(device, world.clock.now());
    world.thingpark.alarmCache = undefined;
    return { status: 200, body: serializeDevice(world, device) };
  },
  delete({ world, path }) {
    removeDevice(world, findLorawanDevice(world, path.deviceRef));
    return { status: 204 };
  },
  downlink({ world, path, query, body }) {
    const device = findByRefOrEui(world, path.device);
    const sent = asObject(body);
    const securedServer = world.thingpark.appServers.find(
      ({ ID, security }) => device.appServers.includes(ID) && security.key !== undefined,
    );
    const sentSecurity = asObject(sent['securityParams']);
    if (securedServer && asText(sentSecurity['asKey'])?.toUpperCase() !== securedServer.security.key?.toUpperCase())
      throw dxRefusal(400, 'securityParams is missing or wrong');
    withDxRefusals(() =>
      queueDownlink(world, device, {
        payload: asText(sent['payloadHex']) ?? '',
        fPort: Number(sent['targetPorts']),
        confirmed: booleanParam(query, 'confirmDownlink'),
        flush: booleanParam(query, 'flushDownlinkQueue'),
      }),
    );
    const { securityParams: _, ...echoed } = sent;
    return {
      status: 201,
      body: {
        ...echoed,
        payloadHex: asText(echoed['payloadHex']),
        targetPorts: asText(echoed['targetPorts']),
        correlationID: asText(echoed['correlationID']),
      },
    };
  },
  /** The messages that wait for the device; no document says what the list holds. */
  downlinks({ world, path }) {
    const device = findByRefOrEui(world, path.device);
    sendDueDownlinks(device, world.clock.now());
    const body = (device.downlinkQueue ?? []).map(({ payload, fPort, queuedAt }) => ({
      payloadHex: payload,
      targetPorts: String(fPort),
      creationTime: dxTime(queuedAt),
    }));
    return { status: 200, body };
  },
};
