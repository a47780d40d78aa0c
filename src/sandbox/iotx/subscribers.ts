import type { subscribers as contracts } from '../../clients/iotx/subscribers.ts';
import type { Behaviours } from '../behaviour.ts';
import type { World } from '../world.ts';
import { goOnline, goSilent } from './history.ts';
import { page } from './page.ts';
import type { IotxSubscriber } from './seed.ts';
import { findVisible, isVisible, printSubscriber, subscriberFields } from './shapes.ts';

export const subscribers: Behaviours<typeof contracts> = {
  list: ({ world, query }) => ({
    status: 200,
    body: page(world, query, visibleSubscribers(world), subscriberFields(world), (one) => printSubscriber(world, one)),
  }),
  read: ({ world, path }) => ({ status: 200, body: printSubscriber(world, findVisible(world, path.physicalId)) }),
};

function visibleSubscribers(world: World): IotxSubscriber[] {
  const { iotx } = world;
  iotx.visible ??= [...iotx.subscribers.values()].filter(isVisible);
  return iotx.visible;
}

/** Bars, unbars or terminates a subscriber, which only the web portal of the provider can do. */
export function portal(world: World, physicalId: string, state: 'active' | 'barred' | 'terminated'): IotxSubscriber {
  const one = findVisible(world, physicalId);
  const now = world.clock.now();
  one.state = state;
  if (state === 'terminated') {
    one.terminated = now;
    one.on = [];
    one.off = [];
  } else delete one.terminated;
  const access = one.tariff.products.some(({ product, access }) => access && one.on.includes(product));
  if (state === 'active' && access) goOnline(one, now);
  else goSilent(one, now);
  return one;
}
