import type { AnyTool } from '../define.ts';
import { acknowledgeAlarms } from './acknowledge-alarms.ts';
import { addAppServer } from './add-app-server.ts';
import { addCellularDevice } from './add-cellular-device.ts';
import { addLorawanDevice } from './add-lorawan-device.ts';
import { addMulticastGroup } from './add-multicast-group.ts';
import { addSubscriber } from './add-subscriber.ts';
import { cancelOrder } from './cancel-order.ts';
import { createOrder } from './create-order.ts';
import { deleteDevice } from './delete-device.ts';
import { getGateway } from './get-gateway.ts';
import { inviteUser } from './invite-user.ts';
import { listAlarms } from './list-alarms.ts';
import { listAppServers } from './list-app-servers.ts';
import { listGateways } from './list-gateways.ts';
import { listModels } from './list-models.ts';
import { listOffers } from './list-offers.ts';
import { listOrders } from './list-orders.ts';
import { listPlans } from './list-plans.ts';
import { listSubscribers } from './list-subscribers.ts';
import { listUsers } from './list-users.ts';
import { moveDevicesToPlan } from './move-devices-to-plan.ts';
import { resumeDevice } from './resume-device.ts';
import { sendDownlink } from './send-downlink.ts';
import { suspendDevice } from './suspend-device.ts';
import { updateDevice } from './update-device.ts';

/** In the order that a client sees. */
export const thingparkTools: readonly AnyTool[] = [
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
];
