import { describe, expect, it } from 'vitest';

import { startTestServer, yes } from '../support/test-server.ts';

const how = { transport: 'stdio', era: 'auto', person: yes } as const;
const iccid = '89148000000077000037';
const other = '89148000000077000074';

async function started() {
  const running = await startTestServer({ fleet: 60 });
  const { call, asked } = await running.connectClient(how);
  const done = async (name: string, args: Record<string, unknown>) => {
    const { change } = (await call(name, args)).structured;
    const ended =
      change.status === 'accepted' ? (await call('get_change', { change: change.id, waitSeconds: 20 })).structured.change : change;
    expect(ended.status, name).toBe('applied');
    return ended as { id: string; undoable?: boolean };
  };
  return { ...running, call, asked, done };
}

describe('undo_change', () => {
  it('undo_change restores a suspended SIM with a new approval, once', async () => {
    const { call, asked, done, world } = await started();
    const suspended = await done('suspend_sim', { sims: [{ iccid }] });
    expect(suspended.undoable).toBe(true);
    const undone = await call('undo_change', { change: suspended.id });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toContain(`${iccid} (1 SIM) on sandbox-thingspace: restore to active.`);
    expect(undone.structured.change).toMatchObject({ status: 'accepted', undoes: suspended.id, operation: 'thingspace.devices.restore' });
    const ended = await call('get_change', { change: undone.structured.change.id, waitSeconds: 20 });
    expect(ended.structured.change.status).toBe('applied');
    expect(world.thingspace.devices.find((one) => one.iccid === iccid)?.state).toBe('active');
    const again = await call('undo_change', { change: suspended.id });
    expect(again.text).toBe(
      `change: ${suspended.id} was already undone by ${undone.structured.change.id}. get_change { "change": "${undone.structured.change.id}" } shows its status.`,
    );
  });

  it('undo_change can undo an undo', async () => {
    const { call, done } = await started();
    const suspended = await done('suspend_sim', { sims: [{ iccid }] });
    const restored = await done('undo_change', { change: suspended.id });
    const back = await call('undo_change', { change: restored.id });
    expect(back.structured.change).toMatchObject({ operation: 'thingspace.devices.suspend', undoes: restored.id });
  });

  it('undo_change covers only the targets that were changed', async () => {
    const { call, done } = await started();
    await done('suspend_sim', { sims: [{ iccid: other }] });
    const both = await done('suspend_sim', { sims: [{ iccid }, { iccid: other }] });
    const plan = await call('undo_change', { change: both.id, preview: true });
    expect(plan.structured.change).toMatchObject({ status: 'planned', targets: [{ device: iccid, outcome: 'planned' }] });
  });

  it('undo_change refuses when a target has changed since, and sends nothing', async () => {
    const { call, done, world, asked } = await started();
    const suspended = await done('suspend_sim', { sims: [{ iccid }] });
    const line = world.thingspace.devices.find((one) => one.iccid === iccid);
    if (line) line.state = 'active';
    const refused = await call('undo_change', { change: suspended.id });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(`change: ${iccid} has changed since ${suspended.id}: state was suspend, is active. Nothing was sent.`);
    expect(asked).toHaveLength(1);
  });

  describe('undo_change restores the previous values', () => {
    const account = '0442000123-00001';
    const devices = [iccid, other].map((id) => ({ deviceIds: [{ id, kind: 'iccid' }] }));

    it('undo_change restores the custom fields of each SIM', async () => {
      const { done, world } = await started();
      const lines = world.thingspace.devices.filter((one) => [iccid, other].includes(one.iccid));
      const names = lines.map(({ name }) => name);
      expect(new Set(names).size).toBe(2);
      const input = { body: { accountName: account, devices, customFieldsToUpdate: [{ key: 'CustomField1', value: 'spare' }] } };
      const named = await done('change_operation', { operation: 'thingspace.details.customFields', input });
      expect(lines.map(({ name }) => name)).toEqual(['spare', 'spare']);
      await done('undo_change', { change: named.id });
      expect(lines.map(({ name }) => name)).toEqual(names);
    });

    it('undo_change returns SIMs to their previous groups', async () => {
      const { call, done, world } = await started();
      const group = (id: string) => world.thingspace.devices.find((one) => one.iccid === id)?.group;
      const ids = [iccid, other].map((id) => ({ id, kind: 'iccid' }));
      const before = [group(iccid), group(other)];
      const made = { body: { accountName: account, groupName: 'Spares', groupDescription: 'kept in the yard' } };
      await done('change_operation', { operation: 'thingspace.groups.create', input: made });
      const input = { path: { accountName: account, groupName: 'Spares' }, body: { devicesToAdd: ids } };
      const moved = await done('change_operation', { operation: 'thingspace.groups.update', input });
      expect([group(iccid), group(other)]).toEqual(['Spares', 'Spares']);
      await done('undo_change', { change: moved.id });
      expect([group(iccid), group(other)]).toEqual(before);
      expect((await call('undo_change', { change: moved.id })).text).toContain('was already undone by');
    });

    it('undo_change moves a SIM back to its previous account', async () => {
      const { done, world } = await started();
      const line = world.thingspace.devices.find((one) => one.iccid === iccid);
      const moved = await done('change_operation', {
        operation: 'thingspace.accounts.move',
        input: { body: { accountName: '0442000123-00002', devices: devices.slice(0, 1), servicePlan: 'IOTLOW5MB' } },
      });
      expect(line?.account).toBe('0442000123-00002');
      await done('undo_change', { change: moved.id });
      expect(line?.account).toBe(account);
    });

    it('undo_change restores tags of iot-x subscribers and LoRaWAN devices', async () => {
      const { call, done } = await started();
      const physicalId = '8944990000001000010';
      const tagged = await done('change_operation', {
        operation: 'iotx.tags.add',
        input: { path: { physicalId }, body: { tagName: 'spare' } },
      });
      const back = await done('undo_change', { change: tagged.id });
      expect((await call('get_change', { change: back.id })).structured.change).toMatchObject({
        operation: 'iotx.tags.remove',
        status: 'applied',
      });
      const input = { query: { action: 'TAG' }, body: { name: 'spare', devEUIs: ['A81758FFFE0A0001', 'A81758FFFE0A0002'] } };
      const bulk = await done('change_operation', { operation: 'thingpark.tags.bulk', input });
      const off = await done('undo_change', { change: bulk.id });
      expect((await call('get_change', { change: off.id })).structured.change).toMatchObject({
        operation: 'thingpark.tags.bulk',
        counts: { applied: 2 },
      });
    });
  });

  it('undo_change rejects an unfinished change, one without an inverse and an unknown id', async () => {
    const { call, done } = await started();
    const { change: open } = (await call('suspend_sim', { sims: [{ iccid }] })).structured;
    expect((await call('undo_change', { change: open.id })).text).toContain(
      `${open.id} is accepted, only an applied or partial change can be undone`,
    );
    const order = await done('create_order', { offer: 'acme-vendor/lorawan-100' });
    expect((await call('undo_change', { change: order.id })).text).toContain(`${order.id} has no inverse. By hand: cancelling the order`);
    expect((await call('undo_change', { change: 'chg_nobody' })).text).toContain('there is no change chg_nobody of yours');
  });

  it('undo_change restores a product, a name, a suspension and a service plan', async () => {
    const { call, done, world } = await started();
    const product = await done('toggle_product', { subscribers: ['8944990000001000010'], product: 'SMS MO/MT', action: 'disable' });
    await done('undo_change', { change: product.id });
    const { products } = (await call('list_subscriber_products', { subscriber: '8944990000001000010' })).structured;
    expect(products.find((one: { product: string }) => one.product === 'SMS MO/MT').state).toBe('enabled');

    const device = 'A81758FFFE0A0002';
    const renamed = await done('update_device', { device, name: 'Gate 7' });
    await done('undo_change', { change: renamed.id });
    expect(world.thingpark.devices.get(device)?.name).toBe('Parking bay 1');
    const held = await done('suspend_device', { devices: [device] });
    await done('undo_change', { change: held.id });
    expect(world.thingpark.devices.get(device)?.suspended).toBe(false);

    const moved = await done('change_service_plan', { sims: [{ iccid }], servicePlan: 'IOTLOW5MB' });
    await done('undo_change', { change: moved.id });
    expect(world.thingspace.devices.find((one) => one.iccid === iccid)?.plan).toBe('IOTSHR250MB');
  });
});
