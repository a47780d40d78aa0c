import type { alarms as contracts } from '../../clients/thingpark/alarms.ts';
import { asObject, type Handlers, type SandboxRequest } from '../handler.ts';
import type { World } from '../world.ts';
import { acknowledge, acknowledgementOf, alarmByUid, alarmsOf, allAlarms, clearedAlarmsOf } from './alarm-data.ts';
import { findDevice } from './device-lookup.ts';
import { dateTimeParam, ossRefusal, positiveParam } from './oss-request.ts';
import { decodeCursor, encodeCursor, ossPage, pageSize } from './pages.ts';
import { deviceHref } from './serialize-device.ts';
import type { Alarm } from './state.ts';

/** The value of `level` is undocumented; the sandbox returns `state` minus 1. */
function serializeAlarm(world: World, alarm: Alarm) {
  const ack = acknowledgementOf(world, alarm);
  const [first, second] = alarm.info;
  return {
    ID: alarm.type,
    alarmUid: alarm.uid,
    state: alarm.state,
    level: alarm.state - 1,
    occurrence: alarm.occurrence,
    acked: ack !== undefined,
    ...(ack ? { ackedInfo: ack.author, ackedTimestamp: ack.at } : {}),
    ...(first === undefined ? {} : { addInfo: first }),
    ...(second === undefined ? {} : { addInfo2: second }),
    creationTimestamp: alarm.created,
    updateTimestamp: alarm.updated,
    href: `${deviceHref(alarm.device)}/alarms/${alarm.uid}`,
  };
}

const serializeFleetAlarm = (world: World, alarm: Alarm) => ({
  ...serializeAlarm(world, alarm),
  device: { EUI: alarm.device.EUI, name: alarm.device.name, domains: alarm.device.domains ?? [] },
});

function severityParam(query: URLSearchParams): number | undefined {
  const state = positiveParam(query, 'state');
  if (state !== undefined && state > 6) throw ossRefusal(400, 400, 'state: 1 to 6 is expected');
  return state;
}

/** Builds the filter of a query. `state` is a minimum severity, or an exact one when `exact` is true. */
function matcher(world: World, query: URLSearchParams, exact: boolean): (alarm: Alarm) => boolean {
  const state = severityParam(query);
  const [from, to] = [dateTimeParam(query, 'from'), dateTimeParam(query, 'to')];
  const type = query.get('ID');
  const uid = query.get('alarmUid');
  const acked = query.get('acked');
  const prefixes = query.getAll('devEUI').map((prefix) => prefix.toUpperCase());
  return (alarm) =>
    (state === undefined || (exact ? alarm.state === state : alarm.state >= state)) &&
    (type === null || String(alarm.type) === type) &&
    (uid === null || alarm.uid === uid.toLowerCase()) &&
    (from === undefined || alarm.created >= from) &&
    (to === undefined || alarm.updated <= to) &&
    (prefixes.length === 0 || prefixes.some((prefix) => alarm.device.EUI.startsWith(prefix))) &&
    (acked === null || String(acknowledgementOf(world, alarm) !== undefined) === acked);
}

/** In the list of one device, `state=1` means cleared alarms only; any other state means that severity or worse. */
const deviceAlarmMatcher = (world: World, query: URLSearchParams) => matcher(world, query, query.get('state') === '1');

const newestFirst = (a: Alarm, b: Alarm): number => b.updated - a.updated || (a.uid < b.uid ? -1 : 1);

function sortAlarms(world: World, query: URLSearchParams, rows: Alarm[]): Alarm[] {
  const [attribute, direction] = (query.get('sort') ?? '').split(',');
  const sign = direction === 'desc' ? -1 : 1;
  if (!attribute) return rows.sort(newestFirst);
  if (attribute === 'alarmUid') return sign === 1 ? rows : rows.reverse();
  if (attribute === 'state') return rows.sort((a, b) => sign * (a.state - b.state) || newestFirst(a, b));
  if (attribute === 'acked')
    return rows.sort((a, b) => sign * (Number(!!acknowledgementOf(world, a)) - Number(!!acknowledgementOf(world, b))) || newestFirst(a, b));
  throw ossRefusal(400, 400, `sort: ${attribute} is not sortable`);
}

/** One page of the fleet's alarms: by cursor when sorted by ascending alarmUid, otherwise by page index. */
function list({ world, query }: SandboxRequest) {
  const rows = sortAlarms(world, query, allAlarms(world).filter(matcher(world, query, query.get('stateFiltering') === 'EQUAL')));
  const after = query.get('pageAfter');
  const sort = query.get('sort') ?? '';
  const byCursor = /^alarmUid(,asc)?$/.test(sort);
  if (after !== null && !byCursor) throw ossRefusal(400, 400, 'pageAfter needs sort=alarmUid');
  if (!byCursor || query.get('pageIndex') !== null) {
    const { rows: page, more, count } = ossPage(world, query, rows);
    return { status: 200, body: { briefs: page.map((alarm) => serializeFleetAlarm(world, alarm)), more, count } };
  }
  const last = after === null ? '' : decodeCursor('alarmUid', after);
  const rest = rows.filter(({ uid }) => uid > last);
  const page = rest.slice(0, pageSize(world, query));
  const end = page.at(-1);
  const more = rest.length > page.length;
  return {
    status: 200,
    body: {
      briefs: page.map((alarm) => serializeFleetAlarm(world, alarm)),
      more,
      count: after === null ? rows.length : null,
      ...(more && end ? { cursors: { last: encodeCursor('alarmUid', end.uid) } } : {}),
    },
  };
}

export const alarms: Handlers<typeof contracts> = {
  list,
  ack({ world, body }) {
    const uids = asObject(body)['alarmUids'];
    if (!Array.isArray(uids) || uids.length === 0) throw ossRefusal(400, 400, 'alarmUids is required');
    const found = uids.map((uid) => alarmByUid(world, String(uid)));
    found.forEach((alarm, i) => {
      if (!alarm) throw ossRefusal(404, 404, `Alarm ${String(uids[i])} not found`);
    });
    for (const alarm of found) if (alarm) acknowledge(world, alarm);
    return { status: 204 };
  },
  histories({ world, query }) {
    const fits = matcher(world, query, false);
    const rows = [...world.thingpark.devices.values()].flatMap((device) => clearedAlarmsOf(world, device)).filter(fits);
    const { rows: page, more, count } = ossPage(world, query, rows.sort(newestFirst));
    return { status: 200, body: { briefs: page.map((alarm) => serializeFleetAlarm(world, alarm)), more, count } };
  },
  stateDistributions({ world, query }) {
    const rows = allAlarms(world).filter(matcher(world, query, false));
    const briefs = [1, 2, 3, 4, 5, 6].map((state) => ({ state, count: rows.filter((alarm) => alarm.state === state).length }));
    return { status: 200, body: { briefs: briefs.filter(({ count }) => count > 0), totalCount: rows.length } };
  },
  ofDevice({ world, path, query }) {
    const rows = alarmsOf(world, findDevice(world, path.deviceUid)).filter(deviceAlarmMatcher(world, query)).sort(newestFirst);
    const { rows: page, more } = ossPage(world, query, rows);
    return { status: 200, body: { briefs: page.map((alarm) => serializeAlarm(world, alarm)), more } };
  },
  ackDevice({ world, path, query }) {
    for (const alarm of alarmsOf(world, findDevice(world, path.deviceUid)).filter(deviceAlarmMatcher(world, query)))
      acknowledge(world, alarm);
    return { status: 201 };
  },
  ackOne({ world, path }) {
    const alarm = alarmsOf(world, findDevice(world, path.deviceUid)).find(({ uid }) => uid === path.alarmUid.toLowerCase());
    if (!alarm) throw ossRefusal(404, 404, `Alarm ${path.alarmUid} not found`);
    acknowledge(world, alarm);
    return { status: 201 };
  },
};
