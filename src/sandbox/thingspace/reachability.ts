import type { reachability as contracts } from '../../clients/thingspace/reachability.ts';
import { day, hour } from '../../durations.ts';
import { asText, type Handlers } from '../handler.ts';
import { seededUuid } from '../random.ts';
import { readBody, readDate, required } from './body.ts';
import { accountOf, findOne, readId } from './device-lookup.ts';
import { devicesOfElements, requiredList, requireInAccount } from './device-selection.ts';
import { apiError } from './errors.ts';
import { isConnected } from './history.ts';
import { activeMonitors, reachabilityOf } from './monitors.ts';
import { runAfter } from './outbox.ts';
import { acceptForDevices, acceptRequest } from './requests.ts';
import type { ReachabilityMonitor } from './state.ts';

const maxMonitorMs = 3650 * day;

/** Reads the device identifiers of a stop request from the query string, where the SDK puts the whole request. */
function devicesInQuery(query: URLSearchParams): string[] {
  return [...query].flatMap(([key, value]) =>
    /^stopreachabilitypayload\[devices\]\[\d+\]\[deviceIds\]\[\d+\]\[id\]$/.test(key) ? [value] : [],
  );
}

/** Handlers for reachability monitors. The members inside `deviceResponse` are assumptions, because the documents only describe them in prose. */
export const reachability: Handlers<typeof contracts> = {
  start({ world, body }) {
    const ts = world.thingspace;
    const sent = readBody(body);
    const account = accountOf(ts, required(sent, 'accountName')).name;
    const type = asText(sent['requestType']) ?? required(sent, 'monitorType');
    const until = readDate(sent, 'monitorExpirationTime');
    if (until === undefined) throw apiError('DeserializationFailed', 'The element monitorExpirationTime is missing.');
    const now = world.clock.now();
    // The error code for a time in the past or more than 3650 days ahead is not documented.
    if (until <= now || until - now > maxMonitorMs)
      throw apiError('INPUT_INVALID.MonitorExpirationTime.Invalid', 'The time is out of bounds.');
    const accepted: { requestId?: string } = {};
    const response = acceptForDevices(world, 'startMonitor', devicesOfElements(world, requiredList(sent), account), (device, now) => {
      const id = seededUuid(world.seed, 'ts-monitor', ts.nextMonitor++);
      ts.monitors.push({ id, account, iccid: device.iccid, type, until, requestId: accepted.requestId ?? '' });
      return { deviceResponse: { monitorId: id, ...(isConnected(device, now) ? { reachability: reachabilityOf(device, now) } : {}) } };
    });
    accepted.requestId = response.body?.requestId ?? '';
    return response;
  },

  stop({ world, body, query }) {
    const ts = world.thingspace;
    const sent: Record<string, unknown> =
      body === undefined ? { accountName: query.get('stopreachabilitypayload[accountName]') } : readBody(body);
    const account = accountOf(ts, asText(sent['accountName']) ?? '').name;
    const monitorIds = sent['monitorIds'];
    const devices = devicesInQuery(query);
    const selected = activeMonitors(world).filter(
      (one) =>
        one.account === account &&
        (!Array.isArray(monitorIds) || monitorIds.includes(one.id)) &&
        (devices.length === 0 || devices.includes(one.iccid)),
    );
    return acceptRequest<ReachabilityMonitor>(world, {
      action: 'stopMonitor',
      account: () => account,
      subjects: selected,
      ids: (monitor) => [{ id: monitor.iccid, kind: 'iccid' }],
      task: (monitor) => {
        ts.monitors = ts.monitors.filter((one) => one !== monitor);
        return { deviceResponse: { type: 'reachablenotificationdelete', monitorId: monitor.id } };
      },
    });
  },

  monitors({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const type = asText(sent['requestType']) ?? asText(sent['monitorType']);
    return acceptForDevices(world, 'listMonitors', devicesOfElements(world, requiredList(sent), account), (device) => {
      const found = activeMonitors(world).filter(
        (one) => one.account === account && one.iccid === device.iccid && (type === undefined || one.type === type),
      );
      const monitors = found.map(({ id, type: requestType, until }) => ({
        monitorId: id,
        requestType,
        monitorExpirationTime: new Date(until).toISOString(),
      }));
      return { deviceResponse: { monitors } };
    });
  },

  status({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    required(sent, 'requestType');
    const target = requireInAccount(findOne(world.thingspace, [readId(sent['device'])]), account);
    const until = readDate(sent, 'requestExpirationTime') ?? world.clock.now() + hour;
    return acceptForDevices(world, 'reachability', [target], (device, now, sendCallback) => {
      if (!isConnected(device, now)) {
        runAfter(world, Math.max(0, until - now), () =>
          sendCallback('DiagnosticsService', { deviceResponse: { reachability: reachabilityOf(device, world.clock.now()) } }),
        );
      }
      return { deviceResponse: { reachability: reachabilityOf(device, now) } };
    });
  },
};
