import type { orders as contracts } from '../../clients/thingspace/orders.ts';
import { asText, type Handlers } from '../handler.ts';
import { readBody, required } from './body.ts';
import { accountOf, readIds } from './device-lookup.ts';
import { devicesOfElements, requiredList } from './device-selection.ts';
import { apiError } from './errors.ts';
import { acceptForDevices } from './requests.ts';

export const orders: Handlers<typeof contracts> = {
  // Member and status values of the callback are assumptions, because the documents do not give them.
  status({ world, body }) {
    const sent = readBody(body);
    const account = accountOf(world.thingspace, required(sent, 'accountName')).name;
    const elements = requiredList(sent);
    const ids = elements.flatMap(readIds);
    if (ids.length !== 1 || !['esn', 'iccid', 'meid'].includes(ids[0]?.kind ?? ''))
      throw apiError('INPUT_INVALID.Device.Identifier.Invalid', 'One device is asked for, by one ESN, ICCID or MEID.');
    const orderRequestId = asText(sent['orderRequestId']);
    return acceptForDevices(world, 'orderStatus', devicesOfElements(world, elements, account), (device) => ({
      deviceResponse: {
        orderStatusResponse: {
          ...(orderRequestId === undefined ? {} : { orderRequestId }),
          status: device.state === 'pending activation' ? 'In Progress' : device.mdnIndex === undefined ? 'Not Found' : 'Completed',
        },
      },
    }));
  },
};
