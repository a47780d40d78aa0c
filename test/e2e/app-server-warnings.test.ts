/** A device is connected to an application server that delivers nothing: the plan says so before anybody approves. */
import { describe, expect, it } from 'vitest';

import { startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const historian = 'TWA_199982747.1972.AS';
const cellular = 'TWA_199900001.81.AS';
const key = '5D1A0C77E2B94F63A8105B3E9C42D706';

type State = 'ACTIVE' | 'DEACTIVATED' | 'SUSPENDED' | 'ERROR';

const said: [State, string][] = [
  ['DEACTIVATED', 'is deactivated: uplinks sent to it are lost'],
  ['SUSPENDED', 'is suspended, its licence has expired: uplinks sent to it are lost'],
  ['ERROR', 'is in error: uplinks may not reach it'],
];

async function serverIn(state: State, id = historian) {
  const { connectClient, world } = await startTestServer({ flags: { toolsets: 'thingpark,changes,operations,fleet' } });
  const server = world.thingpark.appServers.find((one) => one.ID === id);
  if (server === undefined) throw new Error(`no ${id}`);
  if (state === 'ERROR' || state === 'SUSPENDED') server.trouble = state;
  else server.state = state;
  const { call, asked } = await connectClient({ ...client, person: yes });
  const warningsOf = async (tool: string, args: object): Promise<string[]> =>
    (await call(tool, { ...args, preview: true })).structured.change.warnings ?? [];
  return { call, asked, warningsOf };
}

const lorawan = {
  name: 'Fridge 9',
  devEui: 'A81758FFFE0B0001',
  model: 'SMTC/LoRaMoteA.1_EU',
  activation: 'OTAA',
  joinEui: 'A81758FFFE000000',
  appKey: key,
  connectivityPlan: 'acme-cs/standard',
  appServers: [historian],
};
const imported = `CREATE_OTAA,A81758FFFE0B0001,,SMTC/LoRaMoteA.1_EU,A81758FFFE000000,${key},,acme-cs/standard,,,Crate,,,,,,,,,${historian}`;
const operation = (id: string, input: object): [string, object] => ['change_operation', { operation: id, input }];
const group = {
  EUI: 'A81758FFFE0C0001',
  name: 'Lamps',
  class: 'C',
  nwAddress: '04AB0001',
  nwKey: key,
  appKeys: `<AppSKeys><AppSKey Port="*">${key}</AppSKey></AppSKeys>`,
  appServers: [{ ID: historian }],
};

describe('an application server that delivers nothing', () => {
  it.each(said)('add_lorawan_device warns of one that is %s', async (state, words) => {
    const { warningsOf } = await serverIn(state);
    expect(await warningsOf('add_lorawan_device', lorawan)).toEqual([`application server ${historian} ${words}`]);
  });

  it.each(said)('update_device warns of one that is %s', async (state, words) => {
    const { warningsOf } = await serverIn(state, 'TWA_199900001.77.AS');
    expect(await warningsOf('update_device', { device: 'A81758FFFE0A0001', appServers: ['TWA_199900001.77.AS'] })).toEqual([
      `application server TWA_199900001.77.AS ${words}`,
    ]);
  });

  it('a device import warns of it', async () => {
    const { warningsOf } = await serverIn('DEACTIVATED');
    expect(await warningsOf(...operation('thingpark.devices.import', { body: { csv: imported } }))).toEqual([
      `application server ${historian} is deactivated: uplinks sent to it are lost`,
    ]);
  });

  it('add_cellular_device warns of it', async () => {
    const { warningsOf } = await serverIn('ERROR', cellular);
    const device = {
      name: 'Dongle 9',
      sim: '89001019000000000993',
      model: 'CUSTOM/LTE_Dongle',
      connectivityPlan: 'acme-cs/cellular-cp',
      appServers: [cellular],
    };
    expect(await warningsOf('add_cellular_device', device)).toContain(
      `application server ${cellular} is in error: uplinks may not reach it`,
    );
  });

  it('a new multicast group warns of it', async () => {
    const { warningsOf } = await serverIn('DEACTIVATED');
    expect(await warningsOf(...operation('thingpark.multicastGroups.create', { body: group }))).toContain(
      `application server ${historian} is deactivated: uplinks sent to it are lost`,
    );
  });

  it('the person who approves reads the warning', async () => {
    const { call, asked } = await serverIn('DEACTIVATED');
    await call('add_lorawan_device', lorawan);
    expect(asked[0]).toContain(`Warning: application server ${historian} is deactivated: uplinks sent to it are lost.`);
  });

  it('one that is active gives no warning', async () => {
    const { warningsOf } = await serverIn('ACTIVE');
    expect(await warningsOf('add_lorawan_device', lorawan)).toEqual([]);
    expect(await warningsOf('update_device', { device: 'A81758FFFE0A0002', appServers: ['TWA_199900001.77.AS'] })).toEqual([]);
  });
});
