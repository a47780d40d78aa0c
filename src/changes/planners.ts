/** The planners of all providers; an operation without one counts as touching the whole connection. */
import type { Catalogue } from '../clients/catalogue.ts';
import type { AnyEndpoint } from '../clients/http/endpoint.ts';
import { Refusal } from '../clients/http/errors.ts';
import type { AnyPlanner } from './planner.ts';
import { wholeConnectionPlanner } from './whole-connection.ts';

export interface Planners {
  all: readonly AnyPlanner[];
  /** The planner of an operation, by entry or id. */
  plannerOf(operation: AnyEndpoint | string): AnyPlanner;
  /** Whether an operation changes credentials in a way that no tool ever runs. */
  isNeverRun(operation: AnyEndpoint): boolean;
}

export function makePlanners(all: readonly AnyPlanner[], { operationOf }: Pick<Catalogue, 'operationOf'>): Planners {
  const byOperation = new Map<string, AnyPlanner>(all.map((one) => [one.operation.id, one]));
  const plannerOf: Planners['plannerOf'] = (operation) => {
    const id = typeof operation === 'string' ? operation : operation.id;
    const own = byOperation.get(id);
    if (own) return own;
    const entry = typeof operation === 'string' ? operationOf(id) : operation;
    if (!entry) throw new Refusal(`there is no operation ${id}`, 'search_operations finds the right one.', 'operation');
    return wholeConnectionPlanner(entry);
  };
  return {
    all,
    plannerOf,
    isNeverRun: (operation) => operation.effects.includes('session') && plannerOf(operation).givesAccess !== true,
  };
}
