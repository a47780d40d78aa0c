import type { AnyTool } from '../define.ts';
import { getSubscriberSessions } from './get-subscriber-sessions.ts';
import { listStockOrders } from './list-stock-orders.ts';
import { listSubscriberProducts } from './list-subscriber-products.ts';
import { provisionSubscriber } from './provision-subscriber.ts';
import { toggleProduct } from './toggle-product.ts';

/** In the order that a client sees. */
export const iotxTools: readonly AnyTool[] = [
  toggleProduct,
  listSubscriberProducts,
  provisionSubscriber,
  getSubscriberSessions,
  listStockOrders,
];
