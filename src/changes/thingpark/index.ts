import type { AnyPlanner } from '../planner.ts';
import { ackAlarms, ackBaseStationAlarms, ackDeviceAlarms, ackDxAlarm, ackOneAlarm } from './alarms.ts';
import { createAppServer, deleteAppServer, secureAppServer, updateAppServer } from './app-servers.ts';
import { changeRfRegion, placeStation, rebootStation, restartStation } from './base-stations.ts';
import { createCellularDevice } from './cellular-devices.ts';
import { deleteDevice, resetDevice } from './device-delete.ts';
import { importFile } from './device-import.ts';
import { updateDevice } from './device-update.ts';
import { createDevice } from './devices.ts';
import { sendDownlink, sendDxDownlink } from './downlinks.ts';
import { createFlow, deleteFlow, updateFlow } from './dx-connections.ts';
import { createDxDevice, deleteDxDevice, updateDxDevice } from './dx-devices.ts';
import { createGroup, deleteGroup, sendToGroup, updateGroup } from './multicast-groups.ts';
import { cancelOrder, createOrder } from './orders.ts';
import { createSubscriber, createSupplier, createUser, createVendor, deleteSubscriber } from './parties.ts';
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
} from './registers.ts';
import { addTag, changeDomains, removeTag, tagDevices } from './tags.ts';

/** The planners of all ThingPark changes. */
export const thingparkPlanners: readonly AnyPlanner[] = [
  ackAlarms,
  ackBaseStationAlarms,
  ackDeviceAlarms,
  ackDxAlarm,
  ackOneAlarm,
  createAppServer,
  deleteAppServer,
  secureAppServer,
  updateAppServer,
  changeRfRegion,
  placeStation,
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
  createFlow,
  deleteFlow,
  updateFlow,
  createDxDevice,
  deleteDxDevice,
  updateDxDevice,
  createGroup,
  deleteGroup,
  sendToGroup,
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
