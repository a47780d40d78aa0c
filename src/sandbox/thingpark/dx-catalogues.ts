/** Read-only DX Core resources: device profiles, connectivity plans, routes, routing profiles and base stations. */
import type { dxBaseStations as stationsContracts } from '../../clients/thingpark/dx-base-stations.ts';
import type { dxConnectivityPlans as plansContracts } from '../../clients/thingpark/dx-connectivity-plans.ts';
import type { dxDeviceProfiles as profilesContracts } from '../../clients/thingpark/dx-device-profiles.ts';
import type { dxRoutes as routesContracts } from '../../clients/thingpark/dx-routes.ts';
import type { dxRoutingProfiles as routingContracts } from '../../clients/thingpark/dx-routing-profiles.ts';
import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import { asObject, type Handlers } from '../handler.ts';
import { stationHealth } from './base-stations.ts';
import { dxRefusal, findRecord } from './dx-records.ts';
import { booleanParam } from './oss-request.ts';
import { dxPage } from './pages.ts';
import type { AppServer, BaseStation } from './state.ts';

export const dxDeviceProfiles: Handlers<typeof profilesContracts> = {
  list: ({ world }) => ({
    status: 200,
    body: world.thingpark.models
      .filter(({ connectivity }) => connectivity === 'LORAWAN')
      .map(({ ID, commercialName, typeMAC }) => ({ id: ID, name: commercialName, typeMAC })),
  }),
};

export const dxConnectivityPlans: Handlers<typeof plansContracts> = {
  list: ({ world }) => ({
    status: 200,
    body: world.thingpark.plans
      .filter(({ connectivity }) => connectivity === 'LORAWAN')
      .map(({ ID, uid, commercialName, granted, used }) => ({
        id: ID,
        ref: uid,
        name: commercialName,
        grantedConnections: granted,
        usedConnections: used,
        communicationType: 'UNICAST',
      })),
  }),
};

function serializeRoute({ uid, name, ID, contentType, destinations, security }: AppServer) {
  const [url] = (asObject(destinations[0])['addresses'] as string[] | undefined) ?? [];
  return {
    ref: uid,
    name,
    asId: ID,
    connectorClass: 'HttpConnector',
    contentType: contentType.toUpperCase(),
    connectorProperties: { applicationServerURL: url ?? null, ...(security.asID ? { downlinkAsId: security.asID } : {}) },
  };
}

export const dxRoutes: Handlers<typeof routesContracts> = {
  list({ world, query }) {
    const servers = world.thingpark.appServers.filter(({ type }) => type === 'HTTP');
    return { status: 200, body: dxPage(query, servers).map(serializeRoute) };
  },
  read({ world, path }) {
    const server = world.thingpark.appServers.find(({ type, uid }) => type === 'HTTP' && uid === path.routeRef);
    if (!server) throw dxRefusal(404, `Route ${path.routeRef} not found`);
    return { status: 200, body: serializeRoute(server) };
  },
};

const routingProfiles = [
  {
    ref: '1',
    id: `TWA_${sandboxThingpark.subscriber}.1`,
    name: 'Default',
    default: true,
    routes: [
      { sourcePorts: '*', strategy: 'SEQUENTIAL', contentType: 'JSON', addresses: ['https://dashboard.example/uplinks'], maxDeviation: 60 },
    ],
  },
];

export const dxRoutingProfiles: Handlers<typeof routingContracts> = {
  list({ query }) {
    const id = query.get('routingProfileId');
    return { status: 200, body: routingProfiles.filter((one) => id === null || one.id === id) };
  },
  read: ({ path }) => ({ status: 200, body: findRecord(routingProfiles, path.routingProfileRef, 'Routing profile') }),
};

const serializeStation = (one: BaseStation, statistics: boolean) => ({
  ref: one.uid,
  id: one.lrrID,
  uuid: one.lrrUUID,
  name: one.name,
  baseStationProfileId: one.model,
  administrationState: 'ACTIVE',
  geoLatitude: one.lat,
  geoLongitude: one.lon,
  rfRegionId: one.rfRegionID,
  ...(statistics ? { statistics: { healthState: stationHealth(one), connectionState: one.connected ? 'CNX' : 'DISC' } } : {}),
});

export const dxBaseStations: Handlers<typeof stationsContracts> = {
  list({ world, query }) {
    const id = query.get('baseStationId');
    const health = query.get('healthState');
    const connection = query.get('connectionState');
    const found = world.thingpark.baseStations.filter(
      (one) =>
        (id === null || one.lrrID === id) &&
        (health === null || stationHealth(one) === health) &&
        (connection === null || (one.connected ? 'CNX' : 'DISC') === connection),
    );
    return { status: 200, body: dxPage(query, found).map((one) => serializeStation(one, booleanParam(query, 'statistics'))) };
  },
  read({ world, path }) {
    const one = world.thingpark.baseStations.find(({ uid }) => uid === path.baseStationRef);
    if (!one) throw dxRefusal(404, `Base station ${path.baseStationRef} not found`);
    return { status: 200, body: serializeStation(one, true) };
  },
};
