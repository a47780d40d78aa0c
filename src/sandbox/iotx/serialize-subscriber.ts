/** Lookup and serialization of iot-x subscribers. */
import { seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import { booleanValue, byteCountValue, dateOnly, dateTime, notFound } from './envelope.ts';
import type { Fields } from './filter.ts';
import { isOnline, periodUsage } from './history.ts';
import type { IotxSubscriber } from './state.ts';

/** Scalar fields of a subscriber, which lists can filter and sort by. */
export function subscriberFields(world: World): Fields<IotxSubscriber> {
  return {
    physicalId: { kind: 'text', of: (one) => one.physicalId },
    subscriberId: { kind: 'text', of: (one) => one.subscriberId },
    nickname: { kind: 'text', of: (one) => one.nickname },
    subscriberType: { kind: 'text', of: () => 'physical' },
    isActive: { kind: 'boolean', of: (one) => one.state === 'active' },
    isBarred: { kind: 'boolean', of: (one) => one.state === 'barred' },
    tariffName: { kind: 'text', of: (one) => one.tariff.name },
    lineRental: { kind: 'number', of: (one) => one.tariff.lineRental },
    contractLength: { kind: 'number', of: (one) => one.tariff.contractLength },
    connectionDate: { kind: 'text', of: (one) => dateTime(one.connectedAt) },
    expiryDate: { kind: 'text', of: (one) => expiryDate(one) },
    terminateDate: { kind: 'text', of: (one) => (one.terminatedAt === undefined ? null : dateOnly(one.terminatedAt)) },
    dataUsage: { kind: 'number', of: (one) => periodUsage(world, one) },
    groupId: { kind: 'number', of: (one) => one.groupId },
    operatorCode: { kind: 'text', of: (one) => one.tariff.operatorCode },
    operatorName: { kind: 'text', of: (one) => one.tariff.operatorName },
    imsi: { kind: 'text', of: (one) => one.imsi },
    eid: { kind: 'text', of: (one) => one.eid },
    smdpProvider: { kind: 'text', of: (one) => (one.eid === null ? null : 'Demo SM-DP+') },
    dataNumber: { kind: 'text', of: () => null },
  };
}

export function serializeSubscriber(world: World, one: IotxSubscriber) {
  const online = isOnline(world, one);
  return {
    physicalId: one.physicalId,
    subscriberId: one.subscriberId,
    nickname: one.nickname,
    subscriberType: 'physical',
    isActive: booleanValue(world, one.state === 'active'),
    isBarred: booleanValue(world, one.state === 'barred'),
    networkState: { isOnline: booleanValue(world, online), isTransferring: booleanValue(world, online && isTransferring(world, one)) },
    tariffName: one.tariff.name,
    lineRental: one.tariff.lineRental,
    contractLength: one.tariff.contractLength,
    connectionDate: dateTime(one.connectedAt),
    expiryDate: expiryDate(one),
    terminateDate: one.terminatedAt === undefined ? null : dateOnly(one.terminatedAt),
    dataUsage: byteCountValue(world, periodUsage(world, one)),
    groupId: one.groupId,
    operatorCode: one.tariff.operatorCode,
    operatorName: one.tariff.operatorName,
    imsi: one.imsi,
    eid: one.eid,
    smdpProvider: one.eid === null ? null : 'Demo SM-DP+',
    dataNumber: null,
    related: null,
  };
}

/** Whether /subscribers returns the subscriber: stock and pending activations are hidden. */
export function isVisible(one: IotxSubscriber): boolean {
  return one.state !== 'stock' && one.state !== 'pending';
}

/** Finds a visible subscriber; refuses with 404 if there is none. A DevEUI matches in upper and lower case. */
export function findVisible(world: World, physicalId: string): IotxSubscriber {
  const one = findInAnyState(world, physicalId);
  if (!one || !isVisible(one)) throw notFound('Subscriber', physicalId);
  return one;
}

/** Finds a subscriber in any state, including stock. */
export function findInAnyState(world: World, physicalId: string): IotxSubscriber | undefined {
  return world.iotx.subscribers.get(physicalId) ?? world.iotx.subscribers.get(physicalId.toUpperCase());
}

function expiryDate(one: IotxSubscriber): string {
  const end = new Date(one.connectedAt);
  end.setUTCMonth(end.getUTCMonth() + one.tariff.contractLength);
  return dateOnly(end.getTime());
}

/** True in about 10% of the ten-minute intervals. */
function isTransferring(world: World, one: IotxSubscriber): boolean {
  return one.bytesPerDay > 0 && seededRandom(world.seed, 'iotx-transfer', one.physicalId, Math.floor(world.clock.now() / 600_000)) < 0.1;
}
