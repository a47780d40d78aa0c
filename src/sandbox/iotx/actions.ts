import type { actions as contracts } from '../../clients/iotx/actions.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { iotxRefusal, listBody } from './envelope.ts';
import { findVisible } from './serialize-subscriber.ts';
import type { IotxSubscriber } from './state.ts';

export const actions: Handlers<typeof contracts> = {
  list: ({ world, path }) => ({ status: 200, body: listBody(world, actionsOf(findVisible(world, path.physicalId))) }),

  run({ world, path, body }) {
    const one = findVisible(world, path.physicalId);
    const action = asText(asObject(body)['action']);
    if (action === undefined) throw iotxRefusal(400, 'action is required.');
    if (one.state !== 'active') throw iotxRefusal(400, `Subscriber ${one.physicalId} is not in an active state.`);
    if (!actionsOf(one).some(({ name }) => name === action))
      throw iotxRefusal(400, `Action ${action} is not possible for this subscriber.`);
    const now = world.clock.now();
    world.iotx.changes.push({ at: now, operation: 'iotx.actions.run', target: one.physicalId, what: action, fee: false });
    if (action === 'reconnect') one.reconnects = [...one.reconnects, now];
    return { status: 204 };
  },
};

/** Actions exist only for SIMs that are not terminated. */
function actionsOf(one: IotxSubscriber): { name: string; description: string }[] {
  if (one.tariff.kind !== 'cellular' || one.state === 'terminated') return [];
  return [
    { name: 'refresh', description: 'Refreshes the running services of the SIM' },
    { name: 'reconnect', description: 'Ends the current data session; the device reconnects' },
  ];
}
