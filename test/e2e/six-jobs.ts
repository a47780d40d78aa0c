/** The six jobs of an operator's day, shared by the tests of every client. */
import { expect } from 'vitest';

import type { TestClient } from '../support/test-server.ts';

export const fridge = {
  name: 'Fridge 1',
  devEui: 'a8-17-58-ff-fe-0b-00-01',
  model: 'SMTC/LoRaMoteA.1_EU',
  activation: 'OTAA',
  joinEui: 'A81758FFFE000000',
  appKey: '00112233445566778899AABBCCDDEEFF',
};

/** Runs the six jobs on a fresh sandbox at the start time of the tests; `asked` counts the approval questions so far. */
export async function sixJobs(call: TestClient['call'], asked: () => number, canBeAsked: boolean): Promise<void> {
  let questions = 0;
  /** Requests a change and gets it approved: in one call by elicitation, else in two steps. */
  const change = async (tool: string, args: Record<string, unknown>) => {
    let answer = await call(tool, args);
    if (canBeAsked) questions += 1;
    else {
      expect(answer.structured.change).toMatchObject({ status: 'planned', sandbox: true });
      answer = await call('apply_change', { change: answer.structured.change.id, confirm: answer.structured.change.summary });
    }
    expect(asked()).toBe(questions);
    expect(answer.structured.change.approval).toBe(canBeAsked ? 'elicited' : 'host, not proven');
    return answer;
  };

  const listed = await call('list_devices', { provider: 'thingpark', limit: 2 });
  expect(listed.structured.devices.map((row: { device: string }) => row.device)).toEqual(['A81758FFFE0A0001', 'A81758FFFE0A0002']);
  expect(listed.structured).toMatchObject({ all: { connection: 'sandbox-thingpark', state: 'active' }, total: 24 });

  const added = await change('add_lorawan_device', fridge);
  expect(added.structured.change).toMatchObject({
    status: 'applied',
    targets: [{ device: 'A81758FFFE0B0001', before: { present: 'no' }, after: { present: 'yes', health: 'INIT' } }],
  });

  const traffic = await call('get_traffic_history', {
    device: 'sandbox-thingpark/A81758FFFE0A0001',
    period: 'P7D',
    step: 'P1D',
    timezone: 'Europe/Paris',
  });
  expect(traffic.structured).toMatchObject({
    from: '2026-11-15T23:00:00Z',
    totals: { upCount: 153, downCount: 12, upBytes: 1836, downBytes: 48, lost: 3, failed: 0 },
  });

  const ordered = await change('create_order', { offer: 'acme-vendor/lorawan-1000', processingStrategy: 'ROUTE' });
  expect(ordered.structured.change).toMatchObject({ status: 'applied', operation: 'thingpark.orders.create' });
  const orders = await call('list_orders');
  expect(orders.structured).toMatchObject({
    total: 2,
    orders: [{ order: '7001' }, { offer: 'acme-vendor/lorawan-1000', strategy: 'ROUTE' }],
  });

  const activated = await change('activate_sim', {
    sims: [{ iccid: '89148000000077000444' }],
    servicePlan: 'IOTLOW5MB',
    zipCode: '98801',
  });
  expect(activated.structured.change).toMatchObject({
    status: 'accepted',
    targets: [{ outcome: 'pending', after: { state: 'pending activation' } }],
  });
  const active = await call('get_change', { change: activated.structured.change.id, waitSeconds: 30 });
  expect(active.structured.change).toMatchObject({ status: 'applied', targets: [{ outcome: 'applied', after: { state: 'active' } }] });

  const toggled = await change('toggle_product', { subscribers: ['8944990000001000010'], product: 'SMS MO/MT', action: 'disable' });
  expect(toggled.structured.change).toMatchObject({
    status: 'applied',
    targets: [{ device: '8944990000001000010', before: { 'SMS MO/MT': 'enabled' }, after: { 'SMS MO/MT': 'disabled' } }],
  });

  const changes = await call('list_changes');
  expect(changes.structured.changes.map((one: { status: string }) => one.status)).toEqual(['applied', 'applied', 'applied', 'applied']);
}
