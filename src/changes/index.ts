/** The planners: one for every changing operation that we know how to judge; the rest count as touching the whole connection. */

import type { AnyEndpoint } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import { operationOf } from '../clients/index.ts';
import { iotxPlanners } from './iotx/index.ts';
import type { AnyPlanner } from './planner.ts';
import { thingparkPlanners } from './thingpark/index.ts';
import { thingspacePlanners } from './thingspace/index.ts';
import { wholeConnection } from './whole-connection.ts';

export const planners: readonly AnyPlanner[] = [...thingparkPlanners, ...thingspacePlanners, ...iotxPlanners];

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
