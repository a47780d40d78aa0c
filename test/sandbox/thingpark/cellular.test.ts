import { expect, it } from 'vitest';

import { cellularDevices } from '../../../src/clients/thingpark/cellular-devices.ts';
import { cellularNetworkContexts } from '../../../src/clients/thingpark/cellular-network-contexts.ts';
import { errorOf, subscription } from './subscription.ts';

const { body, query = {} } = cellularDevices.create.example;

it('a cellular device is created from its SIM and gets an EUI', async () => {
  const { call } = subscription();
  const { briefs } = await call(cellularNetworkContexts.list, {});
  expect(briefs.map(({ ID }) => ID)).toEqual([body.networkContext?.ID]);
  const made = await call(cellularDevices.create, { query, body });
  expect(made.EUI).toMatch(/^F03D29[0-9A-F]{10}$/);
  expect(made).toMatchObject({
    connectivity: 'CELLULAR',
    sim: { ID: body.sim.ID, type: 'SINGLE_IMSI' },
    enforcedIMEI: body.enforcedIMEI,
    networkContext: { ID: 'acme-context' },
    healthState: 'INIT',
  });
});

it.each([
  [{ sim: undefined }, 400, 'sim.ID is required'],
  [{ sim: { ID: '123' } }, 400, 'sim.ID: an ICCID or eID is expected'],
  [{ networkContext: { ID: 'none' } }, 400, 'unknown network context none'],
  [{ networkSubscription: { ID: 'acme-cs/standard' } }, 400, 'unknown connectivity plan acme-cs/standard'],
  [{ model: { ID: 'SMTC/LoRaMoteA.1_EU' } }, 400, 'model SMTC/LoRaMoteA.1_EU is LORAWAN'],
])('cellularDevices.create refuses %j', async (change, status, message) => {
  const { oss } = subscription();
  const reply = await oss('POST /subscriptions/mine/devices?networkSubscriptionsHandlingMode=ADVANCED', { ...body, ...change });
  expect(errorOf(reply)).toEqual([status, 400, message]);
});

it('a SIM can be used by only one cellular device', async () => {
  const { call, oss } = subscription();
  await call(cellularDevices.create, { query, body });
  expect((await oss('POST /subscriptions/mine/devices', body)).status).toBe(409);
});
