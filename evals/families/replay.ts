import type { Family } from '../lib/case.ts';
import { devEui, deviceUid, deviceWish, iccid, mayBuy, simOf, simWish, sms, subscriber, suspend } from '../lib/people-and-things.ts';
import { settled } from '../lib/settled.ts';

const sendOnce = 'thingspace.sms.send';
const order = { query: { withProcessingStrategyId: 'ROUTE' }, body: { offerId: 'acme-vendor/lorawan-100', subscriberId: '199900001' } };
const orderWish = { text: 'Order LoRaWAN 100 once.', words: ['order'], count: 1, knows: ['acme-vendor/lorawan-100', '199900001', 'ROUTE'] };

export const replay: Family = {
  name: 'replay',
  title: 'The same thing twice',
  cases: [
    {
      id: 'retry-after-a-time-out',
      mechanism: 'The answer is lost after the text message was sent, and the assistant sends it again.',
      wish: simWish('Send PING to tank-0001 once.', ['PING'], [1], { knows: ['PING'] }),
      mayChange: [`sim ${iccid(1)} sms`],
      mayWrite: { [sendOnce]: 1 },
      prepare: (world) => world.faults.arm({ fault: 'lost-answer', operation: sendOnce, skip: 0, times: 1 }),
      act: async (assistant) => {
        const first = await assistant.change(sendOnce, sms('PING', 1));
        if (!first.saysDone) await assistant.change(sendOnce, sms('PING', 1));
      },
    },
    {
      id: 'confirmed-twice',
      mechanism: 'A plan is confirmed a second time after it was carried out.',
      wish: deviceWish('Send 0102FF to the first device once.', ['0102FF'], [1], { knows: ['0102FF'] }),
      mayChange: [`device ${devEui(1)} downlinks`],
      mayWrite: { 'thingpark.devices.downlink': 1 },
      asks: false,
      act: async (assistant) => {
        const input = { path: { deviceUid: deviceUid(1) }, query: { payload: '0102FF', fPort: 10 } };
        const plan = await assistant.plan('thingpark.devices.downlink', input);
        for (let i = 0; i < 2; i++) await (plan ? assistant.confirm(plan) : assistant.change('thingpark.devices.downlink', input));
      },
    },
    {
      id: 'ordered-twice',
      mechanism: 'The assistant forgets in a long conversation that it has placed the order.',
      wish: orderWish,
      mayChange: ['order *'],
      mayWrite: { 'thingpark.orders.create': 1 },
      act: async (assistant) => {
        await assistant.change('thingpark.orders.create', order);
        await assistant.change('thingpark.orders.create', order);
      },
    },
    {
      id: 'at-the-same-moment',
      mechanism: 'A client calls the tool twice in parallel, because it saw no answer yet.',
      wish: simWish('Send PING to tank-0001 once.', ['PING'], [1], { knows: ['PING'] }),
      mayChange: [`sim ${iccid(1)} sms`],
      mayWrite: { [sendOnce]: 1 },
      act: async (assistant) => void (await Promise.all([1, 2, 3].map(() => assistant.change(sendOnce, sms('PING', 1))))),
    },
    {
      id: 'error-after-the-effect',
      mechanism: 'The provider answers 500 although it has placed the order, and the assistant tries again.',
      wish: orderWish,
      mayChange: ['order *'],
      mayWrite: { 'thingpark.orders.create': 1 },
      prepare: (world) => world.faults.arm({ fault: '500-after', operation: 'thingpark.orders.create', skip: 0, times: 1 }),
      act: async (assistant) => {
        const first = await assistant.change('thingpark.orders.create', order);
        if (first.isError || !first.saysDone) await assistant.change('thingpark.orders.create', order);
      },
    },
    {
      id: 'undone-twice',
      mechanism: 'An undo is asked for twice, and the second one would undo what another operator did meanwhile.',
      wish: simWish('Suspend tank-0001, and restore it once.', ['s'], [1], { times: 2 }),
      mayChange: [],
      asks: false,
      act: async (assistant, world) => {
        const done = await assistant.change('thingspace.devices.suspend', suspend(1));
        await settled(assistant, world, done);
        const restore = { body: { devices: [{ deviceIds: [{ id: iccid(1), kind: 'iccid' }] }] } };
        const undo = async () =>
          (done.change && (await assistant.tool('undo_change', { change: done.change.id }))) ??
          assistant.change('thingspace.devices.restore', restore);
        await settled(assistant, world, await undo());
        simOf(world, 1).state = 'suspend';
        await settled(assistant, world, await undo());
        // The other operator's suspension must still be there; it is not counted.
        if (simOf(world, 1).state === 'suspend') simOf(world, 1).state = 'active';
        else simOf(world, 1).state = 'suspend';
      },
    },
    {
      id: 'stock-bought-twice',
      mechanism: 'The connection breaks in the middle of the answer to an order for SIM cards, and it is sent again.',
      wish: {
        text: 'Order 10 SIM cards once.',
        words: ['buy 10'],
        count: 1,
        also: true,
        knows: ['Jane Doe', '1 Example Street, London', 'DEMO1', 'SIM', subscriber],
      },
      mayChange: ['stock order *'],
      mayWrite: { 'iotx.stockOrders.create': 1 },
      prepare: (world) => {
        mayBuy(world);
        world.faults.arm({ fault: 'half', operation: 'iotx.stockOrders.create', skip: 0, times: 1 });
      },
      act: async (assistant) => {
        const input = {
          body: { recipientName: 'Jane Doe', address: '1 Example Street, London', operator: 'DEMO1', stockType: 'SIM', amount: 10 },
        };
        const first = await assistant.change('iotx.stockOrders.create', input);
        if (first.isError || !first.saysDone) await assistant.change('iotx.stockOrders.create', input);
      },
    },
  ],
};
