import type { AnyPlanner } from '../planner.ts';
import { moveSims } from './accounts.ts';
import { activateSims } from './activation.ts';
import { registerListener, removeListener } from './callbacks.ts';
import { setContactInfo, setCostCenter, setCustomFields } from './details.ts';
import { deactivateSims, restoreSims, suspendSims } from './devices.ts';
import { downloadGlobalProfile, resumeEuiccs, resumeGlobalProfiles, suspendEuiccs, suspendGlobalProfiles } from './global-profiles.ts';
import { createGroup, removeGroup, updateGroup } from './groups.ts';
import { changeHardware, swapDevices } from './hardware.ts';
import { setLabels } from './labels.ts';
import { sendNidd } from './nidd.ts';
import { changePlan } from './plans.ts';
import {
  activateAndEnable,
  activateProfiles,
  deactivateProfiles,
  disableProfile,
  downloadProfile,
  enableProfile,
  removeProfile,
  renewActivationCode,
  setFallback,
  storeProfile,
} from './profiles.ts';
import { updatePromoTrigger } from './promo-triggers.ts';
import { startMonitors, stopMonitors } from './reachability.ts';
import { sendSms, startSmsCallbacks, takeSms } from './sms.ts';
import { moveToState } from './states.ts';
import { addSims, deleteSims, uploadAndActivate, uploadDevices } from './stock.ts';
import { createTrigger, removeTrigger, updateTrigger } from './triggers.ts';

/** The planners of all ThingSpace changes. */
export const thingspacePlanners: readonly AnyPlanner[] = [
  moveSims,
  registerListener,
  removeListener,
  setContactInfo,
  setCostCenter,
  setCustomFields,
  activateSims,
  deactivateSims,
  restoreSims,
  suspendSims,
  createGroup,
  removeGroup,
  updateGroup,
  changeHardware,
  swapDevices,
  setLabels,
  sendNidd,
  changePlan,
  activateAndEnable,
  activateProfiles,
  deactivateProfiles,
  disableProfile,
  downloadProfile,
  enableProfile,
  removeProfile,
  setFallback,
  storeProfile,
  startMonitors,
  stopMonitors,
  sendSms,
  startSmsCallbacks,
  takeSms,
  moveToState,
  addSims,
  deleteSims,
  createTrigger,
  removeTrigger,
  updateTrigger,
  updatePromoTrigger,
  downloadGlobalProfile,
  suspendGlobalProfiles,
  resumeGlobalProfiles,
  suspendEuiccs,
  resumeEuiccs,
  renewActivationCode,
  uploadDevices,
  uploadAndActivate,
];
