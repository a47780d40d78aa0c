import { deviceProfiles } from '../../../src/clients/thingpark/device-profiles.ts';
import { networkSubscriptions } from '../../../src/clients/thingpark/network-subscriptions.ts';
import { mine, ossRead, testPinnedRequests } from './support.ts';

testPinnedRequests(deviceProfiles, [
  [
    deviceProfiles.list,
    { query: { connectivity: 'CELLULAR', ID: ['CUSTOM/LTE_Dongle', 'A/B'] } },
    { request: `GET ${mine}/deviceProfiles?connectivity=CELLULAR&ID=CUSTOM%2FLTE_Dongle&ID=A%2FB`, headers: ossRead },
  ],
]);

testPinnedRequests(networkSubscriptions, [
  [
    networkSubscriptions.list,
    { query: { connectivity: 'LORAWAN', communicationType: 'UNICAST' } },
    { request: `GET ${mine}/networkSubscriptions?connectivity=LORAWAN&communicationType=UNICAST`, headers: ossRead },
  ],
]);
