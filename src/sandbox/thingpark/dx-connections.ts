/** IoT Flow connections. They open by themselves after a delay, mask their secrets, and refuse masked values in updates. */
import { configurationError, connectors, maskedSecret } from '../../clients/thingpark/connectors.ts';
import type { dxConnections as contracts } from '../../clients/thingpark/dx-connections.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { dxRefusal, dxTime } from './dx-records.ts';
import { dxPage } from './pages.ts';
import type { FlowConnection } from './state.ts';

const openingAfterMs = 2000;
const openedAfterMs = 5000;

function serializeConnection({ id, name, connectorId, configuration, active, state, startupTime }: FlowConnection) {
  const secret = connectors[connectorId]?.secret ?? [];
  const shown = Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, secret.includes(key) ? maskedSecret : value]));
  return { id, name, connectorId, configuration: shown, active, state, startupTime: dxTime(startupTime) };
}

function findConnection(world: World, id: string): FlowConnection {
  const connection = world.thingpark.connections.find((one) => one.id === id);
  if (!connection) throw dxRefusal(404, `Connection ${id} not found`);
  return connection;
}

type ConnectionInput = Pick<FlowConnection, 'name' | 'connectorId' | 'configuration' | 'active'>;

function parseConnection(body: unknown): ConnectionInput {
  const sent = asObject(body);
  const name = asText(sent['name']);
  const connectorId = asText(sent['connectorId']);
  if (!name || !connectorId) throw dxRefusal(400, 'name and connectorId are required');
  if (!connectors[connectorId]) throw dxRefusal(400, `unknown connector ${connectorId}`);
  const configuration = asObject(sent['configuration']);
  const fault = configurationError(connectorId, configuration);
  if (fault) throw dxRefusal(400, fault);
  return { name, connectorId, configuration, active: sent['active'] !== false };
}

/** Restarts a connection: CLOSED, then OPENING, then OPENED. An inactive connection stays DEACTIVATED. */
function restart(world: World, connection: FlowConnection): void {
  connection.generation += 1;
  connection.startupTime = world.clock.now();
  connection.state = connection.active ? 'CLOSED' : 'DEACTIVATED';
  const { generation } = connection;
  const transitionAfter = (ms: number, state: FlowConnection['state']): void =>
    world.eventQueue.schedule(ms, () => {
      if (connection.generation === generation && connection.active) connection.state = state;
    });
  transitionAfter(openingAfterMs, 'OPENING');
  transitionAfter(openedAfterMs, 'OPENED');
}

export const dxConnections: Handlers<typeof contracts> = {
  list: ({ world, query }) => ({ status: 200, body: dxPage(query, world.thingpark.connections).map(serializeConnection) }),
  create({ world, body }) {
    const tp = world.thingpark;
    const input = parseConnection(body);
    if (tp.connections.length >= tp.maxConnections) throw dxRefusal(400, 'Max connection limit reached');
    const uid = String(tp.nextUid++);
    const connection: FlowConnection = { id: `88${uid}`, uid, ...input, state: 'CLOSED', startupTime: world.clock.now(), generation: 0 };
    tp.connections.push(connection);
    restart(world, connection);
    return { status: 201, body: serializeConnection(connection), headers: { location: `/connections/${connection.id}` } };
  },
  read: ({ world, path }) => ({ status: 200, body: serializeConnection(findConnection(world, path.connectionId)) }),
  update({ world, path, body }) {
    const connection = findConnection(world, path.connectionId);
    const input = parseConnection(body);
    if (input.connectorId !== connection.connectorId) throw dxRefusal(400, 'connectorId cannot be changed');
    Object.assign(connection, input);
    restart(world, connection);
    return { status: 200, body: serializeConnection(connection) };
  },
  delete({ world, path }) {
    const { connections } = world.thingpark;
    const connection = findConnection(world, path.connectionId);
    connection.generation += 1;
    connections.splice(connections.indexOf(connection), 1);
    return { status: 204 };
  },
};
