import { accounts } from './accounts.ts';
import { devices } from './devices.ts';
import { plans } from './plans.ts';
import { session } from './session.ts';
import { tokens } from './tokens.ts';
import { usage } from './usage.ts';

/** Every ThingSpace operation we know, by noun. */
export const thingspace = { tokens, session, accounts, plans, devices, usage };
