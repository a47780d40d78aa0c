/** The tool surface, in the order a client sees it. */
import { applyChange } from './changes/apply-change.ts';
import { cancelChange } from './changes/cancel-change.ts';
import { getChange } from './changes/get-change.ts';
import { getPolicy } from './changes/get-policy.ts';
import { listChanges } from './changes/list-changes.ts';
import { resumeChange } from './changes/resume-change.ts';
import { undoChange } from './changes/undo-change.ts';
import type { AnyTool } from './define.ts';
import { findDevice } from './fleet/find-device.ts';
import { getDevice } from './fleet/get-device.ts';
import { getTrafficHistory } from './fleet/get-traffic-history.ts';
import { listDevices } from './fleet/list-devices.ts';
import { getSubscriberSessions } from './iotx/get-subscriber-sessions.ts';
import { listStockOrders } from './iotx/list-stock-orders.ts';
import { listSubscriberProducts } from './iotx/list-subscriber-products.ts';
import { provisionSubscriber } from './iotx/provision-subscriber.ts';
import { toggleProduct } from './iotx/toggle-product.ts';
import { changeOperation } from './operations/change-operation.ts';
import { readOperation } from './operations/read-operation.ts';
import { searchOperations } from './operations/search-operations.ts';
import { acknowledgeAlarms } from './thingpark/acknowledge-alarms.ts';
import { addAppServer } from './thingpark/add-app-server.ts';
import { addCellularDevice } from './thingpark/add-cellular-device.ts';
import { addLorawanDevice } from './thingpark/add-lorawan-device.ts';
import { addMulticastGroup } from './thingpark/add-multicast-group.ts';
import { addSubscriber } from './thingpark/add-subscriber.ts';
import { cancelOrder } from './thingpark/cancel-order.ts';
import { createOrder } from './thingpark/create-order.ts';
import { deleteDevice } from './thingpark/delete-device.ts';
import { getGateway } from './thingpark/get-gateway.ts';
import { inviteUser } from './thingpark/invite-user.ts';
import { listAlarms } from './thingpark/list-alarms.ts';
import { listAppServers } from './thingpark/list-app-servers.ts';
import { listGateways } from './thingpark/list-gateways.ts';
import { listModels } from './thingpark/list-models.ts';
import { listOffers } from './thingpark/list-offers.ts';
import { listOrders } from './thingpark/list-orders.ts';
import { listPlans } from './thingpark/list-plans.ts';
import { listSubscribers } from './thingpark/list-subscribers.ts';
import { listUsers } from './thingpark/list-users.ts';
import { moveDevicesToPlan } from './thingpark/move-devices-to-plan.ts';
import { resumeDevice } from './thingpark/resume-device.ts';
import { sendDownlink } from './thingpark/send-downlink.ts';
import { suspendDevice } from './thingpark/suspend-device.ts';
import { updateDevice } from './thingpark/update-device.ts';
import { activateSim } from './thingspace/activate-sim.ts';
import { changeServicePlan } from './thingspace/change-service-plan.ts';
import { deactivateSim } from './thingspace/deactivate-sim.ts';
import { diagnoseSim } from './thingspace/diagnose-sim.ts';
import { getBilledUsage } from './thingspace/get-billed-usage.ts';
import { getConnectionHistory } from './thingspace/get-connection-history.ts';
import { getUsage } from './thingspace/get-usage.ts';
import { listGroups } from './thingspace/list-groups.ts';
import { listReachability } from './thingspace/list-reachability.ts';
import { listServicePlans } from './thingspace/list-service-plans.ts';
import { listSms } from './thingspace/list-sms.ts';
import { moveSims } from './thingspace/move-sims.ts';
import { restoreSim } from './thingspace/restore-sim.ts';
import { saveGroup } from './thingspace/save-group.ts';
import { sendNidd } from './thingspace/send-nidd.ts';
import { sendSms } from './thingspace/send-sms.ts';
import { setLabels } from './thingspace/set-labels.ts';
import { setUsageTrigger } from './thingspace/set-usage-trigger.ts';
import { suspendSim } from './thingspace/suspend-sim.ts';
import { swapSim } from './thingspace/swap-sim.ts';
import { switchProfile } from './thingspace/switch-profile.ts';
import { takeSms } from './thingspace/take-sms.ts';
import { watchReachability } from './thingspace/watch-reachability.ts';

export const tools: readonly AnyTool[] = [
  listDevices,
  findDevice,
  getDevice,
  getTrafficHistory,
  addLorawanDevice,
  updateDevice,
  suspendDevice,
  resumeDevice,
  deleteDevice,
  sendDownlink,
  moveDevicesToPlan,
  listPlans,
  listAlarms,
  acknowledgeAlarms,
  listGateways,
  getGateway,
  createOrder,
  listOrders,
  listOffers,
  addCellularDevice,
  listModels,
  listAppServers,
  addAppServer,
  addMulticastGroup,
  cancelOrder,
  listSubscribers,
  addSubscriber,
  listUsers,
  inviteUser,
  activateSim,
  suspendSim,
  restoreSim,
  deactivateSim,
  listServicePlans,
  changeServicePlan,
  getUsage,
  getConnectionHistory,
  diagnoseSim,
  sendSms,
  listSms,
  listGroups,
  takeSms,
  saveGroup,
  moveSims,
  swapSim,
  switchProfile,
  setLabels,
  watchReachability,
  listReachability,
  sendNidd,
  setUsageTrigger,
  getBilledUsage,
  toggleProduct,
  listSubscriberProducts,
  provisionSubscriber,
  getSubscriberSessions,
  listStockOrders,
  applyChange,
  getChange,
  listChanges,
  getPolicy,
  resumeChange,
  cancelChange,
  undoChange,
  searchOperations,
  readOperation,
  changeOperation,
];
