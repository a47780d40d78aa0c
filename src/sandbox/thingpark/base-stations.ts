/** Base stations. Commands complete after a delay, and all except UPDATE_LOCATION disconnect the station meanwhile. */
import type { baseStationAlarms as alarmsContracts } from '../../clients/thingpark/base-station-alarms.ts';
import type { baseStations as contracts } from '../../clients/thingpark/base-stations.ts';
import { hour, minute } from '../../durations.ts';
import { asObject, asText, type Handlers, type SandboxRequest } from '../handler.ts';
import type { World } from '../world.ts';
import { acknowledge, acknowledgementOf, alarmUid } from './alarm-data.ts';
import {
  checkVersion,
  dateTimeParam,
  degreesField,
  incrementVersion,
  numberField,
  occContext,
  ossRefusal,
  positiveParam,
} from './oss-request.ts';
import { ossPage } from './pages.ts';
import type { BaseStation } from './state.ts';

const partnerPath = '/thingpark/wireless/rest/partners/139';

export function stationHealth({ connected, neverConnected }: BaseStation): 'INIT' | 'ACTIVE' | 'BACKHAUL_CNX_ERROR' {
  return connected ? 'ACTIVE' : neverConnected ? 'INIT' : 'BACKHAUL_CNX_ERROR';
}

export function stationConnection({ connected, neverConnected }: BaseStation): 'CNX' | 'NEVERCNX' | 'DISC' {
  return connected ? 'CNX' : neverConnected ? 'NEVERCNX' : 'DISC';
}

export interface StationAlarm {
  uid: string;
  type: number;
  state: number;
  created: number;
  station: BaseStation;
}

/** A station has alarm 102 (MAJOR) once it has been disconnected for five minutes. */
export function stationAlarmsOf(world: World, station: BaseStation): StationAlarm[] {
  const created = station.connectedSince + 5 * minute;
  if (station.connected || station.neverConnected || world.clock.now() < created) return [];
  return [{ uid: alarmUid(created, 'b5b542', 102, station.uid), type: 102, state: 5, created, station }];
}

function serializeStation(world: World, station: BaseStation) {
  const open = stationAlarmsOf(world, station).filter((alarm) => !acknowledgementOf(world, alarm));
  return {
    name: station.name,
    lrrID: station.lrrID,
    lrrUUID: station.lrrUUID,
    model: { ID: station.model, commercialName: 'Macro', logo: '/thingpark/wireless/rest/resources/files/logo/baseStationProfile/3' },
    ...serializeStatus(station),
    healthState: stationHealth(station),
    version: '2.8.40',
    lastReboot: station.lastReboot,
    power: { status: null, batteryLevel: null },
    upFrame: { last: { date: station.connected ? world.clock.now() - 2000 : station.connectedSince, lc: 'LC5', ant: 'A1' }, history: {} },
    ints: { int: [{ name: 'eth0', type: 'ETHERNET', state: station.connected ? 0 : 5 }] },
    lat: station.lat,
    lon: station.lon,
    ...(station.alt === undefined ? {} : { alt: station.alt }),
    locationType: station.locationType,
    alarm5: open.length,
    alarmLevel: open.length > 0 ? 5 : 0,
    alarmCount: open.length,
    tags: [],
    rfRegionID: station.rfRegionID,
    occContext: occContext(station, station.created),
    href: `${partnerPath}/bss/${station.uid}`,
  };
}

const serializeStatus = (station: BaseStation) => ({
  state: 'ACTIVE',
  stateSince: station.created,
  cnxState: stationConnection(station),
  cnxStateSince: station.connectedSince,
});

/** Paginates stations. With the fault `same-page` it always returns the first page, as observed on an operator's account. */
function stationPage<Row>(world: World, query: URLSearchParams, rows: readonly Row[]) {
  if (!world.faults.has('same-page')) return ossPage(world, query, rows);
  const first = new URLSearchParams(query);
  first.delete('pageIndex');
  return ossPage(world, first, rows);
}

/** Finds a station by UID, `i<LRR ID>` or `u<LRR UUID>`. */
function findStation(world: World, uid: string): BaseStation {
  const name = uid.slice(1).toUpperCase();
  const station = world.thingpark.baseStations.find((one) =>
    /^i/i.test(uid) ? one.lrrID === name : /^u/i.test(uid) ? one.lrrUUID === name : one.uid === uid,
  );
  if (!station) throw ossRefusal(404, 404, 'Base station not found');
  return station;
}

function setConnected(world: World, station: BaseStation, connected: boolean): void {
  if (station.connected !== connected) station.connectedSince = world.clock.now();
  station.connected = connected;
  if (connected) delete station.neverConnected;
}

/**
 * Starts a command: PENDING, PROCESSING after one second, COMPLETED after `ms`.
 * The station is disconnected while the command is PROCESSING, except for UPDATE_LOCATION.
 */
function startCommand(
  { world, path, query, body }: SandboxRequest<{ bsUid: string }>,
  type: string,
  ms: number,
  onCompleted: (station: BaseStation) => void,
) {
  const station = findStation(world, path.bsUid);
  checkVersion(query, body, station);
  if (!station.connected) throw ossRefusal(400, 400, 'the base station is not connected');
  const command: NonNullable<BaseStation['command']> = { type, status: 'PENDING' };
  station.command = command;
  incrementVersion(station, world.clock.now());
  const interrupts = type !== 'UPDATE_LOCATION';
  world.eventQueue.schedule(1000, () => {
    command.status = 'PROCESSING';
    if (interrupts) setConnected(world, station, false);
  });
  world.eventQueue.schedule(ms, () => {
    command.status = 'COMPLETED';
    setConnected(world, station, true);
    onCompleted(station);
  });
  return { status: 201 };
}

export const baseStations: Handlers<typeof contracts> = {
  list({ world, query }) {
    const starts = (value: string, prefix: string | null): boolean =>
      prefix === null || value.toLowerCase().startsWith(prefix.toLowerCase());
    const health = query.getAll('healthState');
    const regions = query.getAll('rfRegionID');
    const ids = query.getAll('LRRID');
    const alarm = positiveParam(query, 'alarmLevel');
    const any = query.get('query');
    const found = world.thingpark.baseStations.filter(
      (one) =>
        (starts(one.name, any) || starts(one.lrrID, any)) &&
        starts(one.name, query.get('name')) &&
        starts(one.lrrUUID, query.get('LRRUUID')) &&
        (ids.length === 0 || ids.some((id) => starts(one.lrrID, id))) &&
        (health.length === 0 || health.includes(stationHealth(one))) &&
        (regions.length === 0 || regions.includes(one.rfRegionID ?? '')) &&
        (alarm === undefined || serializeStation(world, one).alarmLevel >= alarm),
    );
    const { rows, more, count } = stationPage(world, query, found);
    return { status: 200, body: { briefs: rows.map((one) => serializeStation(world, one)), more, count, now: world.clock.now() } };
  },
  read: ({ world, path }) => ({ status: 200, body: serializeStation(world, findStation(world, path.bsUid)) }),
  counters({ world }) {
    const { baseStations: all } = world.thingpark;
    const briefs = (['INIT', 'ACTIVE', 'BACKHAUL_CNX_ERROR'] as const).map((healthState) => ({
      healthState,
      count: all.filter((one) => stationHealth(one) === healthState).length,
    }));
    return { status: 200, body: { briefs: briefs.filter(({ count }) => count > 0), totalCount: all.length } };
  },
  check: ({ world, path }) => ({ status: 200, body: serializeStatus(findStation(world, path.bsUid)) }),
  lastCmdStatus({ world, path }) {
    const { command: last } = findStation(world, path.bsUid);
    return { status: 200, body: last ? { lastCmdType: last.type, lastCmdCompletionStatus: last.status } : {} };
  },
  reboot: (ask) =>
    startCommand(ask, 'REBOOT', 60_000, (station) => {
      station.lastReboot = ask.world.clock.now();
    }),
  restart: (ask) => startCommand(ask, 'RESTART', 10_000, () => undefined),
  updateRfRegion(ask) {
    const region = asText(asObject(ask.body)['rfRegionID']);
    if (!region) throw ossRefusal(400, 400, 'rfRegionID is required');
    return startCommand(ask, 'UPDATE_RF_REGION', 10_000, (station) => {
      station.rfRegionID = region;
    });
  },
  updateLocation(ask) {
    const sent = asObject(ask.body);
    const { locationType } = sent;
    if (locationType !== 1 && locationType !== 2) throw ossRefusal(400, 400, 'locationType: 1 or 2 is expected');
    const [lat, lon, alt] = [degreesField(sent, 'adminLat', 90), degreesField(sent, 'adminLon', 180), numberField(sent, 'adminAlt')];
    if (locationType === 1 && (lat === undefined || lon === undefined))
      throw ossRefusal(400, 400, 'adminLat and adminLon are required with locationType 1');
    return startCommand(ask, 'UPDATE_LOCATION', 5000, (station) => {
      station.locationType = locationType;
      if (lat !== undefined) station.lat = lat;
      if (lon !== undefined) station.lon = lon;
      if (alt !== undefined) station.alt = alt;
    });
  },
  regenerateCertificate({ world, path }) {
    const station = findStation(world, path.bsUid);
    setConnected(world, station, false);
    world.eventQueue.schedule(hour, () => setConnected(world, station, true));
    return { status: 204 };
  },
};

export const baseStationAlarms: Handlers<typeof alarmsContracts> = {
  list({ world, query }) {
    const state = positiveParam(query, 'state') ?? 1;
    const exact = query.get('stateFiltering') === 'EQUAL';
    const ids = query.getAll('lrrID').map((id) => id.toUpperCase());
    const [from, to] = [dateTimeParam(query, 'from'), dateTimeParam(query, 'to')];
    const found = world.thingpark.baseStations
      .flatMap((station) => stationAlarmsOf(world, station))
      .filter(
        (alarm) =>
          (exact ? alarm.state === state : alarm.state >= state) &&
          (query.get('ID') === null || String(alarm.type) === query.get('ID')) &&
          (ids.length === 0 || ids.some((id) => alarm.station.lrrID.startsWith(id))) &&
          (from === undefined || alarm.created >= from) &&
          (to === undefined || alarm.created <= to) &&
          (query.get('acked') === null || String(acknowledgementOf(world, alarm) !== undefined) === query.get('acked')),
      );
    const { rows, more, count } = stationPage(world, query, found);
    const briefs = rows.map((alarm) => ({
      ID: alarm.type,
      alarmUid: alarm.uid,
      state: alarm.state,
      level: alarm.state - 1,
      occurrence: 1,
      acked: acknowledgementOf(world, alarm) !== undefined,
      creationTimestamp: alarm.created,
      updateTimestamp: alarm.created,
      bs: { lrrID: alarm.station.lrrID, name: alarm.station.name, domains: [] },
      href: `${partnerPath}/bss/${alarm.station.uid}/alarms/${alarm.uid}`,
    }));
    return { status: 200, body: { briefs, more, count } };
  },
  ack({ world, body }) {
    const uids = asObject(body)['alarmUids'];
    if (!Array.isArray(uids) || uids.length === 0) throw ossRefusal(400, 400, 'alarmUids is required');
    const all = world.thingpark.baseStations.flatMap((station) => stationAlarmsOf(world, station));
    const found = uids.map((uid) => {
      const alarm = all.find((one) => one.uid === uid);
      if (!alarm) throw ossRefusal(404, 404, `Alarm ${String(uid)} not found`);
      return alarm;
    });
    for (const alarm of found) acknowledge(world, alarm);
    return { status: 204 };
  },
};
