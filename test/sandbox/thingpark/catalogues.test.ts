import { expect, it } from 'vitest';

import { appServers } from '../../../src/clients/thingpark/app-servers.ts';
import { deviceProfiles } from '../../../src/clients/thingpark/device-profiles.ts';
import { networkSubscriptions } from '../../../src/clients/thingpark/network-subscriptions.ts';
import { subscription } from './subscription.ts';

it('deviceProfiles.list filters by connectivity', async () => {
  const { call } = subscription();
  const ids = async (connectivity: 'LORAWAN' | 'CELLULAR'): Promise<string[]> =>
    (await call(deviceProfiles.list, { query: { connectivity } })).briefs.map(({ ID }) => ID);
  expect(await ids('CELLULAR')).toEqual(['CUSTOM/LTE_Dongle']);
  expect(await ids('LORAWAN')).toContain('ACME/TempA.1.0.3_ETSI');
});

it('networkSubscriptions.list returns connectivity plans with used and granted licences', async () => {
  const { call } = subscription();
  const { briefs } = await call(networkSubscriptions.list, { query: { networkSubscriptionID: 'acme-cs/trial' } });
  expect(briefs.map(({ ID, used, granted, href }) => [ID, used, granted, href])).toEqual([
    ['acme-cs/trial', 5, 5, '/thingpark/wireless/rest/subscriptions/32/networkSubscriptions/99'],
  ]);
});

it('appServers.list filters by name prefix and returns device counts', async () => {
  const { call } = subscription();
  const { briefs } = await call(appServers.list, { query: { name: 'dash' } });
  expect(briefs.map(({ ID, name, deviceCount }) => [ID, name, deviceCount])).toEqual([['TWA_199982747.1972.AS', 'Dashboard', 23]]);
});
