import type { Connection } from '../../clients/connect.ts';
import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { appServers } from '../../clients/thingpark/app-servers.ts';
import { deviceProfiles } from '../../clients/thingpark/device-profiles.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { networkSubscriptions } from '../../clients/thingpark/network-subscriptions.ts';
import { isUnknownDevice } from '../../fleet/thingpark.ts';
import { quoted } from '../../text/fence.ts';
import { nearest } from '../../vocabulary.ts';
import { type At, planner } from '../planner.ts';

type CreateInput = InputOf<typeof devices.create>;

/** Adding a device: it must not be there yet; model, plan and application servers must be. */
export const createDevice = planner({
  operation: devices.create,
  async look(inputs, at) {
    const seen = await Promise.all(inputs.map((input) => lookAt(input, at)));
    const first = inputs[0]?.body;
    const plan = first?.networkSubscription?.ID;
    const warnings = inputs.flatMap(({ query, body }) => [
      ...(query?.networkSubscriptionsHandlingMode === 'ADVANCED' && !body.networkSubscription?.ID
        ? [`${body.EUI} starts suspended: no connectivity plan is given`]
        : []),
      ...(body.activation === 'OTAA' && !body.appKey
        ? [`${body.EUI}: no AppKey is given, so its join server is an external one for good`]
        : []),
    ]);
    return {
      targets: seen,
      steps: inputs.map((input) => ({ input, targets: [input.body.EUI] })),
      effect:
        `add ${first?.activation ?? ''} device${first?.name ? ` ${quoted(first.name)}` : ''}, model ${first?.model.ID ?? ''}${plan ? `, plan ${plan}` : ''}`.replace(
          '  ',
          ' ',
        ),
      noun: first?.connectivity === 'CELLULAR' ? 'cellular device' : 'LoRaWAN device',
      effects: devices.create.effects,
      cost: 'Takes a plan licence, cost unknown',
      undo: 'deleting it again, which takes its history along',
      warnings,
    };
  },
  async settle(step, { connection }) {
    const EUI = step.input.body.EUI;
    const there = await readDevice(connection, EUI);
    if (!there) return [{ device: EUI, outcome: 'pending', why: 'not there when read back' }];
    const after = {
      present: 'yes',
      health: there.healthState ?? 'unknown',
      ...(there.networkSubscription?.ID ? { plan: there.networkSubscription.ID } : {}),
    };
    return [{ device: EUI, outcome: 'applied', after }];
  },
  patience: { ms: 120_000, silence: 'failed' },
});

async function readDevice(connection: Connection, EUI: string, signal?: AbortSignal) {
  try {
    return await connection.call(devices.read, { path: { deviceUid: `e${EUI}` } }, { signal });
  } catch (error) {
    if (isUnknownDevice(error)) return undefined;
    throw error;
  }
}

async function lookAt({ query, body }: CreateInput, { connection, signal }: At) {
  const present = await readDevice(connection, body.EUI, signal);
  const label = body.EUI;
  const before = { present: present ? 'yes' : 'no' };
  if (present)
    return { device: body.EUI, label, before, verdict: 'refuse' as const, why: `already there as ${quoted(present.name ?? '')}` };
  await check(connection, body, query?.networkSubscriptionsHandlingMode, signal);
  return { device: body.EUI, label, before, verdict: 'change' as const };
}

/** Refuses what the provider would refuse, with the names that exist. */
async function check(connection: Connection, body: CreateInput['body'], mode: string | undefined, signal?: AbortSignal): Promise<void> {
  const { call } = connection;
  const models = (await call(deviceProfiles.list, { query: {} }, { signal })).briefs;
  const model = models.find((one) => one.ID === body.model.ID);
  if (!model)
    throw missing(
      'model',
      body.model.ID,
      models.map((one) => one.ID),
    );
  const connectivity = body.connectivity ?? 'LORAWAN';
  if (model.connectivity && model.connectivity !== connectivity)
    throw new Refusal(`model: ${model.ID} is a ${model.connectivity} model`, 'Take a LORAWAN model.', 'model');
  const planId = mode === 'ADVANCED' ? body.networkSubscription?.ID : undefined;
  if (planId) {
    const plans = (await call(networkSubscriptions.list, { query: {} }, { signal })).briefs.filter(
      (one) => !one.connectivity || one.connectivity === connectivity,
    );
    const plan = plans.find((one) => one.ID === planId);
    if (!plan)
      throw missing(
        'connectivityPlan',
        planId,
        plans.map((one) => one.ID),
      );
    if ((plan.granted ?? Number.POSITIVE_INFINITY) <= (plan.used ?? 0)) {
      throw new Refusal(
        `connectivityPlan: ${planId} has no licence left (${plan.used} of ${plan.granted} used)`,
        'Choose another plan or order more licences; nothing was sent.',
        'connectivityPlan',
      );
    }
  }
  if (body.appServers?.length) {
    const servers = (await call(appServers.list, { query: {} }, { signal })).briefs;
    for (const { ID } of body.appServers)
      if (!servers.some((one) => one.ID === ID))
        throw missing(
          'appServers',
          ID,
          servers.map((one) => one.ID),
        );
  }
}

function missing(field: string, value: string, known: string[]): Refusal {
  const near = nearest(value, known);
  return new Refusal(
    `${field}: there is no ${quoted(value)}${near ? `, nearest is ${near}` : ''}`,
    `Nothing was sent. There are: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ` and ${known.length - 10} more` : ''}.`,
    field,
  );
}
