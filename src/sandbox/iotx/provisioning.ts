import type { provisioning as contracts } from '../../clients/iotx/provisioning.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import { iotxRefusal, notFound } from './envelope.ts';
import { defaultProducts } from './seed.ts';
import { findInAnyState } from './serialize-subscriber.ts';
import type { IotxSubscriber, Tariff } from './state.ts';

export const provisioning: Handlers<typeof contracts> = {
  tariffs({ world, path }) {
    findStock(world, path.physicalId);
    const serializeTariff = ({ productSetId, name }: Tariff) => ({ productSetID: productSetId, name });
    const groups = Object.groupBy(offeredTariffs(world), ({ operatorName }) => operatorName);
    const body = Object.fromEntries(Object.entries(groups).map(([label, tariffs = []]) => [label, tariffs.map(serializeTariff)]));
    return { status: 200, body };
  },

  activate({ world, path, body }) {
    const { iotx, clock } = world;
    const one = findStock(world, path.physicalId);
    const requestedId = asObject(body)['productSetId'];
    const tariff = offeredTariffs(world).find(({ productSetId }) => productSetId === requestedId);
    if (!tariff) throw iotxRefusal(400, 'productSetId must be a tariff offered for this subscriber.');
    const { physicalId } = one;
    one.state = 'pending';
    one.tariff = tariff;
    one.nickname = asText(asObject(body)['subscriberNickname']) ?? null;
    iotx.changes.push({
      at: clock.now(),
      operation: 'iotx.provisioning.activate',
      target: physicalId,
      what: `activate on ${tariff.name}`,
      fee: true,
    });
    world.eventQueue.schedule(iotx.settleMs, () => completeActivation(world, one));
    return { status: 200, body: { physicalId, status: 'pending' } };
  },
};

/** Tariffs for stock SIMs; all stock of this account is cellular and of one operator. */
function offeredTariffs(world: World): Tariff[] {
  return world.iotx.tariffs.filter(({ kind }) => kind === 'cellular');
}

function findStock(world: World, physicalId: string): IotxSubscriber {
  const one = findInAnyState(world, physicalId);
  if (!one) throw notFound('Subscriber', physicalId);
  if (one.state !== 'stock') throw iotxRefusal(400, `Subscriber ${physicalId} is not in stock.`);
  return one;
}

/** Completes an activation: assigns subscriberId, IMSI and default products, and starts traffic. */
function completeActivation(world: World, one: IotxSubscriber): void {
  const tail = one.physicalId.slice(-7, -1);
  one.state = 'active';
  one.subscriberId = `447702${tail}`;
  one.imsi = `001019002${tail}`;
  one.connectedAt = world.clock.now();
  one.enabled = defaultProducts(one.tariff);
  one.bytesPerDay = Math.round((one.tariff.allowance / 30) * (0.05 + seededRandom(world.seed, 'iotx-use', one.physicalId)));
  world.iotx.visibleSubscribers = undefined;
}
