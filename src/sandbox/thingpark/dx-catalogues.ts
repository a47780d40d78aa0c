/** Read-only DX Core resources: device profiles, connectivity plans and routes. */
import type { dxConnectivityPlans as plansContracts } from '../../clients/thingpark/dx-connectivity-plans.ts';
import type { dxDeviceProfiles as profilesContracts } from '../../clients/thingpark/dx-device-profiles.ts';
import type { dxRoutes as routesContracts } from '../../clients/thingpark/dx-routes.ts';
import { asObject, type Handlers } from '../handler.ts';
import { dxRefusal } from './dx-records.ts';
import { dxPage } from './pages.ts';
import type { AppServer } from './state.ts';

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
