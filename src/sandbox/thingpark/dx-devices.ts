/** DX Core devices: the same devices as in OSS under other field names. PUT merges, and ignores immutable fields without an error. */
import type { dxDevices as contracts } from '../../clients/thingpark/dx-devices.ts';
import { type Behaviours, members, Refuse, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { dropDevice, giveModel, givePlan } from './device-change.ts';
import { addDevice } from './device-create.ts';
import { domainsFrom } from './device-parts.ts';
import { classOf, lastDownlink, queueDownlink } from './downlinks.ts';
import { euis, find } from './find.ts';
import { batteryLevel, lastUplink, radio, radioHealth, uplinksBetween } from './history.ts';
import { dxPage } from './pages.ts';
import { changed, flag } from './refuse.ts';
import { dxRefuse, dxTime } from './registry.ts';
import type { TpDevice } from './seed.ts';
import { addressOf, alarmCounts } from './shapes.ts';

function serializeStatistics(world: World, device: TpDevice) {
  const now = world.clock.now();
  const last = lastUplink(device, now);
  const down = lastDownlink(device, now);
  const lastRadio = last === undefined ? undefined : { at: last, ...radio(world, device, 0) };
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
    last24hUplinkCount: uplinksBetween(device, now - 86_400_000, now + 1, now),
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
  const networkAddress = addressOf(world, device);
  return { ref: device.uid, name: device.name, EUI: device.EUI, ...(networkAddress ? { networkAddress } : {}) };
}

function serializeDevice(world: World, device: TpDevice) {
  const { notes = {} } = device;
  return {
    ...serializeBrief(world, device),
    activationType: device.activation ?? 'OTAA',
    deviceProfileId: device.model,
    deviceClass: classOf(device),
    ...(device.plan ? { connectivityPlanId: device.plan } : {}),
    processingStrategyId: device.strategy ?? 'ROUTE',
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
    if (!(error instanceof Refuse)) throw error;
    const { status, body } = error.told;
    throw dxRefuse(status, textOf(members(body)['message']) ?? '');
  }
}

function findLorawanDevice(world: World, ref: string): TpDevice {
  const device = withDxRefusals(() => find(world, ref));
  if (device.connectivity !== 'LORAWAN') throw dxRefuse(404, 'Device not found');
  return device;
}

function parseRouteRefs(world: World, refs: unknown): { ID: string }[] {
  if (!Array.isArray(refs)) throw dxRefuse(400, 'routeRefs: a list is expected');
  return refs.map((ref) => {
    const server = world.thingpark.appServers.find(({ uid }) => uid === String(ref));
    if (!server) throw dxRefuse(400, `unknown route ${String(ref)}`);
    return { ID: server.ID };
  });
}

const ports = (ports: unknown): string => (ports === '*' || ports === undefined ? '*' : String(ports));

/** Converts a DX body to an OSS body. Without a plan, it uses the first LoRaWAN plan with a free licence. */
function toOssBody(world: World, sent: Record<string, unknown>): Record<string, unknown> {
  const { plans } = world.thingpark;
  const freePlan = plans.find(({ connectivity, used, granted }) => connectivity === 'LORAWAN' && used < granted)?.ID;
  const rules = sent['applicationSessionKeyRules'];
  const keys = (Array.isArray(rules) ? rules : [])
    .map(members)
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
    networkSubscription: { ID: textOf(sent['connectivityPlanId']) ?? freePlan },
    appServers: sent['routeRefs'] === undefined ? undefined : parseRouteRefs(world, sent['routeRefs']),
    motionIndicator: sent['motionIndicator'],
    adminLat: sent['geoLatitude'],
    adminLon: sent['geoLongitude'],
    customerAdminData: sent['administrativeInfo'],
  };
  return Object.fromEntries(Object.entries(ossBody).filter(([, value]) => value !== undefined));
}

export const dxDevices: Behaviours<typeof contracts> = {
  list({ world, query }) {
    const { thingpark } = world;
    const now = world.clock.now();
    const eui = query.get('deviceEUI')?.toUpperCase();
    const health = query.get('healthState');
    const plan = query.get('connectivityPlanId');
    const devices = euis(thingpark)
      .map((one) => thingpark.devices.get(one) as TpDevice)
      .filter(
        (device) =>
          device.connectivity === 'LORAWAN' &&
          (eui === undefined || device.EUI === eui) &&
          (health === null || radioHealth(device, now) === health) &&
          (plan === null || (plan === '_NOCP' ? !device.plan : plan === '_CP' ? !!device.plan : device.plan === plan)),
      );
    const body = dxPage(query, devices).map((device) => ({
      ...(flag(query, 'extendedInfo') ? serializeDevice(world, device) : serializeBrief(world, device)),
      ...(flag(query, 'statistics') ? { statistics: serializeStatistics(world, device) } : {}),
      ...(flag(query, 'commercialDetails') ? { commercialDetails: { manufacturerName: device.model.split('/')[0] } } : {}),
    }));
    return { status: 200, body };
  },
  create({ world, body }) {
    const sent = members(body);
    const device = withDxRefusals(() => addDevice(world, toOssBody(world, sent), true));
    device.strategy = textOf(sent['processingStrategyId']) ?? 'DATAFLOW';
    const profile = textOf(sent['routingProfileId']);
    if (profile) device.routingProfile = profile;
    return { status: 201, body: serializeDevice(world, device), headers: { location: `/devices/${device.uid}` } };
  },
  read({ world, path }) {
    const device = findLorawanDevice(world, path.deviceRef);
    return { status: 200, body: { ...serializeDevice(world, device), statistics: serializeStatistics(world, device) } };
  },
  update({ world, path, body }) {
    const device = findLorawanDevice(world, path.deviceRef);
    const { dxPassesOver } = world.thingpark;
    const sent = Object.fromEntries(Object.entries(members(body)).filter(([name]) => !dxPassesOver.includes(name)));
    const plan = textOf(sent['connectivityPlanId']);
    const model = textOf(sent['deviceProfileId']);
    const profile = textOf(sent['routingProfileId']);
    const servers = sent['routeRefs'] === undefined ? undefined : parseRouteRefs(world, sent['routeRefs']);
    withDxRefusals(() => {
      if (model) giveModel(world, device, model);
      if (plan) givePlan(world, device, plan === 'reset' ? undefined : plan);
    });
    device.name = textOf(sent['name']) ?? device.name;
    device.strategy = textOf(sent['processingStrategyId']) ?? device.strategy ?? 'ROUTE';
    const joinEui = textOf(sent['applicationEUI']);
    if (joinEui) device.appEUI = joinEui.toUpperCase();
    if (profile === 'reset') delete device.routingProfile;
    else if (profile) device.routingProfile = profile;
    if (servers) device.appServers = servers.map(({ ID }) => ID);
    if (sent['domains'] !== undefined) device.domains = domainsFrom(sent['domains']);
    const location = { adminLat: sent['geoLatitude'], adminLon: sent['geoLongitude'] };
    device.notes = { ...device.notes, ...Object.fromEntries(Object.entries(location).filter(([, value]) => typeof value === 'number')) };
    changed(device, world.clock.now());
    world.thingpark.alarmBook = undefined;
    return { status: 200, body: serializeDevice(world, device) };
  },
  delete({ world, path }) {
    dropDevice(world, findLorawanDevice(world, path.deviceRef));
    return { status: 204 };
  },
  downlink({ world, path, query, body }) {
    const device = /^[0-9A-Fa-f]{16}$/.test(path.device)
      ? findLorawanDevice(world, `e${path.device}`)
      : findLorawanDevice(world, path.device);
    const sent = members(body);
    const securedServer = world.thingpark.appServers.find(
      ({ ID, security }) => device.appServers.includes(ID) && security.key !== undefined,
    );
    const sentSecurity = members(sent['securityParams']);
    if (securedServer && textOf(sentSecurity['asKey'])?.toUpperCase() !== securedServer.security.key?.toUpperCase())
      throw dxRefuse(400, 'securityParams is missing or wrong');
    withDxRefusals(() =>
      queueDownlink(world, device, {
        payload: textOf(sent['payloadHex']) ?? '',
        fPort: Number(sent['targetPorts']),
        confirmed: flag(query, 'confirmDownlink'),
        flush: flag(query, 'flushDownlinkQueue'),
      }),
    );
    const { securityParams: _, ...echoed } = sent;
    return {
      status: 201,
      body: {
        ...echoed,
        payloadHex: textOf(echoed['payloadHex']),
        targetPorts: textOf(echoed['targetPorts']),
        correlationID: textOf(echoed['correlationID']),
      },
    };
  },
};
