import { z } from 'zod';

import { appServers } from '../../clients/thingpark/app-servers.ts';
import { configurationError, connectors } from '../../clients/thingpark/connectors.ts';
import { dxConnections } from '../../clients/thingpark/dx-connections.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

const connectorIds = Object.keys(connectors);

export const addAppServer = changeTool({
  name: 'add_app_server',
  toolset: 'thingpark',
  title: 'Add an application server',
  description:
    'Adds a destination for uplinks to ThingPark: an HTTPS URL (url), or an IoT Flow connection (connector with its configuration) to MQTT, a cloud or a broker. Pass secrets in configuration by name, secret:name. Existing ones: list_app_servers.',
  provider: 'thingpark',
  extra: true,
  operations: [appServers.create, dxConnections.create],
  idempotent: true,
  input: z
    .strictObject({
      name: z.string().trim().min(1).max(120),
      url: z.url({ protocol: /^https$/, error: 'must be an https URL. Example: https://historian.example/uplinks' }).optional(),
      contentType: z.enum(['json', 'jsontyped', 'xml']).optional().describe('with url; json'),
      connector: z.enum(connectorIds).optional(),
      configuration: z.record(z.string(), z.unknown()).optional().describe('of the connector, by name'),
      connection: fields.connection,
      preview: fields.preview,
    })
    .superRefine(({ url, contentType, connector, configuration }, context) => {
      const refuse = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
      if ((url === undefined) === (connector === undefined))
        refuse('url', 'give url for HTTPS, or connector with configuration for IoT Flow, not both');
      if (url !== undefined && configuration !== undefined) refuse('configuration', 'is only valid with connector');
      if (connector !== undefined && contentType !== undefined) refuse('contentType', 'is only valid with url');
      const fault = connector === undefined ? undefined : configurationError(connector, configuration ?? {});
      if (fault) refuse('configuration', fault);
    }),
  example: {
    name: 'Plant broker',
    connector: 'actility-mqtt-iot',
    configuration: {
      hostName: 'broker.example:8883',
      protocol: 'SSL',
      uplinkTopicPattern: 'things/{DevEUI}/uplink',
      downlinkTopicPattern: 'things/{DevEUI}/downlink',
      username: 'plant',
      password: { secret: 'plant-broker' },
    },
  },
  toRequest({ name, url, contentType = 'json', connector, configuration = {}, connection }, context) {
    const at = context.connection(connection, ['thingpark']);
    if (connector !== undefined)
      return { operation: dxConnections.create, connection: at, inputs: [{ body: { connectorId: connector, name, configuration } }] };
    const destinations = [{ addresses: [url], ports: '*', strategy: 'SEQUENTIAL' }];
    return { operation: appServers.create, connection: at, inputs: [{ body: { name, type: 'HTTP', contentType, destinations } }] };
  },
});
