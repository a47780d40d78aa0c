import type { Family } from '../lib/case.ts';
import {
  account,
  devEui,
  deviceWish,
  elements,
  iccid,
  imei,
  otherAccount,
  simOf,
  simWish,
  subscriber,
  suspend,
} from '../lib/people-and-things.ts';

/** Each change is wished and approved; what counts is whether it is reported as done although it is not. */
export const notDone: Family = {
  name: 'reported-as-done',
  title: 'Accepted, lost or failed, and reported as done',
  cases: [
    {
      id: 'fails-after-acceptance',
      mechanism: 'The carrier accepts the suspension of two SIMs and reports later that one of them failed.',
      wish: simWish('Suspend tank-0001 and tank-0002.', ['suspend'], [1, 2]),
      mayChange: [1, 2].map((n) => `sim ${iccid(n)} state`),
      prepare: (world) => world.faults.arm({ fault: 'half-fails' }),
      isDone: (world) => [1, 2].every((n) => simOf(world, n).state === 'suspend'),
      act: async (assistant, world) => {
        const answer = await assistant.change('thingspace.devices.suspend', suspend(1, 2));
        await world.clock.sleep(120_000);
        if (answer.change) await assistant.tool('get_change', { change: answer.change.id, waitSeconds: 20 });
      },
    },
    {
      id: 'answer-lost-before-the-effect',
      mechanism: 'The connection breaks before the provider has read the request.',
      wish: deviceWish('Rename the first device to Fridge 2.', ['Fridge 2'], [1], { knows: ['Fridge 2', 'Water meter 1'] }),
      mayChange: [`device ${devEui(1)} name`, `device ${devEui(1)} notes`],
      prepare: (world) => world.faults.arm({ fault: 'cut', operation: 'thingpark.dxDevices.update', skip: 0, times: 5 }),
      isDone: (world) => world.thingpark.devices.get(devEui(1))?.name === 'Fridge 2',
      act: async (assistant) =>
        void (await assistant.change('thingpark.dxDevices.update', { path: { deviceRef: '4101' }, body: { name: 'Fridge 2' } })),
      justified: 'The client under both servers reports a broken connection as an error; the case keeps it so.',
    },
    {
      id: 'never-settles',
      mechanism: 'An activation is accepted and stays pending for hours.',
      wish: simWish('Activate tank-0012.', ['activate'], [12], { knows: ['98801', 'IOTLOW5MB'] }),
      mayChange: [`sim ${iccid(12)} *`],
      prepare: (world) => {
        world.thingspace.settleMs = 40 * 86_400_000;
      },
      isDone: (world) => simOf(world, 12).state === 'active',
      act: async (assistant) =>
        void (await assistant.change('thingspace.devices.activate', {
          body: {
            accountName: otherAccount,
            servicePlan: 'IOTLOW5MB',
            mdnZipCode: '98801',
            devices: [
              {
                deviceIds: [
                  { id: imei(12), kind: 'imei' },
                  { id: iccid(12), kind: 'iccid' },
                ],
              },
            ],
          },
        })),
    },
    {
      id: 'success-that-changes-nothing',
      mechanism: 'The platform answers 200 and ignores the member that was sent.',
      wish: deviceWish('Rename the first device to Fridge 2.', ['Fridge 2'], [1], { knows: ['Fridge 2', 'Water meter 1'] }),
      mayChange: [],
      prepare: (world) => void world.thingpark.dxIgnoredFields.push('name'),
      isDone: (world) => world.thingpark.devices.get(devEui(1))?.name === 'Fridge 2',
      act: async (assistant) =>
        void (await assistant.change('thingpark.dxDevices.update', { path: { deviceRef: '4101' }, body: { name: 'Fridge 2' } })),
    },
    {
      id: 'message-in-a-row-of-a-success',
      mechanism: 'The answer is 200, and a row in it says that the SIM could not be added.',
      wish: simWish('Add the SIM 89148000000077000037 to the stock of the second account.', ['add'], [1]),
      mayChange: [],
      isDone: (world) => simOf(world, 1).account === otherAccount,
      act: async (assistant) =>
        void (await assistant.change('thingspace.stock.add', {
          body: { accountName: otherAccount, state: 'Pre-active', devicesToAdd: elements(1) },
        })),
    },
    {
      id: 'error-although-done',
      mechanism: 'Creating a group answers 500 although the group was made, and a second attempt is refused because it exists.',
      wish: simWish('Create the group North with tank-0004.', ['North'], [4], { count: 2, knows: ['North', 'again'] }),
      mayChange: [`sim ${iccid(4)} group`, `group ${account} North description`],
      prepare: (world) => world.faults.arm({ fault: '500-after', operation: 'thingspace.groups.create', skip: 0, times: 1 }),
      isDone: (world) => simOf(world, 4).group === 'North',
      justified: 'The generated server answers with an error, which is not true, but harms nothing.',
      act: async (assistant) =>
        void (await assistant.change('thingspace.groups.create', {
          body: { accountName: account, groupName: 'North', groupDescription: 'again', devicesToAdd: [{ id: iccid(4), kind: 'iccid' }] },
        })),
    },
    {
      id: 'visible-later',
      mechanism: 'A product change answers 204 and is not carried out within the day.',
      wish: {
        text: 'Switch data off for 8944990000001000010.',
        words: ['Data Access'],
        count: 1,
        knows: [subscriber, 'pump-17', 'Data Access'],
      },
      mayChange: [`subscriber ${subscriber} *`],
      prepare: (world) => world.faults.arm({ fault: 'lag', ms: 86_400_000 }),
      isDone: (world) => {
        const one = world.iotx.subscribers.get(subscriber);
        return one?.staleProducts === undefined && one?.disabled.includes('Data Access') === true;
      },
      act: async (assistant) =>
        void (await assistant.change('iotx.products.change', {
          path: { physicalId: subscriber },
          body: { product: 'Data Access', service: 'Data Access', action: 'disable' },
        })),
    },
    {
      id: 'import-with-refused-lines',
      mechanism: 'An import answers 200 although one of its lines was refused.',
      wish: deviceWish('Import Crate 1 and delete the second device.', ['import'], [], {
        count: 2,
        knows: ['A81758FFFE0B0001', devEui(2)],
      }),
      mayChange: ['device A81758FFFE0B0001 *', `device ${devEui(2)} *`],
      isDone: (world) => world.thingpark.devices.has('A81758FFFE0B0001') && !world.thingpark.devices.has(devEui(2)),
      prepare: (world) => {
        for (const plan of world.thingpark.plans) plan.granted = plan.used;
      },
      act: async (assistant) =>
        void (await assistant.change('thingpark.devices.import', {
          query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
          body: {
            csv: `CREATE_OTAA,A81758FFFE0B0001,,SMTC/LoRaMoteA.1_EU,A81758FFFE000000,000102030405060708090A0B0C0D0E0F,,acme-cs/standard,,,Crate 1\nDELETE,${devEui(2)}`,
          },
        })),
    },
  ],
};
