import type { apn as contracts } from '../../clients/iotx/apn.ts';
import type { Handlers } from '../handler.ts';
import { seededRandom } from '../random.ts';
import type { World } from '../world.ts';
import { dateTime, listBody } from './envelope.ts';
import type { Fields } from './filter.ts';
import { type Session, sessions } from './history.ts';
import { listPage } from './list-page.ts';
import { findVisible } from './serialize-subscriber.ts';
import type { IotxSubscriber } from './state.ts';

export const apn: Handlers<typeof contracts> = {
  log({ world, path, query }) {
    const one = findVisible(world, path.physicalId);
    const rows = one.tariff.kind === 'cellular' && one.bytesPerDay > 0 ? sessions(world, one) : [];
    return {
      status: 200,
      body: listPage(world, query, rows, sessionFields(world, one), (session) => serializeSession(world, one, session)),
    };
  },

  details({ world, path }) {
    const one = findVisible(world, path.physicalId);
    const settings =
      one.tariff.kind === 'cellular'
        ? [
            {
              apnName: 'demo.iot',
              username: one.subscriberId,
              password: 'demo-apn-password',
              privateIpAddress: privateIpOf(world, one),
              internetAccessStatus: 'enabled',
            },
          ]
        : [];
    return { status: 200, body: listBody(world, settings) };
  },
};

/** Byte counts are always strings in this resource, with or without the fault `quoted`. */
function serializeSession(world: World, one: IotxSubscriber, session: Session) {
  return {
    username: one.subscriberId,
    networkCode: '00101',
    startTime: dateTime(session.start),
    stopTime: session.stop === undefined ? '' : dateTime(session.stop),
    mobileOriginatedData: String(session.traffic.up),
    mobileTerminatedData: String(session.traffic.down),
    reason: session.reason,
    subscriberIp: privateIpOf(world, one),
  };
}

function sessionFields(world: World, one: IotxSubscriber): Fields<Session> {
  return {
    username: { kind: 'text', of: () => one.subscriberId },
    networkCode: { kind: 'text', of: () => '00101' },
    startTime: { kind: 'text', of: (session) => dateTime(session.start) },
    stopTime: { kind: 'text', of: (session) => (session.stop === undefined ? '' : dateTime(session.stop)) },
    mobileOriginatedData: { kind: 'number', of: (session) => session.traffic.up },
    mobileTerminatedData: { kind: 'number', of: (session) => session.traffic.down },
    reason: { kind: 'text', of: (session) => session.reason },
    subscriberIp: { kind: 'text', of: () => privateIpOf(world, one) },
  };
}

function privateIpOf(world: World, one: IotxSubscriber): string {
  const part = (name: string): number => 1 + Math.floor(seededRandom(world.seed, name, one.physicalId) * 250);
  return `10.20.${part('iotx-net')}.${part('iotx-node')}`;
}
