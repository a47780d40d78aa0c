/** The planners: one for every changing operation that we know how to judge; the rest count as touching the whole connection. */

import type { AnyEndpoint } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { operationOf } from '../clients/index.ts';
import { runAction } from './iotx/actions.ts';
import { createAlert, updateAlert } from './iotx/alerts.ts';
import { changeProducts } from './iotx/products.ts';
import { provisionStock } from './iotx/provisioning.ts';
import { orderStock } from './iotx/stock-orders.ts';
import { addTag, removeTag } from './iotx/tags.ts';
import type { AnyPlanner } from './planner.ts';
import { createDevice } from './thingpark/devices.ts';
import { cancelOrder, createOrder } from './thingpark/orders.ts';
import { moveSims } from './thingspace/accounts.ts';
import { registerListener, removeListener } from './thingspace/callbacks.ts';
import { setContactInfo, setCostCenter, setCustomFields } from './thingspace/details.ts';
import { activateSims, deactivateSims, restoreSims, suspendSims } from './thingspace/devices.ts';
import { createGroup, removeGroup, updateGroup } from './thingspace/groups.ts';
import { changeHardware, swapDevices } from './thingspace/hardware.ts';
import { setLabels } from './thingspace/labels.ts';
import { sendNidd } from './thingspace/nidd.ts';
import { changePlan } from './thingspace/plans.ts';
import {
  activateAndEnable,
  activateProfiles,
  deactivateProfiles,
  disableProfile,
  downloadProfile,
  enableProfile,
  removeProfile,
  setFallback,
} from './thingspace/profiles.ts';
import { startMonitors, stopMonitors } from './thingspace/reachability.ts';
import { sendSms, startSmsCallbacks, takeSms } from './thingspace/sms.ts';
import { goToState } from './thingspace/states.ts';
import { addSims, deleteSims } from './thingspace/stock.ts';
import { createTrigger, removeTrigger, updateTrigger } from './thingspace/triggers.ts';
import { wholeConnection } from './whole-connection.ts';

export const planners: readonly AnyPlanner[] = [
  createDevice,
  createOrder,
  cancelOrder,
  activateSims,
  suspendSims,
  restoreSims,
  deactivateSims,
  changePlan,
  addSims,
  deleteSims,
  moveSims,
  setCustomFields,
  setCostCenter,
  setContactInfo,
  changeHardware,
  swapDevices,
  goToState,
  createGroup,
  updateGroup,
  removeGroup,
  setLabels,
  sendSms,
  takeSms,
  startSmsCallbacks,
  sendNidd,
  startMonitors,
  stopMonitors,
  registerListener,
  removeListener,
  createTrigger,
  updateTrigger,
  removeTrigger,
  activateProfiles,
  activateAndEnable,
  deactivateProfiles,
  setFallback,
  downloadProfile,
  enableProfile,
  disableProfile,
  removeProfile,
  changeProducts,
  provisionStock,
  runAction,
  orderStock,
  createAlert,
  updateAlert,
  addTag,
  removeTag,
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
