import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { states } from '../../clients/thingspace/states.ts';
import { day } from '../../durations.ts';
import { quoteName } from '../../text/sanitize.ts';
import { field, phrase } from '../document/phrase.ts';
import { planner } from '../planner.ts';
import type { SimReadContext } from './sim-rows.ts';
import { requestIdOf, settleUnobservable } from './sim-settling.ts';
import { elementsOf, inspectSims, narrowBy } from './sims.ts';

/** Moves SIMs to a named state. The platform assumes the state of the first device for all, so mixed states are refused. */
export const moveToState = planner({
  operation: states.go,
  async inspect(inputs, at) {
    const inspected = await inspectSims(inputs, at, {
      selection: ({ body: { devices, filter } }) => ({ devices, accountName: filter?.account, filter }),
      verdictOf: (_sim, { body }) => ({ verdict: 'change', becomes: { plan: body.servicePlan } }),
      request: ({ body: { filter: _, ...rest } }, sims) => ({ body: { ...rest, devices: elementsOf(sims) } }),
    });
    const found = [...new Set(inspected.targets.map((one) => one.before['state'] ?? ''))];
    if (found.length > 1)
      throw new Refusal(
        `devices: they are in different states (${found.join(', ')}), the carrier assumes the state of the first for all`,
        'Nothing was sent. Name those of one state.',
        'devices',
      );
    const body = inputs[0]?.body;
    for (const { body: one } of inputs) requireNamed(one);
    for (const account of new Set(inspected.targets.flatMap((one) => one.before['account'] ?? [])))
      if (body) await checkState(body, account, at);
    return {
      ...inspected,
      effect: phrase`take to state ${field('body.stateName')} of service ${field('body.serviceName')} on plan ${field('body.servicePlan')}, ZIP ${field('body.mdnZipCode')}, which may suspend or stop the SIM`,
      effects: states.go.effects,
      undo: phrase`taking them to the former state, if the service has a way back`,
    };
  },
  narrow: narrowBy('devices'),
  unobservable: true,
  providerRequestIdOf: requestIdOf,
  settle: async (step) => settleUnobservable(step, 'StateService'),
  settleTimeout: { ms: day, onTimeout: 'unknown' },
});

/** Refuses an address for a device that `devices` does not name: it would be changed without being shown. */
function requireNamed({ devices = [], devicesWithServiceAddress = [] }: InputOf<typeof states.go>['body']): void {
  const named = devices.flatMap(({ deviceIds }) => deviceIds.map(({ id }) => id));
  const other = devicesWithServiceAddress.flatMap(({ deviceIds }) => deviceIds).find(({ id }) => !named.includes(id));
  if (!other) return;
  throw new Refusal(
    `devicesWithServiceAddress: ${quoteName(other.id)} is not in devices`,
    'Nothing was sent. Name each of them in devices too, by the same identifier.',
    'devicesWithServiceAddress',
  );
}

async function checkState(
  body: { serviceName: string; stateName: string },
  accountName: string,
  { connection, signal }: SimReadContext,
): Promise<void> {
  const reply = await connection.call(states.list, { path: { accountName } }, { signal });
  const services = (reply.engagement ?? []).flatMap((one) => one.services ?? []);
  const known = services.flatMap((one) => (one.states ?? []).map((state) => ({ service: one.name ?? '', state: state.name ?? '' })));
  if (known.some((one) => one.service === body.serviceName && one.state === body.stateName)) return;
  throw new Refusal(
    `stateName: account ${accountName} has no state ${quoteName(body.stateName)} of service ${quoteName(body.serviceName)}`,
    `Nothing was sent. There are: ${known
      .slice(0, 10)
      .map((one) => `${quoteName(one.service)} ${quoteName(one.state)}`)
      .join(', ')}.`,
    'stateName',
  );
}
