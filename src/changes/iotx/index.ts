import type { AnyPlanner } from '../planner.ts';
import { runAction } from './actions.ts';
import { createAlert, updateAlert } from './alerts.ts';
import { changeProducts } from './products.ts';
import { provisionStock } from './provisioning.ts';
import { orderStock } from './stock-orders.ts';
import { addTag, removeTag } from './tags.ts';

/** The planners of all iot-x changes. */
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
