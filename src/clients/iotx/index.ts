import { actions } from './actions.ts';
import { alerts } from './alerts.ts';
import { analytics } from './analytics.ts';
import { apn } from './apn.ts';
import { products } from './products.ts';
import { provisioning } from './provisioning.ts';
import { session } from './session.ts';
import { stockOrders } from './stock-orders.ts';
import { subscribers } from './subscribers.ts';
import { tags } from './tags.ts';

/** All known iot-x operations by noun. */
export const iotx = { session, subscribers, products, provisioning, analytics, apn, actions, stockOrders, alerts, tags };
