/** Inputs in the forms that clients and models send, through the front door. */
import { describe, expect, it } from 'vitest';

import { countRequests, startTestServer } from '../support/test-server.ts';

const client = { transport: 'stdio', era: 'auto' } as const;

async function start() {
  const server = await startTestServer();
  return { ...server, ...(await server.connectClient(client)) };
}

describe('lenient input', () => {
  it('clear forms are taken: null and empty text for absent fields, text for numbers, JSON text for lists', async () => {
    const { call } = await start();
    const listed = await call('list_devices', { connection: '', provider: null, limit: '2', fields: '["provider"]', count: 'false' });
    expect(listed.structured.devices).toHaveLength(2);
    const planned = await call('suspend_sim', { sims: '[{"iccid":"89148000000077000037"}]', preview: true });
    expect(planned.structured.change.status).toBe('planned');
    const one = await call('suspend_device', { devices: 'A81758FFFE0A0003', preview: true });
    expect(one.structured.change.targets[0].device).toBe('A81758FFFE0A0003');
    const operation = await call('read_operation', { operation: 'thingpark.devices.list', input: '{"query":{"pageSize":2}}' });
    expect(operation.isError).toBe(false);
  });

  it('preview takes only true and false, a JSON number is no identifier, an empty text is no value of an update', async () => {
    const { call, world } = await start();
    const preview = await call('suspend_sim', { sims: [{ iccid: '89148000000077000037' }], preview: 'false' });
    expect(preview.structured.error).toMatchObject({ field: 'preview', message: 'suspend_sim: preview: must be true or false, not text' });
    const number = await call('find_device', { identifier: 359000001200091 });
    expect(number.structured.error.message).toBe(
      'find_device: identifier: identifier must be text in quotes: digits of a JSON number may be lost. Example: "A81758FFFE0A0001"',
    );
    const empty = await call('update_device', { device: 'A81758FFFE0A0003', name: '' });
    expect(empty.structured.error).toMatchObject({
      field: 'name',
      message: 'name: is an empty text, which can mean "leave it as it is" or "clear it"',
    });
    expect(countRequests(world, 'thingspace.devices.suspend')).toBe(0);
    expect(countRequests(world, 'thingpark.devices.update')).toBe(0);
  });

  it('fields are known by their other names, and an unknown field is refused with the nearest one', async () => {
    const { call } = await start();
    const device = {
      name: 'Fridge',
      model: 'SMTC/LoRaMoteA.1_EU',
      activation: 'OTAA',
      connectivityPlan: 'acme-cs/standard',
      preview: true,
    };
    const added = await call('add_lorawan_device', { ...device, dev_eui: 'A81758FFFE0B0001', appEui: 'A81758FFFE000000' });
    expect(added.structured.change.targets[0].device).toBe('A81758FFFE0B0001');
    const wrong = await call('add_lorawan_device', { ...device, devEui: 'A81758FFFE0B0001', modle: 'x' });
    expect(wrong.structured.error.message).toContain('modle: is not a field of this tool, nearest is model');
  });

  it('input that is too deep or not well-formed is refused with field and rule, for every kind of tool', async () => {
    const { call } = await start();
    let deep: unknown = 1;
    for (let i = 0; i < 500; i++) deep = [deep];
    const nested = await call('change_operation', { operation: 'thingspace.devices.restore', input: { body: deep } });
    expect(nested.structured.error).toMatchObject({ field: 'input', message: 'input: is nested more than 32 levels deep' });
    const half = await call('find_device', { identifier: 'pump \ud83d' });
    expect(half.structured.error).toMatchObject({
      field: 'identifier',
      message: 'identifier: must be well-formed Unicode text, but it holds half of a surrogate pair',
    });
  });

  it('a key field takes the name of a secret as text, and the value never shows', async () => {
    const { call } = await start();
    const refused = await call('add_lorawan_device', {
      name: 'Fridge',
      devEui: 'A81758FFFE0B0001',
      model: 'SMTC/LoRaMoteA.1_EU',
      activation: 'OTAA',
      appKey: 'secret:fridge-17',
    });
    expect(refused.structured.error).toMatchObject({ field: 'appKey', message: 'appKey: the secrets file has no "fridge-17"' });
  });
});
