/** The planners: one for every changing operation that we know how to judge; the rest count as touching the whole connection. */

import type { AnyEndpoint } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { operationOf } from '../clients/index.ts';
import { changeProducts } from './iotx/products.ts';
import type { AnyPlanner } from './planner.ts';
import { ackAlarms, ackBaseStationAlarms, ackDeviceAlarms, ackDxAlarm, ackOneAlarm } from './thingpark/alarms.ts';
import { createAppServer, deleteAppServer, updateAppServer } from './thingpark/app-servers.ts';
import { changeRfRegion, placeStation, rebootStation, restartStation } from './thingpark/base-stations.ts';
import { createCellularDevice } from './thingpark/cellular-devices.ts';
import { deleteDevice, resetDevice } from './thingpark/device-delete.ts';
import { updateDevice } from './thingpark/device-update.ts';
import { createDevice } from './thingpark/devices.ts';
import { sendDownlink, sendDxDownlink } from './thingpark/downlinks.ts';
import { createFlow, deleteFlow, updateFlow } from './thingpark/dx-connections.ts';
import { createDxDevice, deleteDxDevice, updateDxDevice } from './thingpark/dx-devices.ts';
import { createGroup, deleteGroup, sendToGroup } from './thingpark/multicast-groups.ts';
import { cancelOrder, createOrder } from './thingpark/orders.ts';
import { createSubscriber, createUser, deleteSubscriber } from './thingpark/parties.ts';
import { addTag, changeDomains, tagDevices } from './thingpark/tags.ts';
import { activateSims, deactivateSims, restoreSims, suspendSims } from './thingspace/devices.ts';
import { wholeConnection } from './whole-connection.ts';

export const planners: readonly AnyPlanner[] = [
  createDevice,
  updateDevice,
  deleteDevice,
  resetDevice,
  sendDownlink,
  sendDxDownlink,
  createCellularDevice,
  createAppServer,
  updateAppServer,
  deleteAppServer,
  createFlow,
  updateFlow,
  deleteFlow,
  createGroup,
  deleteGroup,
  sendToGroup,
  addTag,
  tagDevices,
  changeDomains,
  createDxDevice,
  updateDxDevice,
  deleteDxDevice,
  rebootStation,
  restartStation,
  changeRfRegion,
  placeStation,
  createSubscriber,
  deleteSubscriber,
  createUser,
  ackAlarms,
  ackOneAlarm,
  ackDeviceAlarms,
  ackBaseStationAlarms,
  ackDxAlarm,
  createOrder,
  cancelOrder,
  activateSims,
  suspendSims,
  restoreSims,
  deactivateSims,
  changeProducts,
];

const byOperation = new Map<string, AnyPlanner>(planners.map((one) => [one.operation.id, one]));

/** The planner of an operation, by entry or id. */
export function plannerOf(operation: AnyEndpoint | string): AnyPlanner {
  const id = typeof operation === 'string' ? operation : operation.id;
  const own = byOperation.get(id);
  if (own) return own;
  const entry = typeof operation === 'string' ? operationOf(id) : operation;
  if (!entry) throw new Refusal(`there is no operation ${id}`, 'search_operations finds the right one.', 'operation');
  return wholeConnection(entry);
}

/** Whether an operation changes credentials in a way that no tool ever runs. */
export function isNeverRun(operation: AnyEndpoint): boolean {
  return operation.effects.includes('session') && plannerOf(operation).givesAccess !== true;
}
