import type { products as contracts } from '../../clients/iotx/products.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { booleanValue, iotxRefusal, listBody } from './envelope.ts';
import { startTraffic, stopTraffic } from './history.ts';
import { findVisible } from './serialize-subscriber.ts';
import type { IotxSubscriber, IotxWorld, ProductLists, TariffProduct } from './state.ts';

export const products: Handlers<typeof contracts> = {
  active({ world, path }) {
    const one = findVisible(world, path.physicalId);
    const { enabled, disabled } = visibleProducts(world, one);
    const isListed = ({ product }: TariffProduct): boolean =>
      enabled.includes(product) || (world.faults.has('disabled-stay-active') && disabled.includes(product));
    return {
      status: 200,
      body: listBody(
        world,
        one.tariff.products.filter(isListed).map((product) => serializeProduct(world, product, enabled)),
      ),
    };
  },

  available({ world, path }) {
    const one = findVisible(world, path.physicalId);
    const { enabled } = visibleProducts(world, one);
    const offered = one.state === 'terminated' ? [] : one.tariff.products.filter(({ product }) => !enabled.includes(product));
    return {
      status: 200,
      body: listBody(
        world,
        offered.map((product) => serializeProduct(world, product, enabled)),
      ),
    };
  },

  change({ world, path, body }) {
    const { iotx, clock } = world;
    const one = findVisible(world, path.physicalId);
    const name = parseProductName(iotx, asObject(body));
    const action = asObject(body)['action'];
    if (action !== 'enable' && action !== 'disable') throw iotxRefusal(400, 'action must be enable or disable.');
    if (one.state !== 'active') throw iotxRefusal(400, `Subscriber ${one.physicalId} is not in an active state.`);
    const product = one.tariff.products.find((known) => known.product === name);
    if (!product) throw iotxRefusal(400, `Unable to find Product with identifier ${name}.`);
    const unchanged = one.enabled.includes(product.product) === (action === 'enable');
    if (unchanged && iotx.repeatedChange === 'refuse') throw iotxRefusal(400, `Product ${name} is already ${action}d.`);
    const now = clock.now();
    iotx.changes.push({ at: now, operation: 'iotx.products.change', target: one.physicalId, what: `${action} ${name}`, fee: !unchanged });
    if (unchanged) return { status: 204 };
    const lag = world.faults.delayMs('lag');
    if (lag > 0) one.staleProducts = { ...visibleProducts(world, one), until: now + lag };
    const without = (names: readonly string[]): string[] => names.filter((other) => other !== product.product);
    one.enabled = action === 'enable' ? [...one.enabled, product.product] : without(one.enabled);
    one.disabled = action === 'enable' ? without(one.disabled) : [...one.disabled, product.product];
    if (product.networkAccess && action === 'disable') stopTraffic(one, now);
    if (product.networkAccess && action === 'enable') startTraffic(one, now);
    return { status: 204 };
  },
};

/** Products as reads return them; a change stays hidden until its lag has passed. */
function visibleProducts(world: World, one: IotxSubscriber): ProductLists {
  const { enabled, disabled } = one.staleProducts && world.clock.now() < one.staleProducts.until ? one.staleProducts : one;
  return { enabled, disabled };
}

function serializeProduct(world: World, { product, description }: TariffProduct, on: readonly string[]) {
  return { product, description, enabled: booleanValue(world, on.includes(product)) };
}

/** Reads the product name from `product` or `service`, as `patchMode` allows; the manual names both members. */
function parseProductName({ patchMode: mode, extraKeys }: IotxWorld, sent: Record<string, unknown>): string {
  const other = mode === 'product-only' ? 'service' : mode === 'service-only' ? 'product' : undefined;
  if (extraKeys === 'refuse' && other !== undefined && sent[other] !== undefined) throw iotxRefusal(400, `${other} is not a known member.`);
  const product = mode === 'service-only' ? undefined : asText(sent['product']);
  const service = mode === 'product-only' ? undefined : asText(sent['service']);
  const name = product ?? service;
  if (name === undefined) throw iotxRefusal(400, mode === 'service-only' ? 'service is required.' : 'product is required.');
  if (product !== undefined && service !== undefined && product !== service) throw iotxRefusal(400, 'product and service differ.');
  return name;
}
