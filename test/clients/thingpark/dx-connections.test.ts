import { expect, it } from 'vitest';

import { dxConnections } from '../../../src/clients/thingpark/dx-connections.ts';
import { core, dxRead, dxWrite, recording, testPinnedRequests } from './support.ts';

testPinnedRequests(dxConnections, [
  [dxConnections.list, { query: { pageIndex: 1 } }, { request: `GET ${core}/connections?pageIndex=1`, headers: dxRead }],
  [
    dxConnections.create,
    {
      body: {
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
      },
    },
    {
      request: `POST ${core}/connections`,
      headers: dxWrite,
      body: '{"connectorId":"actility-mqtt-iot","name":"Plant broker","configuration":{"hostName":"broker.example:8883","protocol":"SSL","uplinkTopicPattern":"things/{DevEUI}/uplink","downlinkTopicPattern":"things/{DevEUI}/downlink","username":"plant","password":"broker-password"}}',
    },
  ],
  [dxConnections.read, { path: { connectionId: '8801' } }, { request: `GET ${core}/connections/8801`, headers: dxRead }],
  [
    dxConnections.update,
    {
      path: { connectionId: '8801' },
      body: {
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
      },
    },
    {
      request: `PUT ${core}/connections/8801`,
      headers: dxWrite,
      body: '{"connectorId":"actility-mqtt-iot","name":"Plant broker","configuration":{"hostName":"broker.example:8883","protocol":"SSL","uplinkTopicPattern":"things/{DevEUI}/uplink","downlinkTopicPattern":"things/{DevEUI}/downlink","username":"plant","password":"broker-password"}}',
    },
  ],
  [dxConnections.delete, { path: { connectionId: '8801' } }, { request: `DELETE ${core}/connections/8801`, headers: dxRead }],
]);

const mqtt = dxConnections.create.example.body;

it.each([
  [{ ...mqtt, configuration: { ...mqtt.configuration, password: '*****' } }, 'configuration.password is a masked value'],
  [{ ...mqtt, configuration: { ...mqtt.configuration, headers: { key: '*****' } } }, 'configuration.headers is a masked value'],
  [{ ...mqtt, configuration: { hostName: 'h:1' } }, 'actility-mqtt-iot needs protocol, uplinkTopicPattern, downlinkTopicPattern'],
  [{ ...mqtt, connectorId: 'actility-azure-iot', configuration: { hostName: 'h' } }, 'needs sharedAccessKeyName, sharedAccessKey'],
])('dxConnections.update rejects %j', async (body, message) => {
  const { call, requests } = recording();
  await expect(call(dxConnections.update, { path: { connectionId: '1' }, body })).rejects.toThrow(message);
  expect(requests).toEqual([]);
});
