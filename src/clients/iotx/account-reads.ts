/** What `doctor` reads from an iot-x account. An access key has a permission for each kind of object. */
import type { AccountRead } from '../connect.ts';
import { stockOrders } from './stock-orders.ts';
import { subscribers } from './subscribers.ts';

export const iotxAccountReads = (): AccountRead[] => [
  { login: '', what: 'subscribers', entry: subscribers.list, input: { query: { limit: 1, offset: 0 } } },
  { login: '', what: 'stock orders', entry: stockOrders.list, input: {}, optional: true },
];
