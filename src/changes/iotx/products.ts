import type { InputOf } from '../../clients/http/endpoint.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { type Product, type ProductKey, products } from '../../clients/iotx/products.ts';
import { subscriberState } from '../../clients/iotx/state.ts';
import { quoteName, sanitize } from '../../text/sanitize.ts';
import { namedAs, nearest } from '../../vocabulary.ts';
import { warning } from '../document/approval-document.ts';
import { field, nothing, phrase, quoted, word } from '../document/phrase.ts';
import { mapWithConcurrency } from '../map-with-concurrency.ts';
import { type PlannerContext, planner } from '../planner.ts';
import { labelOf, policyAttributesOf, readSubscriber, unknownStateWarnings, whyNotActive } from './subscribers.ts';

type Input = InputOf<typeof products.change>;

const nameOf = ({ body }: Input): string => body.product ?? body.service ?? '';

/** Toggles a product. The subscriber must be active and the name exactly one of its products; both lists are read before and after. */
export const changeProducts = planner({
  operation: products.change,
  async inspect(inputs, at) {
    const targets = await mapWithConcurrency(inputs, (input) => inspect(input, at));
    const changing = inputs.filter((_, i) => targets[i]?.verdict === 'change');
    const enables = inputs[0]?.body.action === 'enable';
    const disables = changing.some(({ body }) => body.action === 'disable');
    return {
      targets,
      steps: changing.map((input) => ({ input, targets: [input.path.physicalId] })),
      effect: phrase`${word('body.action')} product ${field(['body.product', 'body.service'])}${disables ? phrase`, the service stops` : nothing}`,
      noun: 'subscriber',
      effects: disables || changing.length === 0 ? products.change.effects : (['billing'] as const),
      cost: phrase`May incur fees, cost unknown`,
      undo: enables ? phrase`disable it again` : phrase`enable it again`,
      settles: phrase`seconds at the provider, longer at some networks`,
      warnings: [
        ...unknownStateWarnings(targets),
        ...targets.flatMap(({ device, before }, i) => {
          const state = inputs[i] && (before as Readonly<Record<string, string>>)[nameOf(inputs[i])];
          return state && !['enabled', 'disabled'].includes(state)
            ? [warning('state-unknown', phrase`${quoted(device)}: whether the product is enabled now is unknown, ${quoted(state, 60)}`)]
            : [];
        }),
      ],
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

/**
 * The state that both lists agree on. An empty answer of one list alone is no evidence. A disabled product may be missing from the active list
 * or be in it with `enabled` false.
 */
function stateIn({ active, available }: { active: readonly Product[]; available: readonly Product[] }, name: string): string {
  const rows = active.filter((one) => one.product === name);
  const on = rows.some((one) => one.enabled === true);
  const off = available.some((one) => one.product === name) || rows.some((one) => one.enabled === false);
  if (on !== off) return on ? 'enabled' : 'disabled';
  if (on) return 'in both lists';
  return rows.length > 0 ? 'listed with an enabled that is not understood' : 'in neither list';
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
  const why = whyNotActive(state, 'products change');
  if (why) return { ...target, verdict: 'refuse' as const, why };
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
  const shown = stateIn({ active, available }, name);
  const before = { ...target.before, [name]: shown };
  const becomes = { [name]: `${input.body.action}d` };
  return { ...target, before, becomes, verdict: shown === becomes[name] ? ('unchanged' as const) : ('change' as const) };
}
