/** DX Core routing profiles. PUT merges, `routes` as a whole; `default` only becomes true. Keys are stored and never returned. */
import type { dxRoutingProfiles as contracts } from '../../clients/thingpark/dx-routing-profiles.ts';
import { sandboxThingpark } from '../../clients/thingpark/sandbox-account.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { dxRefusal, findRecord, nextRef, removeRecord } from './dx-records.ts';
import { numberField } from './oss-request.ts';
import type { ProfileRoute, RoutingProfile } from './state.ts';

const serializeProfile = ({ routes, ...profile }: RoutingProfile) => ({
  ...profile,
  routes: routes.map(({ asKey: _, ...route }) => route),
});

function parseRoute(value: unknown): ProfileRoute {
  const sent = asObject(value);
  const addresses = Array.isArray(sent['addresses']) ? sent['addresses'].flatMap((one) => asText(one) ?? []) : [];
  const strategy = asText(sent['strategy']) ?? 'SEQUENTIAL';
  const contentType = asText(sent['contentType']) ?? 'XML';
  if (addresses.length === 0) throw dxRefusal(400, 'routes.addresses: at least one address is expected');
  if (strategy !== 'SEQUENTIAL' && strategy !== 'BLAST') throw dxRefusal(400, 'routes.strategy: SEQUENTIAL or BLAST is expected');
  if (contentType !== 'XML' && contentType !== 'JSON') throw dxRefusal(400, 'routes.contentType: XML or JSON is expected');
  const [asId, asKey, maxDeviation] = [asText(sent['asId']), asText(sent['asKey']), numberField(sent, 'maxDeviation')];
  return {
    sourcePorts: asText(sent['sourcePorts']) ?? '*',
    strategy,
    contentType,
    addresses,
    ...(asId === undefined ? {} : { asId }),
    ...(asKey === undefined ? {} : { asKey }),
    ...(maxDeviation === undefined ? {} : { maxDeviation }),
  };
}

function parseRoutes(value: unknown): ProfileRoute[] {
  if (!Array.isArray(value) || value.length === 0) throw dxRefusal(400, 'routes: a list of routes is expected');
  return value.map(parseRoute);
}

function makeDefault({ thingpark }: World, profile: RoutingProfile): void {
  for (const one of thingpark.routingProfiles) one.default = one === profile;
}

export const dxRoutingProfiles: Handlers<typeof contracts> = {
  list({ world, query }) {
    const id = query.get('routingProfileId');
    return { status: 200, body: world.thingpark.routingProfiles.filter((one) => id === null || one.id === id).map(serializeProfile) };
  },
  read: ({ world, path }) => ({
    status: 200,
    body: serializeProfile(findRecord(world.thingpark.routingProfiles, path.routingProfileRef, 'Routing profile')),
  }),
  create({ world, body }) {
    const { routingProfiles } = world.thingpark;
    const sent = asObject(body);
    const name = asText(sent['name']);
    if (!name) throw dxRefusal(400, 'name is required');
    const ref = nextRef(routingProfiles);
    const id = `TWA_${sandboxThingpark.subscriber}.${ref}`;
    const profile: RoutingProfile = { ref, id, name, default: false, routes: parseRoutes(sent['routes']) };
    routingProfiles.push(profile);
    if (sent['default'] === true) makeDefault(world, profile);
    return { status: 201, body: serializeProfile(profile), headers: { location: `/routingProfiles/${ref}` } };
  },
  update({ world, path, body }) {
    const profile = findRecord(world.thingpark.routingProfiles, path.routingProfileRef, 'Routing profile');
    const sent = asObject(body);
    if (sent['routes'] !== undefined) profile.routes = parseRoutes(sent['routes']);
    profile.name = asText(sent['name']) ?? profile.name;
    if (sent['default'] === true) makeDefault(world, profile);
    return { status: 200, body: serializeProfile(profile) };
  },
  /** The default profile, and one that devices use, is refused: a sandbox choice. */
  delete({ world, path }) {
    const { routingProfiles, devices } = world.thingpark;
    const profile = findRecord(routingProfiles, path.routingProfileRef, 'Routing profile');
    if (profile.default) throw dxRefusal(400, 'the default routing profile cannot be deleted');
    if ([...devices.values()].some(({ routingProfile }) => routingProfile === profile.id))
      throw dxRefusal(400, `routing profile ${profile.id} is in use`);
    removeRecord(routingProfiles, profile.ref, 'Routing profile');
    return { status: 204 };
  },
};
