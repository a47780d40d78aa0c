/** DX Core base stations: the same ones as in OSS. PUT merges, and ignores a location that is not administrative, without an error. */
import type { dxBaseStations as contracts } from '../../clients/thingpark/dx-base-stations.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { seededHex } from '../random.ts';
import type { World } from '../world.ts';
import { stationConnection, stationHealth } from './base-stations.ts';
import { dxRefusal, findRecord } from './dx-records.ts';
import { booleanParam, degreesField, incrementVersion, numberField } from './oss-request.ts';
import { dxPage } from './pages.ts';
import type { BaseStation } from './state.ts';

const profiles = [
  { id: 'KERL/WIR2.1', commercialName: 'Macro' },
  { id: 'KERL/IFEMTO.1', commercialName: 'Femto' },
];

const serializeStation = (one: BaseStation, statistics: boolean) => ({
  ref: one.uid,
  id: one.lrrID,
  uuid: one.lrrUUID,
  name: one.name,
  baseStationProfileId: one.model,
  administrationState: 'ACTIVE',
  geoLatitude: one.lat,
  geoLongitude: one.lon,
  geoAltitude: one.alt,
  administrativeInfo: one.administrativeInfo,
  rfRegionId: one.rfRegionID,
  ...(statistics ? { statistics: { healthState: stationHealth(one), connectionState: stationConnection(one) } } : {}),
});

function findStation(world: World, ref: string): BaseStation {
  return findRecord(
    world.thingpark.baseStations.map((station) => ({ ref: station.uid, station })),
    ref,
    'Base station',
  ).station;
}

/** The location of a body; undefined where it holds none. */
function locationOf(sent: Record<string, unknown>): Partial<Pick<BaseStation, 'lat' | 'lon' | 'alt'>> | undefined {
  const [lat, lon] = [degreesField(sent, 'geoLatitude', 90), degreesField(sent, 'geoLongitude', 180)];
  const alt = numberField(sent, 'geoAltitude');
  const given = Object.entries({ lat, lon, alt }).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** Sets what a body names, apart from the location. */
function setTexts(station: BaseStation, sent: Record<string, unknown>): void {
  const info = asText(sent['administrativeInfo']);
  station.name = asText(sent['name']) ?? station.name;
  station.rfRegionID = asText(sent['rfRegionId']) ?? station.rfRegionID;
  if (info !== undefined) station.administrativeInfo = info;
}

/** Identifiers of a new base station: the LRR ID is allocated where only the UUID is given. A used one is refused, a sandbox choice. */
function identityOf(world: World, sent: Record<string, unknown>): Pick<BaseStation, 'uid' | 'lrrID' | 'lrrUUID'> {
  const { baseStations, nextUid } = world.thingpark;
  const uuid = asText(sent['uuid'])?.toUpperCase();
  const id = asText(sent['id'])?.toUpperCase();
  if (uuid === undefined && id === undefined) throw dxRefusal(400, 'uuid or id is required');
  if (id !== undefined && !/^[0-9A-F]{8}$/.test(id)) throw dxRefusal(400, 'id: 8 hex digits are expected');
  const lrrID = id ?? (0x20000000 + nextUid).toString(16).toUpperCase();
  const lrrUUID = uuid ?? `7076FF-${seededHex(12, world.seed, 'lrr-dx', nextUid)}`;
  if (baseStations.some((one) => one.lrrID === lrrID || one.lrrUUID === lrrUUID))
    throw dxRefusal(400, `Base station ${uuid ?? lrrID} already exists`);
  return { uid: String(nextUid), lrrID, lrrUUID };
}

export const dxBaseStations: Handlers<typeof contracts> = {
  list({ world, query }) {
    const id = query.get('baseStationId');
    const health = query.get('healthState');
    const connection = query.get('connectionState');
    const found = world.thingpark.baseStations.filter(
      (one) =>
        (id === null || one.lrrID === id) &&
        (health === null || stationHealth(one) === health) &&
        (connection === null || stationConnection(one) === connection),
    );
    return { status: 200, body: dxPage(query, found).map((one) => serializeStation(one, booleanParam(query, 'statistics'))) };
  },
  read: ({ world, path }) => ({ status: 200, body: serializeStation(findStation(world, path.baseStationRef), true) }),
  create({ world, body }) {
    const tp = world.thingpark;
    const sent = asObject(body);
    const model = asText(sent['baseStationProfileId']);
    if (!profiles.some((profile) => profile.id === model)) throw dxRefusal(400, `unknown base station profile ${model ?? ''}`.trim());
    const location = locationOf(sent);
    const identity = identityOf(world, sent);
    const now = world.clock.now();
    const station: BaseStation = {
      ...identity,
      name: `Base station ${identity.uid}`,
      model: model ?? '',
      lat: undefined,
      lon: undefined,
      ...location,
      locationType: location ? 1 : 0,
      rfRegionID: undefined,
      connected: false,
      neverConnected: true,
      connectedSince: now,
      lastReboot: now,
      created: now,
      version: 0,
    };
    setTexts(station, sent);
    tp.nextUid += 1;
    tp.baseStations.push(station);
    return { status: 201, body: serializeStation(station, true), headers: { location: `/baseStations/${station.uid}` } };
  },
  update({ world, path, body }) {
    const station = findStation(world, path.baseStationRef);
    const sent = asObject(body);
    const location = locationOf(sent);
    setTexts(station, sent);
    if (location && station.locationType !== 2) Object.assign(station, location, { locationType: 1 });
    incrementVersion(station, world.clock.now());
    return { status: 200, body: serializeStation(station, true) };
  },
  /** With its acknowledged alarms; the devices that only it received fall silent. */
  delete({ world, path }) {
    const tp = world.thingpark;
    const station = findStation(world, path.baseStationRef);
    const first = tp.baseStations[0]?.lrrID;
    tp.baseStations.splice(tp.baseStations.indexOf(station), 1);
    for (const device of tp.devices.values())
      if (device.connectivity === 'LORAWAN' && (device.gateway ?? first) === station.lrrID) device.silentSince ??= world.clock.now();
    for (const uid of tp.acks.keys())
      if (uid.slice(8, 14) === 'b5b542' && Number.parseInt(uid.slice(16), 16) === Number(station.uid)) tp.acks.delete(uid);
    tp.alarmCache = undefined;
    return { status: 204 };
  },
  profiles: () => ({ status: 200, body: profiles }),
};
