/** Routing profiles of DX Core. Keys of routes cannot be read back, so a change of a key alone is known only from its answer. */
import type { z } from 'zod';
import type { InputOf } from '../../clients/http/endpoint.ts';
import { dxRoutingProfiles, type RoutingProfile, routingEffects } from '../../clients/thingpark/dx-routing-profiles.ts';
import { defined } from '../../text/defined.ts';
import { quoteName } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { destinations, field, joined, type Phrase, phrase, stated, word } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type Inverse, type PlannerContext, planner, type TargetState } from '../planner.ts';
import { hostOf } from './app-servers.ts';
import { devicesOfRoutingProfiles, unknownDevices } from './dependents.ts';
import { factText } from './fact-text.ts';
import { settleDeletion, undefinedIfMissing } from './read-back.ts';

type Body = InputOf<typeof dxRoutingProfiles.update>['body'];
type Read = z.output<ReturnType<typeof RoutingProfile>>;
type Routes = Read['routes'] | Body['routes'];
type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

const noun = 'routing profile';

const list = ({ connection, signal }: ReadContext) => connection.call(dxRoutingProfiles.list, { query: {} }, { signal });
const read = (routingProfileRef: string, { connection, signal }: ReadContext) =>
  undefinedIfMissing(connection.call(dxRoutingProfiles.read, { path: { routingProfileRef } }, { signal }));

/** The routes without keys and with the defaults filled in, for comparing. */
const comparable = (routes: Routes): string =>
  JSON.stringify(
    (routes ?? []).map(({ sourcePorts, strategy, contentType, addresses, asId, maxDeviation }) => ({
      sourcePorts: sourcePorts ?? '*',
      strategy: strategy ?? 'SEQUENTIAL',
      contentType: contentType ?? 'XML',
      addresses: addresses ?? [],
      ...(asId ? { asId } : {}),
      ...(maxDeviation === undefined || maxDeviation === null ? {} : { maxDeviation }),
    })),
  );

const holdsKey = (routes: Routes): boolean => (routes ?? []).some((route) => Boolean(route['asId'] ?? route['asKey']));
const mayHoldCredentials = (address: string): boolean => !URL.canParse(address) || /[?@]/.test(address);

/** Routes as they can be set again: undefined where a key belongs to them, or an address may hold credentials. */
function restorableRoutes(routes: Routes): string | undefined {
  if (!routes || routes.length === 0 || holdsKey(routes)) return undefined;
  return routes.some(({ addresses }) => addresses?.some(mayHoldCredentials)) ? undefined : comparable(routes);
}

const hostsOf = (routes: Routes): string =>
  (routes ?? [])
    .map(({ sourcePorts, addresses }) => `port ${sourcePorts ?? '*'} to ${(addresses ?? []).map(hostOf).join(', ')}`)
    .join('; ') || 'none';

const factsOf = ({ name, default: isDefault, routes }: Read): Record<string, string> => ({
  name: factText(name),
  default: factText(isDefault),
  routes: restorableRoutes(routes) ?? hostsOf(routes),
});

const identifiersOf = (ref: string, profile: Read | undefined): string[] => [
  ...new Set([profile?.id, profile?.ref, ref].filter((one) => typeof one === 'string')),
];

/** Which devices use the default profile is stated nowhere. */
const defaultDevicesUnknown = warning('default-devices-unknown', phrase`how many devices send to the default profile is not known`);

/** What a body makes of the facts of a profile. */
const becomesOf = ({ name, default: isDefault, routes }: Body): Record<string, string> =>
  defined({
    name,
    default: isDefault === undefined ? undefined : factText(isDefault),
    routes: routes && (restorableRoutes(routes) ?? hostsOf(routes)),
  });

/** Ports, addresses and signing of the routes of a body; all ports one after another need no words. */
function routesText(routes: Body['routes']): Phrase {
  const allPorts = routes?.every(({ sourcePorts }) => sourcePorts === '*');
  const inOrder = routes?.every(({ strategy }) => strategy === 'SEQUENTIAL');
  const has = (name: 'contentType' | 'asId' | 'maxDeviation'): boolean => routes?.some((route) => route[name] !== undefined) ?? false;
  return joined(
    [
      phrase`${allPorts ? stated('body.routes.sourcePorts', '*', phrase`every port`) : phrase`port ${field('body.routes.sourcePorts')}`} to ${destinations('body.routes.addresses')}${inOrder ? stated('body.routes.strategy', 'SEQUENTIAL', phrase` in order`) : phrase` ${word('body.routes.strategy')}`}`,
      ...(has('contentType') ? [word('body.routes.contentType')] : []),
      ...(has('asId') ? [phrase`signed as ${field('body.routes.asId')}`] : []),
      ...(setsKey({ routes }) ? [stated('body.routes.asKey', undefined, phrase`with its key`)] : []),
      ...(has('maxDeviation') ? [phrase`${field('body.routes.maxDeviation')} s deviation`] : []),
    ],
    phrase`, `,
  );
}

/** Whether a read shows all that the body asks for, apart from keys. */
const fits = (body: Body, profile: Read): boolean =>
  (body.name === undefined || body.name === profile.name) &&
  (body.default === undefined || profile.default === true) &&
  (body.routes === undefined || comparable(body.routes) === comparable(profile.routes));

function setsKey({ routes }: Body): boolean {
  return routes?.some(({ asKey }) => asKey !== undefined) ?? false;
}

export const createRoutingProfile = planner({
  operation: dxRoutingProfiles.create,
  async inspect(inputs, at) {
    const all = await list(at);
    const targets = inputs.map(({ body }): TargetState => {
      const present = all.find(({ name }) => name === body.name);
      const target = {
        device: body.name,
        label: quoteName(body.name),
        before: { present: present ? 'yes' : 'no' },
      };
      return present
        ? {
            ...target,
            verdict: 'refuse',
            why: `a routing profile of this name is there already, ${present.id ?? present.ref ?? 'unknown'}`,
          }
        : { ...target, verdict: 'change' };
    });
    const first = inputs[0]?.body;
    const takesOver = inputs.some(({ body }) => body.default === true);
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.name] })),
      effect: phrase`add routing profile, ${routesText(first?.routes)}; ${takesOver ? stated('body.default', true, phrase`it becomes the DEFAULT, and devices of the default profile send to it at once`) : stated('body.default', false, phrase`devices send to it once it is assigned to them`)}`,
      noun,
      effects: takesOver ? dxRoutingProfiles.create.effects : ['write'],
      ...(takesOver
        ? { warnings: [defaultDevicesUnknown], dependents: unknownDevices }
        : { undo: phrase`deleting it while no device uses it` }),
    };
  },
  async settle(step, at) {
    const device = step.input.body.name;
    const found = (await list(at)).find(({ name }) => name === device);
    if (!found) return [{ device, outcome: 'pending', why: 'not there when read back' }];
    return [{ device, outcome: 'applied', after: { present: 'yes', ref: found.ref ?? 'unknown', id: found.id ?? 'unknown' } }];
  },
  inverse({ input }, done) {
    const ref = done[0]?.after?.['ref'];
    if (ref === undefined || ref === 'unknown' || input.body.default === true) return undefined;
    return { operation: dxRoutingProfiles.delete, inputs: [{ path: { routingProfileRef: ref } }] };
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});

export const updateRoutingProfile = planner({
  operation: dxRoutingProfiles.update,
  async inspect(inputs, at) {
    const all = await list(at);
    const inspected = await mapWithConcurrency(inputs, async (input): Promise<{ input: typeof input; target: TargetState }> => {
      const profile = await read(input.path.routingProfileRef, at);
      const device = profile?.id ?? input.path.routingProfileRef;
      const target = {
        device,
        label: device,
        identifiers: identifiersOf(input.path.routingProfileRef, profile),
        becomes: becomesOf(input.body),
      };
      if (!profile)
        return { input, target: { ...target, before: {}, verdict: 'refuse' as const, why: 'there is no such routing profile' } };
      const former = input.body.default ? { 'default profile': all.find((one) => one.default)?.ref ?? 'unknown' } : {};
      const idle = fits(input.body, profile) && !setsKey(input.body);
      return {
        input,
        target: { ...target, before: { ...factsOf(profile), ...former }, verdict: idle ? ('unchanged' as const) : ('change' as const) },
      };
    });
    const changing = inspected.filter(({ target }) => target.verdict === 'change');
    const rerouted = changing.filter(({ input }) => input.body.routes);
    const touchesDefault =
      changing.some(({ input }) => input.body.default) || rerouted.some(({ target }) => target.before['default'] === 'true');
    const behind = await devicesOfRoutingProfiles(
      rerouted.map(({ target }) => target.device),
      at,
    );
    const restorable = changing.every(({ input, target }) => restoring(input, target.before) !== undefined);
    const effects = [...new Set(changing.flatMap(({ input }) => routingEffects(input.body)))];
    return {
      targets: inspected.map(({ target }) => target),
      steps: changing.map(({ input, target }) => ({ input, targets: [target.device] })),
      effect: phrase`set ${describe(inputs[0]?.body ?? {})}`,
      dependents: touchesDefault ? { ...(behind.dependents ?? unknownDevices), atLeast: true } : behind.dependents,
      noun,
      effects: effects.length > 0 ? effects : dxRoutingProfiles.update.effects,
      ...(restorable ? { undo: phrase`setting the previous values` } : {}),
      warnings: [
        ...(rerouted.some(({ target }) => !target.before['routes']?.startsWith('['))
          ? [warning('previous-not-kept', phrase`the previous routes may hold keys or credentials, which are not kept`)]
          : []),
        ...behind.warnings,
        ...(touchesDefault ? [defaultDevicesUnknown] : []),
      ],
    };
  },
  async settle(step, at) {
    const { path, body } = step.input;
    const device = step.targets[0] ?? '';
    const profile = await read(path.routingProfileRef, at);
    if (!profile) return [{ device, outcome: 'pending', why: 'not there when read back' }];
    const after = factsOf(profile);
    if (!fits(body, profile))
      return [
        step.answered
          ? { device, outcome: 'failed', after, why: 'accepted, but it differs from the request when read back' }
          : { device, outcome: 'pending', after, why: 'differs from the request when read back' },
      ];
    return !step.answered && setsKey(body)
      ? [{ device, outcome: 'pending', after, why: 'its key cannot be read back' }]
      : [{ device, outcome: 'applied', after }];
  },
  inverse({ input }, done) {
    return done[0] && restoring(input, done[0].before);
  },
  settleTimeout: { ms: 120_000, onTimeout: 'unknown' },
});

function describe({ name, default: isDefault, routes }: Body): Phrase {
  const parts = [
    ...(name === undefined ? [] : [phrase`name ${field('body.name')}`]),
    ...(routes ? [phrase`ALL its routes: ${routesText(routes)}; its devices send there from now on`] : []),
    ...(isDefault ? [stated('body.default', true, phrase`it as the DEFAULT instead of the present one`)] : []),
  ];
  return parts.length > 0 ? joined(parts) : phrase`nothing`;
}

/** The operation that restores what an update changed; undefined where a part cannot be set again. */
function restoring(
  { path, body }: InputOf<typeof dxRoutingProfiles.update>,
  before: Readonly<Record<string, string>>,
): Inverse | undefined {
  const { name, default: isDefault, routes } = body;
  if (isDefault) {
    const former = before['default profile'];
    if (former === undefined || former === 'unknown' || name !== undefined || routes) return undefined;
    return { operation: dxRoutingProfiles.update, inputs: [{ path: { routingProfileRef: former }, body: { default: true } }] };
  }
  const [oldName, oldRoutes] = [before['name'] ?? 'none', before['routes'] ?? 'none'];
  if ((name !== undefined && oldName === 'none') || (routes && !oldRoutes.startsWith('['))) return undefined;
  const back = { ...(name === undefined ? {} : { name: oldName }), ...(routes ? { routes: JSON.parse(oldRoutes) as unknown } : {}) };
  return { operation: dxRoutingProfiles.update, inputs: [{ path, body: back }] };
}

export const deleteRoutingProfile = planner({
  operation: dxRoutingProfiles.delete,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => ({ input, profile: await read(input.path.routingProfileRef, at) }));
    const behind = await devicesOfRoutingProfiles(
      inspected.flatMap(({ profile }) => profile?.id ?? []),
      at,
    );
    return {
      targets: inspected.map(({ input, profile }): TargetState => {
        const device = profile?.id ?? input.path.routingProfileRef;
        const target = { device, label: device, identifiers: identifiersOf(input.path.routingProfileRef, profile) };
        return profile
          ? { ...target, before: factsOf(profile), verdict: 'change' }
          : { ...target, before: {}, verdict: 'refuse', why: 'there is no such routing profile' };
      }),
      steps: inspected.flatMap(({ input, profile }) => (profile ? [{ input, targets: [profile.id ?? input.path.routingProfileRef] }] : [])),
      effect: phrase`DELETE; what happens to devices that use it is not known, its keys cannot be read back`,
      dependents: inspected.some(({ profile }) => profile?.default)
        ? { ...(behind.dependents ?? unknownDevices), atLeast: true }
        : behind.dependents,
      warnings: [...behind.warnings, ...(inspected.some(({ profile }) => profile?.default) ? [defaultDevicesUnknown] : [])],
      noun,
      effects: dxRoutingProfiles.delete.effects,
    };
  },
  async settle(step, at) {
    return [settleDeletion(await read(step.input.path.routingProfileRef, at), step.targets[0] ?? '')];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
