import type { leads as contracts } from '../../clients/thingspace/leads.ts';
import type { Handlers } from '../handler.ts';
import { accountOf } from './device-lookup.ts';

const address = { addressLine1: '12 Example Way', addressLine2: '', city: 'Wenatchee', state: 'WA', zip: '98801', country: 'USA' };

export const leads: Handlers<typeof contracts> = {
  list({ world, path }) {
    accountOf(world.thingspace, path.accountName);
    return { status: 200, body: { hasMoreData: false, leads: [{ leadId: 'L-20417', leadState: 'Qualified', address }] } };
  },
};
