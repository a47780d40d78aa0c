import type { AnyPlanner } from '../planner.ts';
import { runAction } from './actions.ts';
import { createAlert, updateAlert } from './alerts.ts';
import { changeProducts } from './products.ts';
import { provisionStock } from './provisioning.ts';
import { orderStock } from './stock-orders.ts';
import { addTag, removeTag } from './tags.ts';

/** Every iot-x change that we know how to judge. */
export const iotxPlanners: readonly AnyPlanner[] = [
  runAction,
  createAlert,
  updateAlert,
  changeProducts,
  provisionStock,
  orderStock,
  addTag,
  removeTag,
];
