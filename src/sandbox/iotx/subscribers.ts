import type { subscribers as contracts } from '../../clients/iotx/subscribers.ts';
import type { Handlers } from '../handler.ts';
import type { World } from '../world.ts';
import { startTraffic, stopTraffic } from './history.ts';
import { listPage } from './list-page.ts';
import { findVisible, isVisible, serializeSubscriber, subscriberFields } from './serialize-subscriber.ts';
import type { IotxSubscriber } from './state.ts';

export const subscribers: Handlers<typeof contracts> = {
  list: ({ world, query }) => ({
    status: 200,
    body: listPage(world, query, visibleSubscribers(world), subscriberFields(world), (one) => serializeSubscriber(world, one)),
  }),
  read: ({ world, path }) => ({ status: 200, body: serializeSubscriber(world, findVisible(world, path.physicalId)) }),
};

function visibleSubscribers(world: World): IotxSubscriber[] {
  const { iotx } = world;
  iotx.visibleSubscribers ??= [...iotx.subscribers.values()].filter(isVisible);
  return iotx.visibleSubscribers;
}

/** Bars, unbars or terminates a subscriber, which only the web portal of the provider can do. */
export function setStateInPortal(world: World, physicalId: string, state: 'active' | 'barred' | 'terminated'): IotxSubscriber {
  const one = findVisible(world, physicalId);
  const now = world.clock.now();
  one.state = state;
  if (state === 'terminated') {
    one.terminatedAt = now;
    one.enabled = [];
    one.disabled = [];
  } else delete one.terminatedAt;
  const access = one.tariff.products.some(({ product, networkAccess }) => networkAccess && one.enabled.includes(product));
  if (state === 'active' && access) startTraffic(one, now);
  else stopTraffic(one, now);
  return one;
}
