/** Fields of a device body that create and update requests validate in the same way. */
import { asObject, asText } from '../handler.ts';
import { degreesField, numberField, ossRefusal } from './oss-request.ts';
import type { ConnectivityPlan, Domain, ThingparkWorld } from './state.ts';

/** Finds a connectivity plan with a free licence. Refuses an unknown, unsuitable or used-up plan; undefined when `id` is. */
export function findFreePlan(tp: ThingparkWorld, id: string | undefined, connectivity: string): ConnectivityPlan | undefined {
  const plan = tp.plans.find((one) => one.ID === id);
  if (id !== undefined && (!plan || plan.connectivity !== connectivity)) throw ossRefusal(400, 400, `unknown connectivity plan ${id}`);
  if (plan && plan.used >= plan.granted) throw ossRefusal(409, 409, `no licence left on connectivity plan ${plan.ID}`);
  return plan;
}

/** Validates a list of application servers and returns their IDs. */
export function parseAppServers(tp: ThingparkWorld, value: unknown): string[] {
  const servers = (Array.isArray(value) ? value : []).map((one) => asText(asObject(one)['ID']) ?? '');
  for (const ID of servers) if (!tp.appServers.some((one) => one.ID === ID)) throw ossRefusal(400, 400, `unknown application server ${ID}`);
  return servers;
}

/** Fields that are stored as sent and returned unchanged. */
const passThroughNames = ['adminLat', 'adminLon', 'customerAdminData', 'motionIndicator', 'markerID', 'alarm004', 'driverMetadata'];

/** Picks the fields of a body that are stored as sent. A text in place of a number is refused. */
export function pickPassThroughFields(sent: Record<string, unknown>): Record<string, unknown> {
  degreesField(sent, 'adminLat', 90);
  degreesField(sent, 'adminLon', 180);
  numberField(sent, 'markerID');
  return Object.fromEntries(passThroughNames.filter((name) => sent[name] !== undefined).map((name) => [name, sent[name]]));
}

/** Validates a list of domains; a domain name has at most five levels. */
export function parseDomains(value: unknown): Domain[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw ossRefusal(400, 400, 'domains: a list is expected');
  return value.map((one) => {
    const name = asText(asObject(one)['name']);
    const group = asText(asObject(asObject(one)['group'])['name']);
    if (!name || !group || name.split('/').length > 5) throw ossRefusal(400, 400, 'domain: name and group.name are expected');
    return { name, group: { name: group } };
  });
}
