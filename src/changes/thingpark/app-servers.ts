/** Application servers, the destinations of uplinks. IoT Flow connections are in `dx-connections`. */

import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { allPages } from '../../clients/thingpark/all-pages.ts';
import { appServers } from '../../clients/thingpark/app-servers.ts';
import { defined } from '../../text/defined.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { destinations, field, joined, nothing, type Phrase, phrase, settings, stated, word } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner, type TargetState } from '../planner.ts';
import { devicesOfServers } from './dependents.ts';
import { settleDeletion, undefinedIfMissing } from './read-back.ts';

type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

const findByName = async (name: string, { connection, signal }: ReadContext) =>
  (await allPages((pageIndex) => connection.call(appServers.list, { query: { pageIndex } }, { signal }))).find((one) => one.name === name);
const read = (appServerUid: string, { connection, signal }: ReadContext) =>
  undefinedIfMissing(connection.call(appServers.read, { path: { appServerUid } }, { signal }));

/** The host of an address. The rest is omitted because an address may contain a password. */
export function hostOf(address: unknown): string {
  if (typeof address !== 'string') return 'an address that is not shown';
  return URL.canParse(address) ? sanitize(new URL(address).host || address, 60) : sanitize(address.replace(/^.*@/, ''), 60);
}

export const createAppServer = planner({
  operation: appServers.create,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, async ({ body }) => {
      const present = await findByName(body.name, at);
      const target = { device: body.name, label: quoteName(body.name), before: { present: present ? 'yes' : 'no' } };
      return present
        ? { ...target, verdict: 'refuse' as const, why: `an application server of this name is there already, ${present.ID}` }
        : { ...target, verdict: 'change' as const };
    });
    const first = inputs[0]?.body;
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.name] })),
      effect: phrase`add ${first?.type ? word('body.type') : phrase`HTTP`} destination ${first?.destinations ? destinations('body.destinations.addresses') : phrase`without an address`}${routing(first?.destinations)}, ${first?.contentType ? word('body.contentType') : phrase`xml`}${noSecurity(first?.downlinkSecurity)}; devices send to it once it is assigned to them`,
      noun: 'application server',
      effects: appServers.create.effects,
      undo: phrase`deleting it while no device sends to it`,
    };
  },
  async settle(step, at) {
    const device = step.input.body.name;
    const found = await findByName(device, at);
    return [
      found
        ? { device, outcome: 'applied', after: { ID: found.ID, state: found.state ?? 'unknown' } }
        : { device, outcome: 'pending', why: 'not there when read back' },
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});

export const updateAppServer = planner({
  operation: appServers.update,
  async inspect(inputs, at) {
    if (inputs.some(({ query }) => query?.force !== undefined))
      throw new Refusal('force: is not accepted, it would overwrite a concurrent change', 'Leave force out; nothing was sent.', 'force');
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const server = await read(input.path.appServerUid, at);
      const device = server?.ID ?? input.path.appServerUid;
      const version = server?.occContext?.version;
      const requested = input.body.occContext?.version;
      const why = !server
        ? 'there is no such application server'
        : server.type === 'KAFKA'
          ? 'it belongs to IoT Flow and can be changed only through thingpark.dxConnections.update'
          : version === undefined || version === null || (requested !== undefined && requested !== version)
            ? `it is at version ${version ?? 'unknown'}, the change was made for version ${requested ?? 'unknown'}`
            : undefined;
      const before = server
        ? {
            name: server.name ?? '',
            state: server.state ?? '',
            hosts: hostsOf(server.destinations),
            version: String(version ?? ''),
            devices: String(server.deviceCount ?? ''),
          }
        : {};
      const becomes = defined({ name: input.body.name, state: input.body.state });
      const identifiers = [device, input.path.appServerUid];
      const target = { device, label: device, identifiers, before, becomes, verdict: why ? ('refuse' as const) : ('change' as const) };
      return {
        server,
        target: why ? { ...target, why } : target,
        input: { ...input, body: { ...input.body, occContext: { version: version ?? 0 } } },
      };
    });
    const first = inputs[0]?.body;
    const changing = inspected.flatMap(({ target, server }) => (target.verdict === 'change' && server ? [server] : []));
    return {
      targets: inspected.map(({ target }) => target),
      steps: inspected.flatMap(({ target, input }) => (target.verdict === 'change' ? [{ input, targets: [target.device] }] : [])),
      effect: describeUpdate(first),
      dependents: await devicesOfServers(
        changing.map(({ ID, deviceCount }) => ({ ID, reported: deviceCount })),
        at,
      ),
      noun: 'application server',
      effects: appServers.update.effects,
      undo: phrase`setting the previous values`,
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const server = await read(step.input.path.appServerUid, at);
    const moved = (server?.occContext?.version ?? 0) > (step.input.body.occContext?.version ?? 0);
    const { name, state } = step.input.body;
    const fits = server && (name ?? server.name) === server.name && (state ?? server.state) === server.state;
    if (moved && fits)
      return [
        { device, outcome: 'applied', after: { name: server.name ?? '', state: server.state ?? '', hosts: hostsOf(server.destinations) } },
      ];
    return [{ device, outcome: 'pending', why: 'differs from the request when read back' }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** What an update sets: where uplinks go and whether they go at all in words, the rest as `name = value`. */
function describeUpdate(body: InputOf<typeof appServers.update>['body'] | undefined): Phrase {
  const { state, destinations: to } = body ?? {};
  const rest = Object.keys(body ?? {}).filter((name) => !['state', 'destinations', 'occContext'].includes(name));
  const parts = [
    ...(state === 'DEACTIVATED' ? [phrase`${stated('body.state', state, phrase`SWITCH OFF, uplinks of its devices are lost`)}`] : []),
    ...(state === 'ACTIVE' ? [phrase`${stated('body.state', state, phrase`switch on`)}`] : []),
    ...(to ? [phrase`send uplinks to ${destinations('body.destinations.addresses')}${routing(to)}`] : []),
    ...(rest.length > 0 ? [phrase`set ${settings('body', ['state', 'destinations', 'occContext'])}`] : []),
  ];
  return parts.length > 0 ? joined(parts, phrase`; `) : phrase`set nothing`;
}

/** Ports and order of destinations; all ports one after another need no words. */
function routing(to: readonly { ports: string; strategy: string }[] | undefined): Phrase {
  const usual = (to ?? []).every(({ ports, strategy }) => ports === '*' && strategy === 'SEQUENTIAL');
  if (usual)
    return phrase`${stated('body.destinations.ports', '*', nothing)}${stated('body.destinations.strategy', 'SEQUENTIAL', nothing)}`;
  return phrase` on ports ${field('body.destinations.ports')} ${word('body.destinations.strategy')}`;
}

/** No signing is the usual case and needs no words. */
function noSecurity(security: { status: string } | undefined): Phrase {
  return security?.status === 'NONE' ? phrase`${stated('body.downlinkSecurity.status', 'NONE', nothing)}` : nothing;
}

function hostsOf(destinations: readonly { addresses?: readonly string[] | null | undefined }[] | null | undefined): string {
  return destinations?.flatMap(({ addresses }) => addresses?.map(hostOf) ?? []).join(', ') || 'none';
}

const readSecurity = (appServerUid: string, { connection, signal }: ReadContext) =>
  undefinedIfMissing(connection.call(appServers.readSecurity, { path: { appServerUid } }, { signal }));

/** Sets the key that signs downlinks. Neither the new key nor the previous one can be read back. */
export const updateAppServerSecurity = planner({
  operation: appServers.updateSecurity,
  async inspect(inputs, at) {
    if (inputs.some(({ query }) => query?.force !== undefined))
      throw new Refusal('force: is not accepted, it would overwrite a concurrent change', 'Leave force out; nothing was sent.', 'force');
    const servers = await mapWithConcurrency(inputs, ({ path }) => read(path.appServerUid, at));
    const targets = await mapWithConcurrency(inputs, async ({ path, body }): Promise<TargetState> => {
      const device = path.appServerUid;
      const present = await readSecurity(device, at);
      const status = present?.downlinkSecurity?.status ?? 'NONE';
      const version = present?.occContext?.version;
      const target = {
        device,
        label: `application server ${device}`,
        before: present ? { signing: status, version: String(version) } : {},
        becomes: { signing: body.downlinkSecurity.status },
      };
      if (!present) return { ...target, verdict: 'refuse', why: 'there is no such application server' };
      if (version !== body.occContext.version)
        return {
          ...target,
          verdict: 'refuse',
          why: `it is at version ${version}, the change was made for version ${body.occContext.version}`,
        };
      const idle = status === 'NONE' && body.downlinkSecurity.status === 'NONE';
      return { ...target, verdict: idle ? 'unchanged' : 'change' };
    });
    return {
      targets,
      steps: inputs.flatMap((input, i) => (targets[i]?.verdict === 'change' ? [{ input, targets: [targets[i].device] }] : [])),
      effect:
        inputs[0]?.body.downlinkSecurity.status === 'NONE'
          ? phrase`${stated('body.downlinkSecurity.status', 'NONE', phrase`REMOVE THE SIGNING KEY`)}, anyone who knows its address can send downlinks; the key cannot be read back`
          : phrase`${stated('body.downlinkSecurity.status', 'DOWNLINK_AS_KEY', nothing)}set ${stated('body.downlinkSecurity.downlinkAsKey', undefined, phrase`the key`)} that its downlinks are signed with; downlinks signed with another key are refused from now on, the previous key cannot be read back`,
      dependents: await devicesOfServers(
        servers.flatMap((server, i) =>
          server && targets[i]?.verdict === 'change' ? [{ ID: server.ID, reported: server.deviceCount }] : [],
        ),
        at,
      ),
      noun: 'application server',
      effects: appServers.updateSecurity.effects,
    };
  },
  async settle(step, at) {
    const { occContext, downlinkSecurity } = step.input.body;
    const device = step.targets[0] ?? '';
    const present = await readSecurity(device, at);
    const signing = present?.downlinkSecurity?.status ?? 'NONE';
    const moved = (present?.occContext?.version ?? 0) > occContext.version;
    return [{ device, outcome: moved && signing === downlinkSecurity.status ? 'applied' : 'pending', after: { signing } }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

export const deleteAppServer = planner({
  operation: appServers.delete,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const server = await read(input.path.appServerUid, at);
      const device = server?.ID ?? input.path.appServerUid;
      const users = server?.deviceCount ?? 0;
      const before = server
        ? { name: server.name ?? '', type: server.type ?? '', hosts: hostsOf(server.destinations), devices: String(users) }
        : {};
      const why = !server
        ? 'there is no such application server'
        : server.type === 'KAFKA'
          ? 'it belongs to IoT Flow and can be deleted only through thingpark.dxConnections.delete'
          : users > 0
            ? `${users} devices still send to it`
            : undefined;
      const identifiers = [device, input.path.appServerUid];
      const target = { device, label: device, identifiers, before, verdict: why ? ('refuse' as const) : ('change' as const) };
      return { input, target: why ? { ...target, why } : target };
    });
    return {
      targets: inspected.map(({ target }) => target),
      steps: inspected.flatMap(({ input, target }) => (target.verdict === 'change' ? [{ input, targets: [target.device] }] : [])),
      effect: phrase`DELETE; its downlink key cannot be read back`,
      noun: 'application server',
      effects: appServers.delete.effects,
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const found = await read(step.input.path.appServerUid, at);
    return [settleDeletion(found, device)];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
