/** Inputs of ThingPark operations that were refused, taken or described wrongly. */
import { describe, expect, it } from 'vitest';

import { startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const fridge = 'A81758FFFE0A0001';
const historian = 'TWA_199982747.1972.AS';

async function start() {
  const server = await startTestServer({ flags: { toolsets: 'thingpark,changes,operations,fleet' } });
  return { ...server, ...(await server.connectClient({ ...client, person: yes })) };
}

describe('the port of a downlink through DX', () => {
  const sent = async (targetPorts: unknown) => {
    const { call } = await start();
    const input = { path: { device: fridge }, body: { payloadHex: '01', targetPorts } };
    return call('change_operation', { operation: 'thingpark.dxDevices.downlink', input, preview: true });
  };

  it.each(['0', '00', '010', '224', '255', '300', '999', '-1', '1.5', ''])('%j is refused with the rule and an example', async (port) => {
    expect((await sent(port)).structured.error).toMatchObject({
      field: 'body.targetPorts',
      message: 'thingpark.dxDevices.downlink: body.targetPorts must be a port from 1 to 223 as text. Example: "10"',
    });
  });

  it.each(['1', '10', '223'])('%j is planned', async (port) => {
    expect((await sent(port)).structured.change.status).toBe('planned');
  });
});

describe('a base station of DX by its LRR ID or UUID', () => {
  it.each(['10001235', 'i10001235', '0x10001235', '1000-1235', '1223', '7076ff-eabba8e12bc0'])(
    '%s is the base station with ref 1223, and the request names that',
    async (baseStationRef) => {
      const { call, asked, world } = await start();
      const { change } = (
        await call('change_operation', {
          operation: 'thingpark.dxBaseStations.update',
          input: { path: { baseStationRef }, body: { name: 'Roof north' } },
        })
      ).structured;
      expect(change).toMatchObject({ status: 'applied', targets: [{ device: '10001235', before: { name: 'Roof 2' } }] });
      expect(asked[0]).toContain('10001235');
      const paths = world.requestLog.filter(({ operation }) => operation === 'thingpark.dxBaseStations.update').map(({ path }) => path);
      expect(paths).toEqual([expect.stringMatching(/\/baseStations\/1223$/)]);
    },
  );

  it('a deletion by LRR ID is planned for that base station, and its undo goes by the ref', async () => {
    const { call, world } = await start();
    const { change } = (
      await call('change_operation', { operation: 'thingpark.dxBaseStations.delete', input: { path: { baseStationRef: '10001235' } } })
    ).structured;
    expect(change).toMatchObject({ status: 'applied', targets: [{ device: '10001235' }] });
    expect(world.thingpark.baseStations.map(({ lrrID }) => lrrID)).toEqual(['10001234', '10001236', '10001237']);
  });

  it('an id that no base station has is refused', async () => {
    const { call } = await start();
    const refused = await call('change_operation', {
      operation: 'thingpark.dxBaseStations.update',
      input: { path: { baseStationRef: '1000FFFF' }, body: { name: 'x' } },
    });
    expect(refused.text).toContain('1000FFFF: there is no such base station');
  });
});

describe('a connectivity plan for other devices', () => {
  const lorawan = 'A81758FFFE0B0001';
  it.each([
    ['update_device', { device: fridge, connectivityPlan: 'acme-cs/cellular-cp' }],
    ['move_devices_to_plan', { devices: [fridge], connectivityPlan: 'acme-cs/cellular-cp' }],
    [
      'add_lorawan_device',
      {
        name: 'F',
        devEui: lorawan,
        model: 'SMTC/LoRaMoteA.1_EU',
        activation: 'OTAA',
        joinEui: 'A81758FFFE000000',
        connectivityPlan: 'acme-cs/cellular-cp',
      },
    ],
  ])('%s says what the plan is for, and which plans fit', async (tool, args) => {
    const { call } = await start();
    expect((await call(tool, { ...args, preview: true })).structured.error).toMatchObject({
      field: 'connectivityPlan',
      message: 'connectivityPlan: there is no "acme-cs/cellular-cp" for LORAWAN devices, it is a plan for CELLULAR devices',
      next: 'Nothing was sent. Plans for LORAWAN: acme-cs/standard, acme-cs/trial.',
    });
  });
});

describe('an empty list of application servers', () => {
  it('update_device removes all, as its description and its plan say', async () => {
    const { call, asked, client: mcp, world } = await start();
    const { tools } = await mcp.listTools();
    expect(tools.find(({ name }) => name === 'update_device')?.description).toContain(
      'appServers replaces the whole list, [] removes all.',
    );
    const { change } = (await call('update_device', { device: fridge, appServers: [] })).structured;
    expect(asked[0]).toContain('remove all application servers: its uplinks are delivered nowhere');
    expect(change).toMatchObject({ status: 'applied', targets: [{ before: { appServers: historian }, after: { appServers: 'none' } }] });
    expect(world.thingpark.devices.get(fridge)?.appServers).toEqual([]);
  });

  it('an empty text is refused with both meanings, and how to say each', async () => {
    const { call } = await start();
    expect((await call('update_device', { device: fridge, appServers: '' })).structured.error).toMatchObject({
      field: 'appServers',
      message: 'appServers: is an empty text, which can mean "leave it as it is" or "clear it"',
      next: 'Nothing was changed. To leave it, omit appServers; to clear it, give the empty list [].',
    });
    expect((await call('update_device', { device: fridge, name: '' })).structured.error.next).toContain(
      'a value is never cleared by this tool: give the new value',
    );
  });
});

describe('preview left empty', () => {
  it.each([null, '', ' '])('%j is absent: the change is planned and a person is asked', async (preview) => {
    const { call, asked } = await start();
    const { change } = (await call('update_device', { device: fridge, name: 'New name', preview })).structured;
    expect(change.status).toBe('applied');
    expect(asked).toHaveLength(1);
  });

  it.each(['true', 'false', 'yes', 1, 0])('%j is refused: preview takes only true and false', async (preview) => {
    const { call, asked } = await start();
    expect((await call('update_device', { device: fridge, name: 'New name', preview })).structured.error).toMatchObject({
      field: 'preview',
      message: 'update_device: preview: must be true or false, not text',
    });
    expect(asked).toEqual([]);
  });
});
