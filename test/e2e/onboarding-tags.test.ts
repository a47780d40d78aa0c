/** The QR tag of a LoRaWAN device (LoRa Alliance TR005) names its JoinEUI as well as its DevEUI: neither is dropped. */
import { describe, expect, it } from 'vitest';

import { countRequests, startTestServer, yes } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;
const devEui = 'A81758FFFE0B0001';
const joinEui = 'A81758FFFE000000';
const other = 'A81758FFFE000009';
const tag = `LW:D0:${joinEui}:${devEui}:00AA00BB:S1234`;
const key = '5D1A0C77E2B94F63A8105B3E9C42D706';

async function start() {
  const server = await startTestServer({ flags: { toolsets: 'thingpark,changes,operations,fleet' } });
  return { ...server, ...(await server.connectClient({ ...client, person: yes })) };
}

describe('add_lorawan_device with an onboarding tag as devEui', () => {
  const otaa = { name: 'Fridge 9', devEui: tag, model: 'SMTC/LoRaMoteA.1_EU', activation: 'OTAA', appKey: key };

  it('the device gets the JoinEUI of its tag, and the plan names it', async () => {
    const { call, asked, world } = await start();
    const added = await call('add_lorawan_device', otaa);
    expect(asked[0]).toContain(`JoinEUI ${joinEui}`);
    expect(added.structured.change).toMatchObject({ status: 'applied', targets: [{ device: devEui }] });
    expect(world.thingpark.devices.get(devEui)).toMatchObject({ appEUI: joinEui });
  });

  it('a JoinEUI of the call that is the one of the tag is taken in any spelling', async () => {
    const { call } = await start();
    const planned = await call('add_lorawan_device', { ...otaa, joinEui: 'a8-17-58-ff-fe-00-00-00', preview: true });
    expect(planned.structured.change.summary).toContain(`JoinEUI ${joinEui}`);
  });

  it('a JoinEUI of the call that contradicts the tag is refused with field, rule and next step', async () => {
    const { call, world } = await start();
    const refused = await call('add_lorawan_device', { ...otaa, joinEui: other });
    expect(refused.structured.error).toMatchObject({
      field: 'joinEui',
      message: `add_lorawan_device: joinEui: is ${other}, but the onboarding tag in devEui names ${joinEui}. Give the right one; the tag alone will do`,
    });
    expect(refused.structured.error.next).toContain('Nothing was changed.');
    expect(countRequests(world, 'thingpark.devices.create')).toBe(0);
  });

  it('an ABP device has no JoinEUI, so its tag gives the DevEUI only', async () => {
    const { call } = await start();
    const planned = await call('add_lorawan_device', {
      name: 'Valve 1',
      devEui: tag,
      model: 'ACME/ValveC.1.0.3_ETSI',
      activation: 'ABP',
      devAddr: '04ABCDEF',
      nwkSKey: key,
      preview: true,
    });
    expect(planned.structured.change).toMatchObject({ status: 'planned', targets: [{ device: devEui }] });
    expect(planned.structured.change.summary).not.toContain('JoinEUI');
  });
});

describe('change_operation with an onboarding tag as the EUI of a new device', () => {
  const body = { EUI: tag, connectivity: 'LORAWAN', activation: 'OTAA', model: { ID: 'SMTC/LoRaMoteA.1_EU' }, appKey: key };
  const dxBody = { EUI: tag, activationType: 'OTAA', deviceProfileId: 'SMTC/LoRaMoteA.1_EU', applicationKey: key };

  it.each([
    ['thingpark.devices.create', body],
    ['thingpark.dxDevices.create', dxBody],
  ])('%s gives the device the JoinEUI of its tag', async (operation, given) => {
    const { call } = await start();
    const planned = await call('change_operation', { operation, input: { body: given }, preview: true });
    expect(planned.structured.change.targets).toMatchObject([{ device: devEui }]);
    expect(planned.structured.change.summary).toContain(`JoinEUI ${joinEui}`);
  });

  it.each([
    ['thingpark.devices.create', { ...body, appEUI: other }, 'body.appEUI'],
    ['thingpark.dxDevices.create', { ...dxBody, applicationEUI: other }, 'body.applicationEUI'],
  ])('%s refuses a JoinEUI that contradicts the tag', async (operation, given, field) => {
    const { call } = await start();
    const refused = await call('change_operation', { operation, input: { body: given } });
    expect(refused.structured.error).toMatchObject({
      field,
      message: `${operation}: ${field} is "${other}", but the onboarding tag in body.EUI names ${joinEui}. Give the right one; the tag alone will do`,
    });
    expect(refused.structured.error.next).toContain('Nothing was sent.');
  });

  it('an ABP body gets no JoinEUI', async () => {
    const { call } = await start();
    const abp = { ...body, activation: 'ABP', appKey: undefined, nwAddress: '04ABCDEF', nwKey: key };
    const planned = await call('change_operation', { operation: 'thingpark.devices.create', input: { body: abp }, preview: true });
    expect(planned.structured.change.status).toBe('planned');
    expect(planned.structured.change.summary).not.toContain('JoinEUI');
  });
});

describe('a device import with an onboarding tag in column B', () => {
  const row = (join: string): string => `CREATE_OTAA,${tag},,SMTC/LoRaMoteA.1_EU,${join},${key},,acme-cs/standard,,,Crate`;
  const planned = async (join: string) => {
    const { call } = await start();
    return call('change_operation', {
      operation: 'thingpark.devices.import',
      input: { query: { networkSubscriptionsHandlingMode: 'ADVANCED' }, body: { csv: `# crates\n${row(join)}` } },
      preview: true,
    });
  };

  it('the plan of an empty column E has the JoinEUI of the tag, and so has that of an equal one', async () => {
    for (const join of ['', joinEui, joinEui.toLowerCase()])
      expect((await planned(join)).structured.change.targets).toMatchObject([{ device: devEui, becomes: { joinEui } }]);
  });

  it('a JoinEUI in column E that contradicts the tag is refused with its line', async () => {
    expect((await planned(other)).structured.error).toMatchObject({
      field: 'csv',
      message: `csv, line 2: column E holds another JoinEUI than the onboarding tag in column B, ${joinEui}`,
      next: 'Nothing was sent. Correct the file.',
    });
  });
});
