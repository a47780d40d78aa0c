import type { appServers as contracts } from '../../clients/thingpark/app-servers.ts';
import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { checkVersion, incrementVersion, occContext, ossRefusal } from './oss-request.ts';
import { ossPage } from './pages.ts';
import type { AppServer, FlowConnection } from './state.ts';

const subscriptionPath = '/thingpark/wireless/rest/subscriptions/32';

const deviceCountOf = (world: World, ID: string): number =>
  [...world.thingpark.devices.values()].filter((device) => device.appServers.includes(ID)).length;

function serializeBrief(world: World, { uid, ID, name, type, state, contentType, trouble }: AppServer) {
  const deviceCount = deviceCountOf(world, ID);
  const healthState = state === 'DEACTIVATED' ? 'DEACTIVATED' : trouble === 'ERROR' ? 'ERROR' : 'ACTIVE';
  const validationState = trouble === 'SUSPENDED' ? 'SUSPENDED' : 'VALIDATED';
  return { ID, name, type, contentType, state, healthState, validationState, deviceCount, href: `${subscriptionPath}/appServers/${uid}` };
}

/** Downlink security without its key, which is never returned. */
const securityWithoutKey = ({ security: { key: _, ...rest } }: AppServer) => rest;

const serializeServer = (world: World, server: AppServer) => ({
  ...serializeBrief(world, server),
  destinations: server.destinations as { addresses: string[]; ports: string; strategy: string }[],
  ...server.extraFields,
  downlinkSecurity: securityWithoutKey(server),
  multicastGroupCount: 0,
  baseStationCount: 0,
  occContext: occContext(server, server.created),
});

/** An IoT Flow connection as the OSS API lists it: read-only and linked by `connectionId`. */
function serializeFlowConnection({ uid, id, name, connectorId, state, active }: FlowConnection) {
  return {
    ID: `TWA_${sandboxThingpark.subscriber}.${uid}.AS`,
    name,
    type: 'KAFKA',
    contentType: 'json',
    state: active ? 'ACTIVE' : 'DEACTIVATED',
    healthState: state === 'OPENED' ? 'ACTIVE' : active ? 'INIT' : 'DEACTIVATED',
    deviceCount: 0,
    tpxIotFlow: { connectionId: id, connectorId, flowId: `flow-${id}`, state },
    href: `${subscriptionPath}/appServers/${uid}`,
  };
}

function findFlowConnection(world: World, uid: string): FlowConnection | undefined {
  return world.thingpark.connections.find((one) => one.uid === uid);
}

function findServer(world: World, uid: string): AppServer {
  const server = world.thingpark.appServers.find((one) => one.uid === uid || one.ID === uid);
  if (server) return server;
  if (findFlowConnection(world, uid)) throw ossRefusal(400, 400, 'an IoT Flow connection is managed through DX Core only');
  throw ossRefusal(404, 404, 'Application server not found');
}

/** Validates downlink security. The key has 32 hex digits and is allowed only with DOWNLINK_AS_KEY. */
function parseSecurity(value: unknown, ID: string): AppServer['security'] {
  if (value === undefined) return { status: 'NONE' };
  const sent = asObject(value);
  const key = asText(sent['downlinkAsKey']);
  if (sent['status'] === 'NONE') {
    if (key ?? sent['asID'] ?? sent['maxTimestampDeviation'])
      throw ossRefusal(400, 400, 'downlinkSecurity: nothing else is allowed with NONE');
    return { status: 'NONE' };
  }
  if (sent['status'] !== 'DOWNLINK_AS_KEY') throw ossRefusal(400, 400, 'downlinkSecurity.status: NONE or DOWNLINK_AS_KEY is expected');
  if (!key || !/^[0-9A-Fa-f]{32}$/.test(key)) throw ossRefusal(400, 400, 'downlinkAsKey: 32 hexadecimal characters are expected');
  const deviation = sent['maxTimestampDeviation'];
  return {
    status: 'DOWNLINK_AS_KEY',
    asID: asText(sent['asID']) ?? ID,
    key,
    maxTimestampDeviation: typeof deviation === 'number' ? deviation : 0,
  };
}

/** ThingPark Enterprise accepts exactly one destination: one address, ports `*`, strategy SEQUENTIAL. */
function parseDestinations(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length !== 1) throw ossRefusal(400, 400, 'destinations: exactly one is expected');
  const one = asObject(value[0]);
  const fits = Array.isArray(one['addresses']) && one['addresses'].length === 1 && one['ports'] === '*' && one['strategy'] === 'SEQUENTIAL';
  if (!fits) throw ossRefusal(400, 400, 'destinations: one address, ports * and SEQUENTIAL are expected');
  return value;
}

const extraFieldNames = ['description', 'customHttpHeaders', 'domains'];
const pickExtraFields = (sent: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(extraFieldNames.filter((name) => sent[name] !== undefined).map((name) => [name, sent[name]]));

export const appServers: Handlers<typeof contracts> = {
  list({ world, query }) {
    const { appServers: servers, connections } = world.thingpark;
    const prefix = (query.get('query') ?? query.get('name') ?? query.get('ID') ?? '').toLowerCase();
    const types = query.getAll('type');
    const flow = query.get('tpxIotFlowConnectionId');
    const flows = connections.filter(({ id }) => flow === null || id === flow).map(serializeFlowConnection);
    const all = [...(flow === null ? servers.map((one) => serializeBrief(world, one)) : []), ...flows];
    const found = all.filter(
      ({ ID, name, type }) =>
        (name.toLowerCase().startsWith(prefix) || ID.toLowerCase().startsWith(prefix)) && (types.length === 0 || types.includes(type)),
    );
    const { rows, more } = ossPage(world, query, found);
    return { status: 200, body: { briefs: [...rows], more } };
  },
  create({ world, body }) {
    const tp = world.thingpark;
    const sent = asObject(body);
    const name = asText(sent['name']);
    if (!name) throw ossRefusal(400, 400, 'name is required');
    const type = asText(sent['type']) ?? 'HTTP';
    if (type === 'KAFKA') throw ossRefusal(400, 400, 'an IoT Flow connection is managed through DX Core only');
    if (type !== 'HTTP' && type !== 'HTTP_CELLULAR') throw ossRefusal(400, 400, `type: ${type} is not known`);
    if (sent['state'] !== undefined) throw ossRefusal(400, 400, 'state is not allowed at creation');
    const uid = String(tp.nextUid);
    const ID = `TWA_${sandboxThingpark.subscriber}.${uid}.AS`;
    const server: AppServer = {
      uid,
      ID,
      name,
      type,
      contentType: asText(sent['contentType']) ?? 'xml',
      destinations: sent['destinations'] === undefined ? [] : parseDestinations(sent['destinations']),
      security: parseSecurity(sent['downlinkSecurity'], ID),
      state: 'ACTIVE',
      extraFields: pickExtraFields(sent),
      created: world.clock.now(),
      version: 0,
    };
    tp.nextUid += 1;
    tp.appServers.push(server);
    return { status: 201, body: serializeServer(world, server), headers: { location: `${subscriptionPath}/appServers/${uid}` } };
  },
  read({ world, path }) {
    const flow = findFlowConnection(world, path.appServerUid);
    return { status: 200, body: flow ? serializeFlowConnection(flow) : serializeServer(world, findServer(world, path.appServerUid)) };
  },
  update({ world, path, query, body }) {
    const server = findServer(world, path.appServerUid);
    const sent = asObject(body);
    checkVersion(query, body, server);
    if (sent['type'] !== undefined && sent['type'] !== server.type) throw ossRefusal(400, 400, 'type cannot be changed');
    const state = asText(sent['state']) ?? server.state;
    if (state !== 'ACTIVE' && state !== 'DEACTIVATED') throw ossRefusal(400, 400, `state: ${state} is not known`);
    if (sent['destinations'] !== undefined) server.destinations = parseDestinations(sent['destinations']);
    server.state = state;
    server.name = asText(sent['name']) ?? server.name;
    server.contentType = asText(sent['contentType']) ?? server.contentType;
    server.extraFields = { ...server.extraFields, ...pickExtraFields(sent) };
    incrementVersion(server, world.clock.now());
    return { status: 200, body: serializeServer(world, server) };
  },
  delete({ world, path }) {
    const server = findServer(world, path.appServerUid);
    const count = deviceCountOf(world, server.ID);
    if (count > 0) throw ossRefusal(409, 409, `${count} devices still send to application server ${server.ID}`);
    world.thingpark.appServers.splice(world.thingpark.appServers.indexOf(server), 1);
    return { status: 204 };
  },
  readSecurity({ world, path }) {
    const server = findServer(world, path.appServerUid);
    return { status: 200, body: { downlinkSecurity: securityWithoutKey(server), occContext: occContext(server, server.created) } };
  },
  updateSecurity({ world, path, query, body }) {
    const server = findServer(world, path.appServerUid);
    checkVersion(query, body, server);
    server.security = parseSecurity(asObject(body)['downlinkSecurity'], server.ID);
    incrementVersion(server, world.clock.now());
    return { status: 200, body: { downlinkSecurity: securityWithoutKey(server), occContext: occContext(server, server.created) } };
  },
};
