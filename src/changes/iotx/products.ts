import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { type Product, type ProductKey, products } from '../../clients/iotx/products.ts';
import { subscriberState } from '../../clients/iotx/state.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { namedAs, nearest } from '../../vocabulary.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner } from '../planner.ts';
import { labelOf, policyAttributesOf, readSubscriber } from './subscribers.ts';

type Input = InputOf<typeof products.change>;

const nameOf = ({ body }: Input): string => body.product ?? body.service ?? '';

/** Toggles a product. The subscriber must be active and the name exactly one of its products; both lists are read before and after. */
export const changeProducts = planner({
  operation: products.change,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, (input) => inspect(input, at));
    const changing = inputs.filter((_, i) => targets[i]?.verdict === 'change');
    const actions = [...new Set(inputs.map(({ body }) => body.action))];
    const names = [...new Set(inputs.map(nameOf))];
    const disables = changing.some(({ body }) => body.action === 'disable');
    return {
      targets,
      steps: changing.map((input) => ({ input, targets: [input.path.physicalId] })),
      effect: `${actions.join(' and ')} product ${names.length === 1 ? quoteName(names[0] ?? '') : `${names.length} names`}${disables ? ', the service stops' : ''}`,
      noun: 'subscriber',
      effects: disables || changing.length === 0 ? products.change.effects : (['billing'] as const),
      cost: 'May incur fees, cost unknown',
      undo: `${actions[0] === 'enable' ? 'disable' : 'enable'} it again`,
      settles: 'seconds at the provider, longer at some networks',
    };
  },
  explain({ status, message }, { body }) {
    if (status !== 400) return undefined;
    const sent: ProductKey = body.product === undefined ? 'service' : body.service === undefined ? 'product' : 'both';
    const others = (['both', 'product', 'service'] as const).filter((one) => one !== sent).map((one) => `"${one}"`);
    return `${message.replace(/\.$/, '')}. Sent with productKey "${sent}": an operator may set ${others.join(' or ')} for the connection.`;
  },
  inverse({ input }, done) {
    const action = input.body.action === 'enable' ? ('disable' as const) : ('enable' as const);
    return {
      operation: products.change,
      inputs: done.map(({ device }) => ({ path: { physicalId: device }, body: { ...input.body, action } })),
    };
  },
  async settle(step, { connection, signal }) {
    const { physicalId } = step.input.path;
    const name = nameOf(step.input);
    const shown = stateIn(await readProducts(step.input, { connection, signal }), name);
    const after = { [name]: shown };
    if (shown === `${step.input.body.action}d`) return [{ device: physicalId, outcome: 'applied', after }];
    return [{ device: physicalId, outcome: 'pending', after, why: `${step.answered ? 'accepted, ' : ''}not yet visible in the lists` }];
  },
  settleTimeout: { ms: 600_000, onTimeout: 'unknown' },
});

async function readProducts(
  { path }: Input,
  { connection, signal }: Pick<PlannerContext, 'connection' | 'signal'>,
): Promise<{ active: Product[]; available: Product[] }> {
  const [active, available] = await Promise.all([
    connection.call(products.active, { path }, { signal }),
    connection.call(products.available, { path }, { signal }),
  ]);
  return { active, available };
}

/** The state that both lists agree on. An empty answer of one list alone is no evidence. */
function stateIn({ active, available }: { active: readonly Product[]; available: readonly Product[] }, name: string): string {
  const on = isOn(active, name);
  const off = available.some((one) => one.product === name) || active.some((one) => one.product === name && one.enabled === false);
  if (on === off) return on ? 'in both lists' : 'in neither list';
  return on ? 'enabled' : 'disabled';
}

/** A disabled product may be missing from the active list or be in it with `enabled` false. */
function isOn(active: readonly Product[], name: string): boolean {
  return active.some((one) => one.product === name && one.enabled !== false);
}

async function inspect(input: Input, at: PlannerContext) {
  const { physicalId } = input.path;
  const name = nameOf(input);
  const subscriber = await readSubscriber(physicalId, at);
  const state = subscriberState(subscriber);
  const target = {
    device: physicalId,
    label: labelOf({ physicalId, nickname: subscriber.nickname }),
    before: { state, tariff: subscriber.tariffName ?? '' },
    ...policyAttributesOf(subscriber),
  };
  if (state !== 'active') return { ...target, verdict: 'refuse' as const, why: `it is ${state}, products change only while active` };
  const { active, available } = await readProducts(input, at);
  const known = [...new Set([...active, ...available].map((one) => one.product))];
  if (!known.includes(name)) {
    const nearestName = nearest(name, known);
    throw new Refusal(
      `product: ${physicalId} has no ${quoteName(name)}${nearestName ? `, nearest is ${quoteName(nearestName)}` : ''}`,
      `Nothing was sent. Names are exact; its products are: ${known.map((one) => sanitize(one, 40)).join(', ') || 'none'}.`,
      'product',
      namedAs(name, known),
    );
  }
  const on = isOn(active, name);
  const before = { ...target.before, [name]: on ? 'enabled' : 'disabled' };
  return { ...target, before, verdict: on === (input.body.action === 'enable') ? ('unchanged' as const) : ('change' as const) };
}
