/** Compares the ThingPark catalogue with the documented paths. Path parameters are compared by position, not by name. */
import { describe, expect, it } from 'vitest';

import type { AnyEndpoint } from '../../../src/clients/http/endpoint.ts';
import { thingpark } from '../../../src/clients/thingpark/index.ts';

const all = Object.values(thingpark).flatMap((noun): AnyEndpoint[] => Object.values(noun));

/** The 44 operations of the DX description v141, up to connectivity plans. */
const dx141 = [
  'POST /oauth/token',
  'POST /oauth/revoke_token',
  'GET /oauth/tokeninfo',
  'GET /profiles',
  'GET /profiles/{profileId}',
  'GET /suppliers',
  'POST /suppliers',
  'GET /suppliers/{supplierRef}',
  'PUT /suppliers/{supplierRef}',
  'DELETE /suppliers/{supplierRef}',
  'GET /vendors',
  'POST /vendors',
  'GET /vendors/{vendorRef}',
  'PUT /vendors/{vendorRef}',
  'DELETE /vendors/{vendorRef}',
  'GET /subscribers',
  'POST /subscribers',
  'GET /subscribers/{subscriberRef}',
  'PUT /subscribers/{subscriberRef}',
  'DELETE /subscribers/{subscriberRef}',
  'GET /users',
  'POST /users',
  'GET /users/{userRef}',
  'PUT /users/{userRef}',
  'DELETE /users/{userRef}',
  'GET /offers',
  'POST /offers',
  'GET /offers/{offerRef}',
  'PUT /offers/{offerRef}',
  'DELETE /offers/{offerRef}',
  'GET /orders',
  'POST /orders',
  'GET /orders/{orderRef}',
  'DELETE /orders/{orderRef}',
  'GET /applications',
  'POST /accessCodes',
  'GET /accessCodes',
  'GET /devices',
  'POST /devices',
  'GET /devices/{deviceRef}',
  'PUT /devices/{deviceRef}',
  'DELETE /devices/{deviceRef}',
  'GET /deviceProfiles',
  'GET /connectivityPlans',
];

/** Additional operations of later or more complete DX Core documents. */
const dxCore = [
  'POST /devices/{device}/downlinkMessages',
  // In no document: one client calls it.
  'GET /devices/{device}/downlinkMessages',
  'GET /deviceAlarms',
  'GET /deviceAlarms/{deviceAlarmRef}',
  'POST /deviceAlarms/{deviceAlarmRef}/acks',
  'GET /deviceFrameStatistics',
  'GET /deviceHealthStatistics',
  'GET /baseStationFrameStatistics',
  'GET /baseStationHealthStatistics',
  'GET /baseStationProfiles',
  'GET /baseStations',
  'POST /baseStations',
  'GET /baseStations/{baseStationRef}',
  'PUT /baseStations/{baseStationRef}',
  'DELETE /baseStations/{baseStationRef}',
  'GET /baseStationAlarms',
  'GET /baseStationAlarms/{baseStationAlarmRef}',
  'POST /baseStationAlarms/{baseStationAlarmRef}/acks',
  'GET /routes',
  'GET /routes/{routeRef}',
  'GET /routingProfiles',
  'POST /routingProfiles',
  'GET /routingProfiles/{routingProfileRef}',
  'PUT /routingProfiles/{routingProfileRef}',
  'DELETE /routingProfiles/{routingProfileRef}',
  'GET /connections',
  'POST /connections',
  'GET /connections/{connectionId}',
  'PUT /connections/{connectionId}',
  'DELETE /connections/{connectionId}',
];

/** Below /thingpark/wireless/rest/subscriptions/mine: Devices API 7.3 and the 8.x tutorial. */
const subscription = [
  'GET ',
  'GET /appServers',
  'POST /appServers',
  'GET /appServers/{appServerUid}',
  'PUT /appServers/{appServerUid}',
  'DELETE /appServers/{appServerUid}',
  'GET /appServers/{appServerUid}/security',
  'PUT /appServers/{appServerUid}/security',
  'GET /cellularNetworkContexts',
  'GET /deviceProfiles',
  'GET /networkSubscriptions',
  'GET /devices',
  'POST /devices',
  'GET /devices/counters',
  'GET /devices/frames',
  'POST /devices/tags',
  'POST /devices/domains',
  'POST /devices/import',
  'POST /devices/readOnboardingTag',
  'GET /devices/alarms',
  'POST /devices/alarms/ack',
  'GET /devices/alarms/histories',
  'GET /devices/alarms/stateDistributions',
  'GET /devices/{deviceUid}',
  'PUT /devices/{deviceUid}',
  'DELETE /devices/{deviceUid}',
  'POST /devices/{deviceUid}/admins/reset',
  'POST /devices/{deviceUid}/admins/downlink',
  'GET /devices/{deviceUid}/frames',
  'GET /devices/{deviceUid}/frames/aggregated',
  'GET /devices/{deviceUid}/batLevels',
  'GET /devices/{deviceUid}/locations',
  'GET /devices/{deviceUid}/tags',
  'POST /devices/{deviceUid}/tags',
  'DELETE /devices/{deviceUid}/tags/{tagUid}',
  'GET /devices/{deviceUid}/alarms',
  'POST /devices/{deviceUid}/alarms/ack',
  'POST /devices/{deviceUid}/alarms/{alarmUid}/ack',
  'GET /multicastGroups',
  'POST /multicastGroups',
  'GET /multicastGroups/{multicastGroupUid}',
  'PUT /multicastGroups/{multicastGroupUid}',
  'DELETE /multicastGroups/{multicastGroupUid}',
  'POST /multicastGroups/{multicastGroupUid}/admins/downlink',
];

/** Below /thingpark/wireless/rest/partners/mine: Network API 7.3. */
const partner = [
  'GET /bss',
  'GET /bss/counters',
  'GET /bss/alarms',
  'POST /bss/alarms/ack',
  'GET /bss/{bsUid}',
  'GET /bss/{bsUid}/check',
  'GET /bss/{bsUid}/admins/lastCmdStatus',
  'POST /bss/{bsUid}/admins/reboot',
  'POST /bss/{bsUid}/admins/restart',
  'POST /bss/{bsUid}/admins/updateRfRegion',
  'POST /bss/{bsUid}/admins/updateLocation',
  'POST /bss/{bsUid}/regenerateCertificate',
];

const below = (prefix: string, routes: readonly string[]): string[] => routes.map((route) => route.replace(' ', ` ${prefix}`));

const documented = [
  'POST /{realm}/protocol/openid-connect/token',
  ...dx141,
  ...dxCore,
  ...below('/thingpark/wireless/rest/subscriptions/mine', subscription),
  ...below('/thingpark/wireless/rest/partners/mine', partner),
].map(normalized);

function normalized(route: string): string {
  return route.replace(/\{\w+\}/g, '{}');
}

describe('the ThingPark catalogue', () => {
  it('contains exactly the documented ThingPark paths', () => {
    expect(dx141).toHaveLength(44);
    expect([...new Set(all.map(({ route }) => normalized(route)))].sort()).toEqual([...documented].sort());
  });

  it('has two operations for one ThingPark path only if their bodies differ', () => {
    const routes = all.map(({ api, route }) => `${api} ${normalized(route)}`);
    const twice = all.filter(({ api, route }) => routes.filter((one) => one === `${api} ${normalized(route)}`).length > 1);
    expect(twice.map(({ id }) => id)).toEqual([
      'thingpark.devices.create',
      'thingpark.cellularDevices.create',
      'thingpark.users.update',
      'thingpark.users.resetPassword',
    ]);
  });
});

describe('each ThingPark operation', () => {
  it.each(all.map((entry) => [entry.id, entry] as const))('%s has effects that fit its HTTP method', (_, entry) => {
    const [method] = entry.route.split(' ');
    // An onboarding tag is decoded by a POST.
    if (entry.id !== 'thingpark.devices.readOnboardingTag') expect(method === 'GET').toBe(entry.effects.length === 0);
    if (method === 'DELETE' && !entry.id.startsWith('thingpark.tags')) expect(entry.effects).toContain('destructive');
    if (/downlink$/.test(entry.id)) expect(entry.effects).toEqual(['disruptive']);
  });
});
