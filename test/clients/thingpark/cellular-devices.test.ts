import { cellularDevices } from '../../../src/clients/thingpark/cellular-devices.ts';
import { mine, ossWrite, testPinnedRequests } from './support.ts';

testPinnedRequests(cellularDevices, [
  [
    cellularDevices.create,
    {
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: {
        connectivity: 'CELLULAR',
        name: 'Gate 7',
        model: { ID: 'CUSTOM/LTE_Dongle' },
        sim: { ID: '8988247000000000999' },
        enforcedIMEI: '359000000000999',
        networkSubscription: { ID: 'acme-cs/cellular-cp' },
        networkContext: { ID: 'acme-context' },
      },
    },
    {
      request: `POST ${mine}/devices?networkSubscriptionsHandlingMode=ADVANCED`,
      headers: ossWrite,
      body: '{"connectivity":"CELLULAR","name":"Gate 7","model":{"ID":"CUSTOM/LTE_Dongle"},"sim":{"ID":"8988247000000000999"},"enforcedIMEI":"359000000000999","networkSubscription":{"ID":"acme-cs/cellular-cp"},"networkContext":{"ID":"acme-context"}}',
    },
  ],
]);
