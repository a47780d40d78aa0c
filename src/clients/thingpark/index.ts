import { accessCodes } from './access-codes.ts';
import { alarms } from './alarms.ts';
import { appServers } from './app-servers.ts';
import { applications } from './applications.ts';
import { baseStationAlarms } from './base-station-alarms.ts';
import { baseStations } from './base-stations.ts';
import { batLevels } from './bat-levels.ts';
import { cellularDevices } from './cellular-devices.ts';
import { cellularNetworkContexts } from './cellular-network-contexts.ts';
import { deviceProfiles } from './device-profiles.ts';
import { devices } from './devices.ts';
import { domains } from './domains.ts';
import { dxBaseStationAlarms } from './dx-base-station-alarms.ts';
import { dxBaseStations } from './dx-base-stations.ts';
import { dxConnections } from './dx-connections.ts';
import { dxConnectivityPlans } from './dx-connectivity-plans.ts';
import { dxDeviceAlarms } from './dx-device-alarms.ts';
import { dxDeviceProfiles } from './dx-device-profiles.ts';
import { dxDevices } from './dx-devices.ts';
import { dxRoutes } from './dx-routes.ts';
import { dxRoutingProfiles } from './dx-routing-profiles.ts';
import { dxStatistics } from './dx-statistics.ts';
import { frames } from './frames.ts';
import { locations } from './locations.ts';
import { multicastGroups } from './multicast-groups.ts';
import { networkSubscriptions } from './network-subscriptions.ts';
import { offers } from './offers.ts';
import { orders } from './orders.ts';
import { profiles } from './profiles.ts';
import { subscribers } from './subscribers.ts';
import { subscription } from './subscription.ts';
import { suppliers } from './suppliers.ts';
import { tags } from './tags.ts';
import { tokens } from './tokens.ts';
import { users } from './users.ts';
import { vendors } from './vendors.ts';

/** All known ThingPark operations by noun. */
export const thingpark = {
  tokens,
  subscription,
  devices,
  cellularDevices,
  deviceProfiles,
  appServers,
  networkSubscriptions,
  cellularNetworkContexts,
  frames,
  batLevels,
  locations,
  alarms,
  tags,
  domains,
  multicastGroups,
  baseStations,
  baseStationAlarms,
  dxDevices,
  dxDeviceProfiles,
  dxConnectivityPlans,
  dxDeviceAlarms,
  dxStatistics,
  dxBaseStations,
  dxBaseStationAlarms,
  dxRoutes,
  dxRoutingProfiles,
  dxConnections,
  profiles,
  suppliers,
  vendors,
  subscribers,
  users,
  offers,
  orders,
  applications,
  accessCodes,
};
