import { accounts } from './accounts.ts';
import { callbacks } from './callbacks.ts';
import { details } from './details.ts';
import { devices } from './devices.ts';
import { diagnostics } from './diagnostics.ts';
import { events } from './events.ts';
import { globalDevices } from './global-devices.ts';
import { globalProfiles } from './global-profiles.ts';
import { groups } from './groups.ts';
import { hardware } from './hardware.ts';
import { labels } from './labels.ts';
import { leads } from './leads.ts';
import { nidd } from './nidd.ts';
import { orders } from './orders.ts';
import { plans } from './plans.ts';
import { profiles } from './profiles.ts';
import { promoTriggers } from './promo-triggers.ts';
import { reachability } from './reachability.ts';
import { session } from './session.ts';
import { sms } from './sms.ts';
import { states } from './states.ts';
import { stock } from './stock.ts';
import { tokens } from './tokens.ts';
import { triggers } from './triggers.ts';
import { usage } from './usage.ts';

/** All known ThingSpace operations by noun. */
export const thingspace = {
  tokens,
  session,
  accounts,
  plans,
  leads,
  devices,
  stock,
  details,
  hardware,
  states,
  orders,
  diagnostics,
  usage,
  events,
  groups,
  labels,
  sms,
  nidd,
  reachability,
  callbacks,
  triggers,
  promoTriggers,
  profiles,
  globalProfiles,
  globalDevices,
};
