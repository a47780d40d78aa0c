import type { products as contracts } from '../../clients/iotx/products.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import type { World } from '../world.ts';
import { flag, list, refuse } from './envelope.ts';
import { goOnline, goSilent } from './history.ts';
import type { IotxSubscriber, IotxWorld, ProductLists, TariffProduct } from './seed.ts';
import { findVisible } from './shapes.ts';

export const products: Behaviours<typeof contracts> = {
  active({ world, path }) {
    const one = findVisible(world, path.physicalId);
    const { on, off } = visibleProducts(world, one);
    const isListed = ({ product }: TariffProduct): boolean =>
      on.includes(product) || (world.faults.has('disabled-stay-active') && off.includes(product));
    return {
      status: 200,
      body: list(
        world,
        one.tariff.products.filter(isListed).map((product) => serializeProduct(world, product, on)),
      ),
    };
  },

  available({ world, path }) {
    const one = findVisible(world, path.physicalId);
    const { on } = visibleProducts(world, one);
    const offered = one.state === 'terminated' ? [] : one.tariff.products.filter(({ product }) => !on.includes(product));
    return {
      status: 200,
      body: list(
        world,
        offered.map((product) => serializeProduct(world, product, on)),
      ),
    };
  },

  change({ world, path, body }) {
    const { iotx, clock } = world;
    const one = findVisible(world, path.physicalId);
    const name = parseProductName(iotx, members(body));
    const action = members(body)['action'];
    if (action !== 'enable' && action !== 'disable') throw refuse(400, 'action must be enable or disable.');
    if (one.state !== 'active') throw refuse(400, `Subscriber ${one.physicalId} is not in an active state.`);
    const product = one.tariff.products.find((known) => known.product === name);
    if (!product) throw refuse(400, `Unable to find Product with identifier ${name}.`);
    const unchanged = one.on.includes(product.product) === (action === 'enable');
    if (unchanged && iotx.alreadySo === 'refuse') throw refuse(400, `Product ${name} is already ${action}d.`);
    const now = clock.now();
    iotx.changes.push({ at: now, operation: 'iotx.products.change', target: one.physicalId, what: `${action} ${name}`, fee: !unchanged });
    if (unchanged) return { status: 204 };
    const lag = world.faults.lateness('lag');
    if (lag > 0) one.before = { ...visibleProducts(world, one), until: now + lag };
    const without = (names: readonly string[]): string[] => names.filter((other) => other !== product.product);
    one.on = action === 'enable' ? [...one.on, product.product] : without(one.on);
    one.off = action === 'enable' ? without(one.off) : [...one.off, product.product];
    if (product.access && action === 'disable') goSilent(one, now);
    if (product.access && action === 'enable') goOnline(one, now);
    return { status: 204 };
  },
};

/** Products as reads return them; a change stays hidden until its lag has passed. */
function visibleProducts(world: World, one: IotxSubscriber): ProductLists {
  const { on, off } = one.before && world.clock.now() < one.before.until ? one.before : one;
  return { on, off };
}

function serializeProduct(world: World, { product, description }: TariffProduct, on: readonly string[]) {
  return { product, description, enabled: flag(world, on.includes(product)) };
}

/** Reads the product name from `product` or `service`, as `patchMode` allows; the manual names both members. */
function parseProductName({ patchMode: mode, extraKeys }: IotxWorld, sent: Record<string, unknown>): string {
  const other = mode === 'product-only' ? 'service' : mode === 'service-only' ? 'product' : undefined;
  if (extraKeys === 'refuse' && other !== undefined && sent[other] !== undefined) throw refuse(400, `${other} is not a known member.`);
  const product = mode === 'service-only' ? undefined : textOf(sent['product']);
  const service = mode === 'product-only' ? undefined : textOf(sent['service']);
  const name = product ?? service;
  if (name === undefined) throw refuse(400, mode === 'service-only' ? 'service is required.' : 'product is required.');
  if (product !== undefined && service !== undefined && product !== service) throw refuse(400, 'product and service differ.');
  return name;
}
