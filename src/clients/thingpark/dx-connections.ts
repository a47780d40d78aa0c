/** IoT Flow connections: forward uplinks to MQTT, HTTP or cloud services. `appServers` shows them read-only. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { refField } from '../http/identifier-marks.ts';
import { configurationError } from './connectors.ts';
import { listOf } from './dx-devices.ts';
import { Flag, Id, PageIndex, Text } from './fields.ts';

/** `state` changes asynchronously: CLOSED, OPENING, OPENED, or AUTHENTICATION_FAILED, UNREACHABLE, DEACTIVATED. Secrets are masked. */
const FlowConnection = () =>
  z.looseObject({
    id: Id(),
    name: Text(),
    connectorId: Text(),
    configuration: z.record(z.string(), z.unknown()).nullish(),
    active: Flag(),
    state: Text(),
    startupTime: Text(),
  });

/** Needs the complete configuration; masked values are rejected. */
const Body = () =>
  z
    .strictObject({
      connectorId: refField('reference'),
      name: refField('new', z.string().min(1)),
      configuration: z.record(z.string(), z.unknown()),
      active: z.boolean().optional(),
      contentType: z.string().optional(),
      alarms: z.array(z.unknown()).optional(),
    })
    .superRefine(({ connectorId, configuration }, context) => {
      const message = configurationError(connectorId, configuration);
      if (message) context.addIssue({ code: 'custom', message, path: ['configuration'] });
    });

const example = {
  connectorId: 'actility-mqtt-iot',
  name: 'Plant broker',
  configuration: {
    hostName: 'broker.example:8883',
    protocol: 'SSL',
    uplinkTopicPattern: 'things/{DevEUI}/uplink',
    downlinkTopicPattern: 'things/{DevEUI}/downlink',
    username: 'plant',
    password: 'broker-password',
  },
};

const list = endpoint({
  id: 'thingpark.dxConnections.list',
  api: 'dx-core',
  route: 'GET /connections',
  effects: [],
  sure: 'documented',
  source: 'IoT Flow documentation, tutorial 8.x',
  help: 'Lists IoT Flow connections with their state; secrets are masked.',
  query: () => z.strictObject({ pageIndex: PageIndex() }),
  reply: () => listOf(FlowConnection()),
  example: { query: { pageIndex: 1 } },
});

const create = endpoint({
  id: 'thingpark.dxConnections.create',
  api: 'dx-core',
  route: 'POST /connections',
  effects: ['write'],
  sure: 'documented',
  source: 'IoT Flow documentation, tutorial 8.x',
  doubts: ['the community platform allows at most five connections'],
  help: 'Creates a connection to a broker or cloud; it opens asynchronously.',
  body: () => Body(),
  reply: () => FlowConnection(),
  example: { body: example },
});

const read = endpoint({
  id: 'thingpark.dxConnections.read',
  api: 'dx-core',
  route: 'GET /connections/{connectionId}',
  path: { connectionId: 'target' },
  effects: [],
  sure: 'inferred',
  source: 'implied by the IoT Flow documentation',
  help: 'Reads one connection; secrets are masked.',
  reply: () => FlowConnection(),
  bears: ({ id }) => id,
  example: { path: { connectionId: '8801' } },
});

const update = endpoint({
  id: 'thingpark.dxConnections.update',
  api: 'dx-core',
  route: 'PUT /connections/{connectionId}',
  path: { connectionId: 'target' },
  effects: ['write', 'disruptive'],
  sure: 'documented',
  source: 'IoT Flow documentation',
  help: 'Replaces an entire connection, including secrets, and reopens it; uplinks wait or are lost meanwhile.',
  body: () => Body(),
  reply: () => FlowConnection(),
  example: { path: { connectionId: '8801' }, body: example },
});

const remove = endpoint({
  id: 'thingpark.dxConnections.delete',
  api: 'dx-core',
  route: 'DELETE /connections/{connectionId}',
  path: { connectionId: 'target' },
  effects: ['destructive', 'disruptive'],
  sure: 'inferred',
  source: 'implied by the IoT Flow documentation',
  help: 'Deletes a connection; its secrets cannot be read back.',
  example: { path: { connectionId: '8801' } },
});

export const dxConnections = { list, create, read, update, delete: remove };
