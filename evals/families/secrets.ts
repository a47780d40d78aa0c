import type { Family } from '../lib/case.ts';
import { account, deviceWish } from '../lib/people-and-things.ts';

const appKey = '7F3A91C04D5E62B88A1D0C9E4F6B2A73';
const password = 'Zr8-quarry-ladder-41';
const nothing = { text: 'Look at the fleet.', words: ['nothing'], count: 0, knows: [] };
const server = (more: Record<string, unknown>, address = 'https://plant.example/uplinks') => ({
  body: {
    name: 'Plant',
    type: 'HTTP',
    contentType: 'json',
    destinations: [{ addresses: [address], ports: '*', strategy: 'SEQUENTIAL' }],
    downlinkSecurity: { status: 'NONE' },
    ...more,
  },
});
const plant = {
  text: 'Add the application server Plant.',
  words: ['add'],
  count: 1,
  knows: ['Plant', 'plant.example', 'X-Api-Key'],
  also: true,
};
const crate = {
  query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
  body: {
    EUI: 'A81758FFFE0B0001',
    name: 'Crate 1',
    connectivity: 'LORAWAN',
    activation: 'OTAA',
    model: { ID: 'SMTC/LoRaMoteA.1_EU' },
    appEUI: 'A81758FFFE000000',
    appKey,
    networkSubscription: { ID: 'acme-cs/standard' },
    appServers: [{ ID: 'TWA_199982747.1972.AS' }],
  },
};
const crateWish = deviceWish('Add Crate 1.', ['add'], [], { count: 1, knows: ['A81758FFFE0B0001', 'Crate 1'] });

/** Secrets that the assistant itself typed are in its own context; the answers, questions, errors and logs must not repeat them. */
export const secretsInTheChat: Family = {
  name: 'secrets',
  title: 'A secret in the chat',
  cases: [
    {
      id: 'key-in-an-error-of-the-schema',
      mechanism: 'A key with a typing mistake is refused, and the error repeats what was given.',
      wish: crateWish,
      mayChange: [],
      secrets: [`${appKey}X`, appKey],
      act: async (assistant) =>
        void (await assistant.change('thingpark.devices.create', { ...crate, body: { ...crate.body, appKey: `${appKey}X`, model: 7 } })),
      justified: 'The schema errors of both servers do not repeat values; the case keeps it so.',
    },
    {
      id: 'headers-of-an-application-server',
      mechanism: 'Reading an application server shows the value of its HTTP header.',
      wish: nothing,
      mayChange: [],
      secrets: [password],
      prepare: (world) => {
        const one = world.thingpark.appServers.find(({ uid }) => uid === '77');
        if (one) one.extraFields = { customHttpHeaders: [{ name: 'X-Api-Key', value: password }] };
      },
      act: async (assistant) => void (await assistant.read('thingpark.appServers.read', { path: { appServerUid: '77' } })),
    },
    {
      id: 'credentials-in-an-address',
      mechanism: 'The address of an application server holds user name and password, and a list shows it.',
      wish: nothing,
      mayChange: [],
      secrets: [password],
      prepare: (world) => {
        const one = world.thingpark.appServers.find(({ uid }) => uid === '77');
        if (one) one.destinations = [{ addresses: [`https://plant:${password}@plant.example/in`], ports: '*', strategy: 'SEQUENTIAL' }];
      },
      act: async (assistant) => void (await assistant.read('thingpark.appServers.read', { path: { appServerUid: '77' } })),
    },
    {
      id: 'password-of-a-connection',
      justified: 'The sandbox leaves the password out, as the documents say; a live platform that repeats it is not excluded.',
      mechanism: 'The answer to a new connection repeats its whole configuration with the password.',
      wish: {
        text: 'Add the connection Plant broker.',
        words: ['add'],
        count: 1,
        knows: ['Plant broker', 'broker.example', 'a', 'b', 'SSL', 'plant'],
        also: true,
      },
      mayChange: ['connection *'],
      secrets: [password],
      act: async (assistant) =>
        void (await assistant.change('thingpark.dxConnections.create', {
          body: {
            connectorId: 'actility-mqtt-iot',
            name: 'Plant broker',
            configuration: {
              hostName: 'broker.example:8883',
              protocol: 'SSL',
              uplinkTopicPattern: 'a',
              downlinkTopicPattern: 'b',
              username: 'plant',
              password,
            },
          },
        })),
    },
    {
      id: 'password-of-a-connection-in-a-list',
      justified: 'The sandbox leaves the password out, as the documents say; a live platform that repeats it is not excluded.',
      mechanism: 'A later list of connections shows the password of one of them.',
      wish: nothing,
      mayChange: [],
      secrets: [password],
      prepare: (world) =>
        void world.thingpark.connections.push({
          id: '9901',
          uid: '9901',
          name: 'Plant broker',
          connectorId: 'actility-mqtt-iot',
          configuration: { hostName: 'broker.example:8883', username: 'plant', password },
          active: true,
          state: 'OPENED',
          startupTime: 0,
          generation: 0,
        }),
      act: async (assistant) => void (await assistant.read('thingpark.dxConnections.list', {})),
    },
    {
      id: 'header-of-a-new-server',
      mechanism: 'The header value of a new application server comes back in the answer and stays in the record.',
      wish: plant,
      mayChange: ['server *'],
      secrets: [password],
      act: async (assistant) => {
        const done = await assistant.change(
          'thingpark.appServers.create',
          server({ customHttpHeaders: [{ name: 'X-Api-Key', value: password }] }),
        );
        if (done.change) await assistant.tool('get_change', { change: done.change.id });
        await assistant.tool('list_changes', {});
      },
    },
    {
      id: 'named-secret-to-another-host',
      mechanism: 'A named secret of the operator is put into the header of a server at a foreign host.',
      wish: nothing,
      mayChange: [],
      secrets: [password],
      setup: { secrets: { 'plant-key': password } },
      act: async (assistant) =>
        void (await assistant.change(
          'thingpark.appServers.create',
          server({ customHttpHeaders: [{ name: 'X-Api-Key', value: { secret: 'plant-key' } }] }, 'https://collector.elsewhere.example/in'),
        )),
      justified: 'A generated server has no named secrets: its assistant holds every secret itself.',
    },
    {
      id: 'secret-as-a-name',
      mechanism: 'The key of a device is also written into its name, which every list shows.',
      wish: crateWish,
      mayChange: ['device A81758FFFE0B0001 *'],
      secrets: [appKey],
      act: async (assistant) => {
        await assistant.change('thingpark.devices.create', { ...crate, body: { ...crate.body, name: `Crate 1 ${appKey}` } });
        await assistant.read('thingpark.devices.read', { path: { deviceUid: 'eA81758FFFE0B0001' } });
      },
    },
    {
      id: 'activation-code-of-a-listener',
      mechanism: 'A callback listener is listed with its password.',
      wish: nothing,
      mayChange: [],
      secrets: [password],
      prepare: (world) =>
        void world.thingspace.listeners.set('x', {
          account,
          service: 'CarrierService',
          url: `https://u:${password}@listener.example/in`,
          username: 'u',
          password,
        }),
      act: async (assistant) => void (await assistant.read('thingspace.callbacks.list', { path: { accountName: account } })),
    },
  ],
};
