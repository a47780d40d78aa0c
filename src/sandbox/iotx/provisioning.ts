import type { provisioning as contracts } from '../../clients/iotx/provisioning.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import { dice } from '../chance.ts';
import type { World } from '../world.ts';
import { notFound, refuse } from './envelope.ts';
import { type IotxSubscriber, type Tariff, usualProducts } from './seed.ts';
import { findAny } from './shapes.ts';

export const provisioning: Behaviours<typeof contracts> = {
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
    const requestedId = members(body)['productSetId'];
    const tariff = offeredTariffs(world).find(({ productSetId }) => productSetId === requestedId);
    if (!tariff) throw refuse(400, 'productSetId must be a tariff offered for this subscriber.');
    const { physicalId } = one;
    one.state = 'pending';
    one.tariff = tariff;
    one.nickname = textOf(members(body)['subscriberNickname']) ?? null;
    iotx.changes.push({
      at: clock.now(),
      operation: 'iotx.provisioning.activate',
      target: physicalId,
      what: `activate on ${tariff.name}`,
      fee: true,
    });
    world.happenings.after(iotx.settleMs, () => completeActivation(world, one));
    return { status: 200, body: { physicalId, status: 'pending' } };
  },
};

/** Tariffs for stock SIMs; all stock of this account is cellular and of one operator. */
function offeredTariffs(world: World): Tariff[] {
  return world.iotx.tariffs.filter(({ kind }) => kind === 'cellular');
}

function findStock(world: World, physicalId: string): IotxSubscriber {
  const one = findAny(world, physicalId);
  if (!one) throw notFound('Subscriber', physicalId);
  if (one.state !== 'stock') throw refuse(400, `Subscriber ${physicalId} is not in stock.`);
  return one;
}

/** Completes an activation: assigns subscriberId, IMSI and default products, and starts traffic. */
function completeActivation(world: World, one: IotxSubscriber): void {
  const tail = one.physicalId.slice(-7, -1);
  one.state = 'active';
  one.subscriberId = `447702${tail}`;
  one.imsi = `001019002${tail}`;
  one.connected = world.clock.now();
  one.on = usualProducts(one.tariff);
  one.perDay = Math.round((one.tariff.allowance / 30) * (0.05 + dice(world.seed, 'iotx-use', one.physicalId)));
  world.iotx.visible = undefined;
}
