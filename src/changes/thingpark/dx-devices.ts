/** Devices through DX Core, which has no optimistic lock and silently ignores members it cannot change, so every value is read back. */
import type { z } from 'zod';
import type { Effect, InputOf } from '../../clients/http/endpoint.ts';
import { deviceUpdateEffects } from '../../clients/thingpark/device-effects.ts';
import { type DxDevice, dxDevices } from '../../clients/thingpark/dx-devices.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { field, fixed, joined, nothing, type Phrase, phrase, settings, stated, word } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner } from '../planner.ts';
import { factText } from './fact-text.ts';
import { implausibleValues } from './implausible.ts';
import { dxPolicyAttributesOf } from './policy-attributes.ts';
import { type MemberFact, readMember, settleDeletion, settleMembers, undefinedIfMissing } from './read-back.ts';
import { reversedEuiWarnings } from './reversed-eui.ts';

type Body = InputOf<typeof dxDevices.update>['body'];
type Read = z.output<ReturnType<typeof DxDevice>>;
type ReadContext = Pick<PlannerContext, 'connection' | 'signal'>;

/** The value `reset` takes a member away. */
const text = (value: unknown): string => factText(value === 'reset' ? undefined : value);

const members = [
  'name',
  'connectivityPlanId',
  'routingProfileId',
  'processingStrategyId',
  'deviceProfileId',
  'applicationEUI',
  'routeRefs',
  'geoLatitude',
  'geoLongitude',
  'domains',
] as const satisfies (keyof Body)[];

/** The members that the body sets, each with its requested and its present value. */
function requestedMembers(body: Body, device: Read): MemberFact[] {
  return members.flatMap((name) =>
    body[name] === undefined
      ? []
      : [{ name, requested: normal(name, body[name]), ...readMember(device, name, (value) => normal(name, value)) }],
  );
}

function normal(name: (typeof members)[number], value: unknown): string {
  if (name === 'routeRefs' && Array.isArray(value)) return value.map(String).sort().join(' ') || 'none';
  return name === 'applicationEUI' ? text(value).toUpperCase().replace('NONE', 'none') : text(value);
}

const read = (deviceRef: string, { connection, signal }: ReadContext) =>
  undefinedIfMissing(connection.call(dxDevices.read, { path: { deviceRef } }, { signal }));

export const updateDxDevice = planner({
  operation: dxDevices.update,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => {
      const device = await read(input.path.deviceRef, at);
      const name = device?.EUI ?? input.path.deviceRef;
      const all = device ? requestedMembers(input.body, device) : [];
      const before = Object.fromEntries(all.map((one) => [one.name, one.present]));
      const becomes = Object.fromEntries(all.map((one) => [one.name, one.requested]));
      const target = { device: name, label: name, identifiers: [name, input.path.deviceRef], before, becomes };
      if (!device) return { input, target: { ...target, verdict: 'refuse' as const, why: 'there is no such device' } };
      const differs = all.some(({ requested, present }) => requested !== present);
      return {
        input,
        target: { ...target, verdict: differs ? ('change' as const) : ('unchanged' as const), ...dxPolicyAttributesOf(device) },
      };
    });
    const changing = inspected.filter(({ target }) => target.verdict === 'change');
    const effects: Effect[] = [...new Set(changing.flatMap(({ input }) => deviceUpdateEffects(input.body)))];
    return {
      targets: inspected.map(({ target }) => target),
      steps: changing.map(({ input, target }) => ({ input, targets: [target.device] })),
      effect: describe(inputs[0]?.body ?? {}),
      noun: 'device',
      effects: effects.length > 0 ? effects : dxDevices.update.effects,
      undo: phrase`setting the previous values`,
      warnings: inputs.some(({ body }) => body.connectivityPlanId === 'reset')
        ? [warning('plan-removed', phrase`without a plan the device is suspended and its traffic stops`)]
        : [],
    };
  },
  async settle(step, at) {
    const target = step.targets[0] ?? '';
    const device = await read(step.input.path.deviceRef, at);
    if (!device) return [{ device: target, outcome: 'pending', why: 'not there when read back' }];
    const cause = 'DX silently ignores what it cannot change';
    return [settleMembers(target, requestedMembers(step.input.body, device), { isAccepted: step.answered, cause })];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** What the body sets, in capitals what it takes away. */
function describe(body: Body): Phrase {
  const removed = members.filter((name) => body[name] === 'reset');
  const set = Object.keys(body).length > removed.length ? [phrase`set ${settings('body', removed)}`] : [];
  return joined([...removed.map((name) => phrase`${stated(`body.${name}`, 'reset', phrase`take away its ${fixed(name)}`)}`), ...set]);
}

/** What is added, as the parts of a sentence. */
function addedParts(body: InputOf<typeof dxDevices.create>['body'] | undefined): Phrase[] {
  const { activationType, name, connectivityPlanId, applicationEUI, networkAddress, applicationKey, networkSessionKey } = body ?? {};
  return [
    phrase`add ${activationType ? phrase`${word('body.activationType')} ` : nothing}device${name ? phrase` ${field('body.name')}` : nothing}`,
    phrase`model ${field('body.deviceProfileId', 60)}`,
    connectivityPlanId ? phrase`plan ${field('body.connectivityPlanId')}` : phrase`the first plan with a free licence`,
    ...(applicationEUI ? [phrase`JoinEUI ${field('body.applicationEUI')}`] : []),
    ...(networkAddress ? [phrase`DevAddr ${field('body.networkAddress')}`] : []),
    ...(applicationKey ? [phrase`${stated('body.applicationKey', undefined, phrase`its AppKey`)}`] : []),
    ...(networkSessionKey ? [phrase`${stated('body.networkSessionKey', undefined, phrase`its NwkSKey`)}`] : []),
  ];
}

export const createDxDevice = planner({
  operation: dxDevices.create,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, async ({ body }) => {
      const EUI = body.EUI.toUpperCase();
      const present = await byEui(EUI, at);
      const target = { device: EUI, label: EUI, before: { present: present ? 'yes' : 'no' } };
      return present
        ? { ...target, verdict: 'refuse' as const, why: `already there as ${quoteName(present.name ?? '')}` }
        : { ...target, verdict: 'change' as const, name: body.name, plan: body.connectivityPlanId };
    });
    const reversed = await reversedEuiWarnings(
      targets.flatMap(({ device, verdict }) => (verdict === 'change' ? [device] : [])),
      (EUI) => byEui(EUI, at),
    );
    const first = inputs[0]?.body;
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.EUI.toUpperCase()] })),
      effect: joined(addedParts(first)),
      noun: 'LoRaWAN device',
      effects: dxDevices.create.effects,
      cost: phrase`Takes a plan licence, cost unknown`,
      undo: phrase`deleting it, with its history`,
      warnings: [
        ...inputs.flatMap(({ body }) =>
          implausibleValues({
            devEui: body.EUI,
            joinEui: body.applicationEUI,
            devAddr: body.networkAddress,
            keys: { applicationKey: body.applicationKey, networkSessionKey: body.networkSessionKey },
          }),
        ),
        ...reversed,
      ],
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const found = await byEui(device, at);
    return [
      found
        ? { device, outcome: 'applied', after: { present: 'yes', ref: found.ref ?? 'unknown' } }
        : { device, outcome: 'pending', why: 'not there when read back' },
    ];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

async function byEui(deviceEUI: string, { connection, signal }: ReadContext): Promise<Read | undefined> {
  const found = await connection.call(dxDevices.list, { query: { deviceEUI } }, { signal });
  return found.find(({ EUI }) => EUI.toUpperCase() === deviceEUI);
}

export const deleteDxDevice = planner({
  operation: dxDevices.delete,
  async inspect(inputs, at) {
    const inspected = await mapWithConcurrency(inputs, async (input) => ({ input, device: await read(input.path.deviceRef, at) }));
    const snapshotMembers = [...members, 'activationType', 'networkAddress', 'motionIndicator', 'administrativeInfo'] as const;
    return {
      targets: inspected.map(({ input, device }) => {
        const name = device?.EUI ?? input.path.deviceRef;
        if (!device) return { device: name, label: name, before: {}, verdict: 'refuse' as const, why: 'there is no such device' };
        const before = Object.fromEntries(
          snapshotMembers.flatMap((member) => {
            const value = device[member];
            return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
              ? []
              : [[member, sanitize(text(value), 400)]];
          }),
        );
        return {
          device: name,
          label: name,
          identifiers: [name, input.path.deviceRef],
          before,
          verdict: 'change' as const,
          ...dxPolicyAttributesOf(device),
        };
      }),
      steps: inspected.flatMap(({ input, device }) => (device ? [{ input, targets: [device.EUI] }] : [])),
      effect: phrase`DELETE for good with frames, history and alarms; keys cannot be read back, a copy of the rest is kept`,
      noun: 'device',
      effects: dxDevices.delete.effects,
    };
  },
  async settle(step, at) {
    const device = step.targets[0] ?? '';
    const found = await read(step.input.path.deviceRef, at);
    return [settleDeletion(found, device)];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});
