import type { orders as contracts } from '../../clients/thingspace/orders.ts';
import { type Behaviours, textOf } from '../behaviour.ts';
import { readBody, required } from './body.ts';
import { namedIn, requiredElements } from './chosen.ts';
import { accountOf, readIds } from './find.ts';
import { accept } from './requests.ts';
import { wrong } from './wrong.ts';

export const orders: Behaviours<typeof contracts> = {
  // Member and status values of the callback are assumptions, because the documents do not give them.
  status({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const elements = requiredElements(sent);
    const ids = elements.flatMap(readIds);
    if (ids.length !== 1 || !['esn', 'iccid', 'meid'].includes(ids[0]?.kind ?? ''))
      throw wrong('INPUT_INVALID.Device.Identifier.Invalid', 'One device is asked for, by one ESN, ICCID or MEID.');
    const orderRequestId = textOf(sent['orderRequestId']);
    return accept(world, 'orderStatus', namedIn(world, elements, account), (device) => ({
      deviceResponse: {
        orderStatusResponse: {
          ...(orderRequestId === undefined ? {} : { orderRequestId }),
          status: device.state === 'pending activation' ? 'In Progress' : device.line === undefined ? 'Not Found' : 'Completed',
        },
      },
    }));
  },
};
