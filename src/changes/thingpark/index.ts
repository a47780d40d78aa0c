import type { AnyPlanner } from '../planner.ts';
import { ackAlarms, ackBaseStationAlarms, ackDeviceAlarms, ackDxAlarm, ackDxBaseStationAlarm, ackOneAlarm } from './alarms.ts';
import { createAppServer, deleteAppServer, updateAppServer, updateAppServerSecurity } from './app-servers.ts';
import { changeRfRegion, rebootStation, restartStation, setStationLocation } from './base-stations.ts';
import { createCellularDevice } from './cellular-devices.ts';
import { deleteDevice, resetDevice } from './device-delete.ts';
import { importFile } from './device-import.ts';
import { updateDevice } from './device-update.ts';
import { createDevice } from './devices.ts';
import { sendDownlink, sendDxDownlink } from './downlinks.ts';
import {
  createOffer,
  deleteOffer,
  deleteSupplier,
  deleteVendor,
  updateOffer,
  updateSubscriber,
  updateSupplier,
  updateUser,
  updateVendor,
} from './dx-admin.ts';
import { createDxBaseStation, deleteDxBaseStation, updateDxBaseStation } from './dx-base-stations.ts';
import { createDxConnection, deleteDxConnection, updateDxConnection } from './dx-connections.ts';
import { createDxDevice, deleteDxDevice, updateDxDevice } from './dx-devices.ts';
import { createRoutingProfile, deleteRoutingProfile, updateRoutingProfile } from './dx-routing-profiles.ts';
import { createGroup, deleteGroup, sendMulticastDownlink, updateGroup } from './multicast-groups.ts';
import { cancelOrder, createOrder } from './orders.ts';
import { createSubscriber, createSupplier, createUser, createVendor, deleteSubscriber } from './parties.ts';
import { addTag, changeDomains, removeTag, tagDevices } from './tags.ts';

/** The planners of all ThingPark changes. */
export const thingparkPlanners: readonly AnyPlanner[] = [
  ackAlarms,
  ackBaseStationAlarms,
  ackDeviceAlarms,
  ackDxAlarm,
  ackDxBaseStationAlarm,
  ackOneAlarm,
  createAppServer,
  deleteAppServer,
  updateAppServerSecurity,
  updateAppServer,
  changeRfRegion,
  setStationLocation,
  rebootStation,
  restartStation,
  createCellularDevice,
  deleteDevice,
  resetDevice,
  importFile,
  updateDevice,
  createDevice,
  sendDownlink,
  sendDxDownlink,
  createDxBaseStation,
  deleteDxBaseStation,
  updateDxBaseStation,
  createRoutingProfile,
  deleteRoutingProfile,
  updateRoutingProfile,
  createDxConnection,
  deleteDxConnection,
  updateDxConnection,
  createDxDevice,
  deleteDxDevice,
  updateDxDevice,
  createGroup,
  deleteGroup,
  sendMulticastDownlink,
  updateGroup,
  cancelOrder,
  createOrder,
  createSubscriber,
  createSupplier,
  createUser,
  createVendor,
  deleteSubscriber,
  createOffer,
  deleteOffer,
  deleteSupplier,
  deleteVendor,
  updateOffer,
  updateSubscriber,
  updateSupplier,
  updateUser,
  updateVendor,
  removeTag,
  addTag,
  changeDomains,
  tagDevices,
];
