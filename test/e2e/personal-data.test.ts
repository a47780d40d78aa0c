/** Personal data in reads: one rule for the provider's own objects, lists and diagnoses. */
import { expect, it, onTestFinished } from 'vitest';
import { fixedClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { listen } from '../../src/web/listen.ts';
import { providers, sandboxProviders } from '../support/providers.ts';
import { startTestServer, startTime } from '../support/test-server.ts';

const iccid = '89148000000077000037';
const person = { firstName: 'Averyplanted', lastName: 'Exampleplanted' };
const place = { addressLine1: '12 Planted Way', city: 'Plantedville', state: 'WA', zip: '98801', country: 'USA' };
const planted = ['Averyplanted', 'Exampleplanted', 'Planted Way', 'Plantedville'];

/** The product on a sandbox whose device rows carry a place of use, as the carrier's do. */
async function withPlaces() {
  const clock = fixedClock(startTime);
  const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet: 12, seed: 1 });
  const handle = portHandler(world);
  const served = await listen(
    async (request) => {
      const response = await handle(request);
      if (!request.url.endsWith('/devices/actions/list')) return response;
      const body = (await response.json()) as { devices: object[] };
      const more = {
        primaryPlaceOfUse: { customerName: person, address: place },
        extendedAttributes: [
          { key: 'PrimaryPlaceOfUseFirstName', value: 'Averyplanted' },
          { key: 'PrimaryPlaceOfUseStreet', value: '12 Planted Way' },
          { key: 'Connected', value: 'true' },
        ],
      };
      return Response.json({ ...body, devices: body.devices.map((row) => ({ ...row, ...more })) }, { status: response.status });
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => served.close());
  const { connectClient } = await startTestServer({
    clock,
    flags: { toolsets: 'thingpark,thingspace,iotx,fleet,changes,operations' },
    adjust: (config) => {
      config.connections = sandboxConnections(providers, served.url);
    },
  });
  return connectClient({ transport: 'stdio', era: 'auto' });
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
