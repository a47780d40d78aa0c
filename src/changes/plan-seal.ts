/** The seal over everything in a plan that must not change before it is sent. */
import type { AnyInput } from '../clients/http/endpoint.ts';
import type { Change } from '../store/change.ts';
import type { Draft } from './draft.ts';
import type { Plan } from './planner.ts';

export interface PlanSeal {
  /** The seal of a plan: an HMAC over what the person was shown and what the rules were evaluated on. */
  sealOf(change: Draft, plan: Pick<Plan<AnyInput>, 'steps' | 'targets'>): Promise<string>;
  /** Whether one of the keys has sealed this plan. */
  isSealed(change: Draft & Pick<Change, 'seal'>, plan: Pick<Plan<AnyInput>, 'steps' | 'targets'>): Promise<boolean>;
}
