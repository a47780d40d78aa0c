/** Personal data in reads: one rule for the provider's own objects, lists and diagnoses. */
import { expect, it } from 'vitest';
import { startPortClient } from '../support/sandbox-on-port.ts';
import { startTestServer, startTime } from '../support/test-server.ts';

const iccid = '89148000000077000037';
const person = { firstName: 'Averyplanted', lastName: 'Exampleplanted' };
const place = { addressLine1: '12 Planted Way', city: 'Plantedville', state: 'WA', zip: '98801', country: 'USA' };
const planted = ['Averyplanted', 'Exampleplanted', 'Planted Way', 'Plantedville'];

/** The product on a sandbox whose device rows carry a place of use, as the carrier's do. */
async function withPlaces() {
  const { call, alter } = await startPortClient();
  const more = {
    primaryPlaceOfUse: { customerName: person, address: place },
    extendedAttributes: [
      { key: 'PrimaryPlaceOfUseFirstName', value: 'Averyplanted' },
      { key: 'PrimaryPlaceOfUseStreet', value: '12 Planted Way' },
      { key: 'Connected', value: 'true' },
    ],
  };
  alter(/\/devices\/actions\/list$/, (body) => ({ ...body, devices: body.devices.map((row: object) => ({ ...row, ...more })) }));
  return { call };
}

const listed = { operation: 'thingspace.devices.list', input: { body: { accountName: '0442000123-00001' } } };

it('get_device with raw and read_operation leave out names and addresses, and say so', async () => {
  const { call } = await withPlaces();
  for (const [tool, args] of [
    ['get_device', { device: iccid, raw: true }],
    ['read_operation', listed],
  ] as const) {
    const { text, structured, isError } = await call(tool, args);
    expect(isError).toBe(false);
    for (const one of planted) expect(text + JSON.stringify(structured)).not.toContain(one);
    expect(text).toMatch(/\d+ personal values left out \(personal: true shows them\)\.$/);
    expect(structured.personalLeftOut).toBeGreaterThan(5);
    expect(JSON.stringify(structured)).toContain(iccid);
  }
});

it('get_device with raw and read_operation show personal data where they are asked for', async () => {
  const { call } = await withPlaces();
  for (const [tool, args] of [
    ['get_device', { device: iccid, raw: true, personal: true }],
    ['read_operation', { ...listed, personal: true }],
  ] as const) {
    const { text, structured } = await call(tool, args);
    for (const one of planted) expect(text + JSON.stringify(structured)).toContain(one);
    expect(structured.personalLeftOut).toBeUndefined();
  }
});

it('the addresses of stock orders are left out of the provider’s own list too', async () => {
  const { connectClient, world } = await startTestServer({ flags: { toolsets: 'iotx,operations' } });
  const { call } = await connectClient({ transport: 'stdio', era: 'auto' });
  const order = { recipientName: 'Averyplanted Exampleplanted', address: '12 Planted Way, Plantedville', operator: 'x', stockType: 'y' };
  world.iotx.orders.set('9001', { ...order, orderId: '9001', created: startTime, subscribers: [], amount: 5 });
  const { structured, text } = await call('read_operation', { operation: 'iotx.stockOrders.list', input: {} });
  expect(structured.reply[0]).toMatchObject({ orderId: '9001', amount: 5, recipientName: '[personal data]', address: '[personal data]' });
  for (const one of planted) expect(text).not.toContain(one);
});
