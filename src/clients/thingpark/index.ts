import { appServers } from './app-servers.ts';
import { deviceProfiles } from './device-profiles.ts';
import { devices } from './devices.ts';
import { networkSubscriptions } from './network-subscriptions.ts';
import { offers } from './offers.ts';
import { orders } from './orders.ts';
import { tokens } from './tokens.ts';

/** Every ThingPark operation we know, by noun. */
export const thingpark = { tokens, devices, deviceProfiles, appServers, networkSubscriptions, offers, orders };
