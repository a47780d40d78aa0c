import type { AnyTool } from '../define.ts';
import { activateSim } from './activate-sim.ts';
import { changeServicePlan } from './change-service-plan.ts';
import { deactivateSim } from './deactivate-sim.ts';
import { diagnoseSim } from './diagnose-sim.ts';
import { getBilledUsage } from './get-billed-usage.ts';
import { getConnectionHistory } from './get-connection-history.ts';
import { getUsage } from './get-usage.ts';
import { listGroups } from './list-groups.ts';
import { listReachability } from './list-reachability.ts';
import { listServicePlans } from './list-service-plans.ts';
import { listSms } from './list-sms.ts';
import { moveSims } from './move-sims.ts';
import { restoreSim } from './restore-sim.ts';
import { saveGroup } from './save-group.ts';
import { sendNidd } from './send-nidd.ts';
import { sendSms } from './send-sms.ts';
import { setLabels } from './set-labels.ts';
import { setUsageTrigger } from './set-usage-trigger.ts';
import { suspendSim } from './suspend-sim.ts';
import { swapSim } from './swap-sim.ts';
import { switchProfile } from './switch-profile.ts';
import { takeSms } from './take-sms.ts';
import { watchReachability } from './watch-reachability.ts';

/** In the order that a client sees. */
export const thingspaceTools: readonly AnyTool[] = [
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
];
