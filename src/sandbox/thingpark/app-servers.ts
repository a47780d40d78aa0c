import type { appServers as contracts } from '../../clients/thingpark/app-servers.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { pageOf } from './pages.ts';
import { changed, checkLock, occContext, refuse } from './refuse.ts';
import type { AppServer, FlowConnection } from './seed.ts';
import { sandboxThingpark } from './seed.ts';

const subscription = '/thingpark/wireless/rest/subscriptions/32';

const used = (world: World, ID: string): number =>
  [...world.thingpark.devices.values()].filter((device) => device.appServers.includes(ID)).length;

function brief(world: World, { uid, ID, name, type, state, contentType }: AppServer) {
  const deviceCount = used(world, ID);
  const healthState = state === 'DEACTIVATED' ? 'DEACTIVATED' : 'ACTIVE';
  return { ID, name, type, contentType, state, healthState, deviceCount, href: `${subscription}/appServers/${uid}` };
}

/** Downlink security without its key, which is never returned. */
const security = ({ security: { key: _, ...rest } }: AppServer) => rest;

const full = (world: World, server: AppServer) => ({
  ...brief(world, server),
  destinations: server.destinations as { addresses: string[]; ports: string; strategy: string }[],
  ...server.extra,
  downlinkSecurity: security(server),
  validationState: 'VALIDATED',
  multicastGroupCount: 0,
  baseStationCount: 0,
  occContext: occContext(server, server.created),
});

/** An IoT Flow connection as the OSS API lists it: read-only and linked by `connectionId`. */
function flowBrief({ uid, id, name, connectorId, state, active }: FlowConnection) {
  return {
    ID: `TWA_${sandboxThingpark.subscriber}.${uid}.AS`,
    name,
    type: 'KAFKA',
    contentType: 'json',
    state: active ? 'ACTIVE' : 'DEACTIVATED',
    healthState: state === 'OPENED' ? 'ACTIVE' : active ? 'INIT' : 'DEACTIVATED',
    deviceCount: 0,
    tpxIotFlow: { connectionId: id, connectorId, flowId: `flow-${id}`, state },
    href: `${subscription}/appServers/${uid}`,
  };
}

function flowOf(world: World, uid: string): FlowConnection | undefined {
  return world.thingpark.connections.find((one) => one.uid === uid);
}

function find(world: World, uid: string): AppServer {
  const server = world.thingpark.appServers.find((one) => one.uid === uid || one.ID === uid);
  if (server) return server;
  if (flowOf(world, uid)) throw refuse(400, 400, 'an IoT Flow connection is managed through DX Core only');
  throw refuse(404, 404, 'Application server not found');
}

/** Validates downlink security. The key has 32 hex digits and is allowed only with DOWNLINK_AS_KEY. */
function secured(value: unknown, ID: string): AppServer['security'] {
  if (value === undefined) return { status: 'NONE' };
  const sent = members(value);
  const key = textOf(sent['downlinkAsKey']);
  if (sent['status'] === 'NONE') {
    if (key ?? sent['asID'] ?? sent['maxTimestampDeviation']) throw refuse(400, 400, 'downlinkSecurity: nothing else is allowed with NONE');
    return { status: 'NONE' };
  }
  if (sent['status'] !== 'DOWNLINK_AS_KEY') throw refuse(400, 400, 'downlinkSecurity.status: NONE or DOWNLINK_AS_KEY is expected');
  if (!key || !/^[0-9A-Fa-f]{32}$/.test(key)) throw refuse(400, 400, 'downlinkAsKey: 32 hexadecimal characters are expected');
  const deviation = sent['maxTimestampDeviation'];
  return {
    status: 'DOWNLINK_AS_KEY',
    asID: textOf(sent['asID']) ?? ID,
    key,
    maxTimestampDeviation: typeof deviation === 'number' ? deviation : 0,
  };
}

/** ThingPark Enterprise accepts exactly one destination: one address, ports `*`, strategy SEQUENTIAL. */
function destined(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length !== 1) throw refuse(400, 400, 'destinations: exactly one is expected');
  const one = members(value[0]);
  const fits = Array.isArray(one['addresses']) && one['addresses'].length === 1 && one['ports'] === '*' && one['strategy'] === 'SEQUENTIAL';
  if (!fits) throw refuse(400, 400, 'destinations: one address, ports * and SEQUENTIAL are expected');
  return value;
}

const extraNames = ['description', 'customHttpHeaders', 'domains'];
const extras = (sent: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(extraNames.filter((name) => sent[name] !== undefined).map((name) => [name, sent[name]]));

export const appServers: Behaviours<typeof contracts> = {
  list({ world, query }) {
    const { appServers: servers, connections } = world.thingpark;
    const prefix = (query.get('query') ?? query.get('name') ?? query.get('ID') ?? '').toLowerCase();
    const types = query.getAll('type');
    const flow = query.get('tpxIotFlowConnectionId');
    const flows = connections.filter(({ id }) => flow === null || id === flow).map(flowBrief);
    const all = [...(flow === null ? servers.map((one) => brief(world, one)) : []), ...flows];
    const found = all.filter(
      ({ ID, name, type }) =>
        (name.toLowerCase().startsWith(prefix) || ID.toLowerCase().startsWith(prefix)) && (types.length === 0 || types.includes(type)),
    );
    const { rows, more } = pageOf(world, query, found);
    return { status: 200, body: { briefs: [...rows], more } };
  },
  create({ world, body }) {
    const tp = world.thingpark;
    const sent = members(body);
    const name = textOf(sent['name']);
    if (!name) throw refuse(400, 400, 'name is required');
    const type = textOf(sent['type']) ?? 'HTTP';
    if (type === 'KAFKA') throw refuse(400, 400, 'an IoT Flow connection is managed through DX Core only');
    if (type !== 'HTTP' && type !== 'HTTP_CELLULAR') throw refuse(400, 400, `type: ${type} is not known`);
    if (sent['state'] !== undefined) throw refuse(400, 400, 'state is not allowed at creation');
    const uid = String(tp.nextUid);
    const ID = `TWA_${sandboxThingpark.subscriber}.${uid}.AS`;
    const server: AppServer = {
      uid,
      ID,
      name,
      type,
      contentType: textOf(sent['contentType']) ?? 'xml',
      destinations: sent['destinations'] === undefined ? [] : destined(sent['destinations']),
      security: secured(sent['downlinkSecurity'], ID),
      state: 'ACTIVE',
      extra: extras(sent),
      created: world.clock.now(),
      version: 0,
    };
    tp.nextUid += 1;
    tp.appServers.push(server);
    return { status: 201, body: full(world, server), headers: { location: `${subscription}/appServers/${uid}` } };
  },
  read({ world, path }) {
    const flow = flowOf(world, path.appServerUid);
    return { status: 200, body: flow ? flowBrief(flow) : full(world, find(world, path.appServerUid)) };
  },
  update({ world, path, query, body }) {
    const server = find(world, path.appServerUid);
    const sent = members(body);
    checkLock(query, body, server);
    if (sent['type'] !== undefined && sent['type'] !== server.type) throw refuse(400, 400, 'type cannot be changed');
    const state = textOf(sent['state']) ?? server.state;
    if (state !== 'ACTIVE' && state !== 'DEACTIVATED') throw refuse(400, 400, `state: ${state} is not known`);
    if (sent['destinations'] !== undefined) server.destinations = destined(sent['destinations']);
    server.state = state;
    server.name = textOf(sent['name']) ?? server.name;
    server.contentType = textOf(sent['contentType']) ?? server.contentType;
    server.extra = { ...server.extra, ...extras(sent) };
    changed(server, world.clock.now());
    return { status: 200, body: full(world, server) };
  },
  delete({ world, path }) {
    const server = find(world, path.appServerUid);
    const count = used(world, server.ID);
    if (count > 0) throw refuse(409, 409, `${count} devices still send to application server ${server.ID}`);
    world.thingpark.appServers.splice(world.thingpark.appServers.indexOf(server), 1);
    return { status: 204 };
  },
  readSecurity({ world, path }) {
    const server = find(world, path.appServerUid);
    return { status: 200, body: { downlinkSecurity: security(server), occContext: occContext(server, server.created) } };
  },
  updateSecurity({ world, path, query, body }) {
    const server = find(world, path.appServerUid);
    checkLock(query, body, server);
    server.security = secured(members(body)['downlinkSecurity'], server.ID);
    changed(server, world.clock.now());
    return { status: 200, body: { downlinkSecurity: security(server), occContext: occContext(server, server.created) } };
  },
};
