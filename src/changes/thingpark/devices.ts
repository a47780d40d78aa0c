import type { Connection } from '../../clients/connect.ts';
import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { isLorawan11 } from '../../clients/thingpark/device-profiles.ts';
import { devices } from '../../clients/thingpark/devices.ts';
import { isUnknownDevice } from '../../fleet/thingpark.ts';
import { quoteName } from '../../text/sanitize.ts';
import { warning } from '../document/approval-document.ts';
import { field, joined, nothing, type Phrase, phrase, quoted, stated, word } from '../document/phrase.ts';
import { type PlannerContext, planner } from '../planner.ts';
import { checkAppServers, checkConnectivityPlan, modelOf } from './catalogue.ts';
import { implausibleValues, type LorawanValues } from './implausible.ts';
import { reversedEuiWarnings } from './reversed-eui.ts';

type CreateInput = InputOf<typeof devices.create>;

/** Adds a device. It must not exist yet; its model, plan and application servers must. */
export const createDevice = planner({
  operation: devices.create,
  async inspect(inputs, at) {
    const targets = await Promise.all(inputs.map((input) => inspect(input, at)));
    const servers = inputs.flatMap(({ body }, i) => (targets[i]?.verdict === 'change' ? (body.appServers ?? []) : []));
    const serverWarnings = await checkAppServers(
      servers.map(({ ID }) => ID),
      at,
    );
    const added = inputs.filter(({ body }, i) => targets[i]?.verdict === 'change' && body.connectivity !== 'CELLULAR');
    const reversed = await reversedEuiWarnings(
      added.map(({ body }) => body.EUI),
      (EUI) => readDevice(at.connection, EUI, at.signal),
    );
    const first = inputs[0]?.body;
    const warnings = inputs.flatMap(({ query, body }) => [
      ...(body.connectivity === 'CELLULAR' ? [] : implausibleValues(valuesOf(body))),
      ...(query?.networkSubscriptionsHandlingMode === 'ADVANCED' && !body.networkSubscription?.ID
        ? [warning('starts-suspended', phrase`${quoted(body.EUI)} starts suspended: no connectivity plan is given`)]
        : []),
      ...(body.activation === 'OTAA' && !body.appKey
        ? [warning('external-join-server', phrase`${quoted(body.EUI)}: no AppKey is given, so it always uses an external join server`)]
        : []),
      ...(body.appServers?.length
        ? []
        : [warning('no-destination', phrase`${quoted(body.EUI)}: no application server is given, so its data go nowhere`)]),
      ...(body.networkSubscription?.ID || query?.networkSubscriptionsHandlingMode === 'ADVANCED'
        ? []
        : [
            warning(
              'provider-chooses-plan',
              phrase`${quoted(body.EUI)}: no connectivity plan is given, the platform chooses one with a free licence`,
            ),
          ]),
    ]);
    return {
      targets,
      steps: inputs.map((input) => ({ input, targets: [input.body.EUI] })),
      effect: phrase`${joined(addedParts(first))}${impliedParts(first, inputs[0]?.query)}`,
      noun: first?.connectivity === 'CELLULAR' ? 'cellular device' : 'LoRaWAN device',
      effects: devices.create.effects,
      cost: phrase`Takes a plan licence, cost unknown`,
      undo: phrase`deleting it, with its history`,
      warnings: [...warnings, ...serverWarnings, ...reversed],
    };
  },
  async settle(step, { connection }) {
    const EUI = step.input.body.EUI;
    const found = await readDevice(connection, EUI);
    if (!found) return [{ device: EUI, outcome: 'pending', why: 'not there when read back' }];
    const after = {
      present: 'yes',
      health: found.healthState ?? 'unknown',
      ...(found.networkSubscription?.ID ? { plan: found.networkSubscription.ID } : {}),
    };
    return [{ device: EUI, outcome: 'applied', after }];
  },
  settleTimeout: { ms: 120_000, onTimeout: 'failed' },
});

/** What is added, as the parts of a sentence. */
function addedParts(body: CreateInput['body'] | undefined): Phrase[] {
  if (!body) return [];
  const { activation, name, networkSubscription, appEUI, nwAddress, appServers } = body;
  return [
    phrase`add ${activation ? phrase`${word('body.activation')} ` : nothing}device${name ? phrase` ${field('body.name')}` : nothing}`,
    phrase`model ${field('body.model.ID', 60)}`,
    ...(networkSubscription?.ID ? [phrase`plan ${field('body.networkSubscription.ID')}`] : []),
    ...(appEUI ? [phrase`JoinEUI ${field('body.appEUI')}`] : []),
    ...(nwAddress ? [phrase`DevAddr ${field('body.nwAddress')}`] : []),
    ...(appServers?.length ? [phrase`data to ${field('body.appServers.ID')}`] : []),
    ...keyNames.flatMap(([name_, text]) => (body[name_] === undefined ? [] : [phrase`${stated(`body.${name_}`, undefined, text)}`])),
  ];
}

/** The connectivity is stated by the noun, the handling mode by the presence of a plan. */
function impliedParts(body: CreateInput['body'] | undefined, query: CreateInput['query']): Phrase {
  const { connectivity } = body ?? {};
  const mode = query?.networkSubscriptionsHandlingMode;
  return phrase`${stated('body.connectivity', connectivity, nothing)}${stated('query.networkSubscriptionsHandlingMode', mode, nothing)}`;
}

const keyNames = [
  ['appKey', phrase`its AppKey`],
  ['nwkKey', phrase`its NwkKey`],
  ['nwKey', phrase`its NwkSKey`],
  ['appKeys', phrase`its AppSKey`],
  ['sNwkSIntKey', phrase`its SNwkSIntKey`],
  ['nwkSEncKey', phrase`its NwkSEncKey`],
] as const;

function valuesOf({ EUI, appEUI, nwAddress, appKey, nwkKey, nwKey, sNwkSIntKey, nwkSEncKey, appKeys }: CreateInput['body']): LorawanValues {
  const appSKey = appKeys?.match(/[0-9A-Fa-f]{32}/)?.[0];
  return { devEui: EUI, joinEui: appEUI, devAddr: nwAddress, keys: { appKey, nwkKey, nwkSKey: nwKey, sNwkSIntKey, nwkSEncKey, appSKey } };
}

/** A device by its DevEUI; undefined when there is none. */
export async function readDevice(connection: Connection, EUI: string, signal?: AbortSignal) {
  try {
    return await connection.call(devices.read, { path: { deviceUid: `e${EUI}` } }, { signal });
  } catch (error) {
    if (isUnknownDevice(error)) return undefined;
    throw error;
  }
}

async function inspect({ query, body }: CreateInput, { connection, signal }: PlannerContext) {
  const present = await readDevice(connection, body.EUI, signal);
  const label = body.EUI;
  const before = { present: present ? 'yes' : 'no' };
  if (present)
    return { device: body.EUI, label, before, verdict: 'refuse' as const, why: `already there as ${quoteName(present.name ?? '')}` };
  await check(body, query?.networkSubscriptionsHandlingMode, { connection, signal });
  return { device: body.EUI, label, before, verdict: 'change' as const, name: body.name, plan: body.networkSubscription?.ID };
}

/** Checks the keys, model and plan of the request. */
async function check(
  body: CreateInput['body'],
  mode: string | undefined,
  at: Pick<PlannerContext, 'connection' | 'signal'>,
): Promise<void> {
  const connectivity = body.connectivity ?? 'LORAWAN';
  checkKeys(body, await modelOf(body.model.ID, connectivity, at));
  const plan = mode === 'ADVANCED' ? body.networkSubscription?.ID : undefined;
  if (plan) await checkConnectivityPlan(plan, connectivity, 1, at);
}

/** LoRaWAN 1.1 requires keys that a 1.0 device must not have. */
function checkKeys(body: CreateInput['body'], model: { ID: string; macMinorVersion?: number | null | undefined }): void {
  const needed =
    body.activation === 'ABP' ? (['sNwkSIntKey', 'nwkSEncKey'] as const) : body.appKey === undefined ? [] : (['nwkKey'] as const);
  for (const name of needed) {
    if (isLorawan11(model) === (body[name] !== undefined)) continue;
    throw isLorawan11(model)
      ? new Refusal(
          `${name}: ${model.ID} is a LoRaWAN 1.1 model and needs it`,
          'Nothing was sent. Give it, or have it in the key file.',
          name,
        )
      : new Refusal(`${name}: ${model.ID} is a LoRaWAN 1.0 model and takes none`, 'Nothing was sent. Leave it out.', name);
  }
}
