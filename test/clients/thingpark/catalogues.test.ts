import { deviceProfiles } from '../../../src/clients/thingpark/device-profiles.ts';
import { networkSubscriptions } from '../../../src/clients/thingpark/network-subscriptions.ts';
import { mine, ossRead, pins } from './support.ts';

pins(deviceProfiles, [
  [
    deviceProfiles.list,
    { query: { connectivity: 'CELLULAR', ID: ['CUSTOM/LTE_Dongle', 'A/B'] } },
    { line: `GET ${mine}/deviceProfiles?connectivity=CELLULAR&ID=CUSTOM%2FLTE_Dongle&ID=A%2FB`, headers: ossRead },
  ],
]);

pins(networkSubscriptions, [
  [
    networkSubscriptions.list,
    { query: { connectivity: 'LORAWAN', communicationType: 'UNICAST' } },
    { line: `GET ${mine}/networkSubscriptions?connectivity=LORAWAN&communicationType=UNICAST`, headers: ossRead },
  ],
]);
