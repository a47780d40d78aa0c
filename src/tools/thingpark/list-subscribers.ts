import { z } from 'zod';

import { subscribers } from '../../clients/thingpark/subscribers.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { personalDataRule, withLeftOut } from '../personal-data.ts';
import { shortList } from '../short-list.ts';

export const listSubscribers = readTool({
  name: 'list_subscribers',
  toolset: 'thingpark',
  title: 'List subscribers',
  description:
    'Lists the ThingPark subscribers visible to the account, without personal data unless personal is true. Their users: list_users. For iot-x subscribers use list_devices.',
  provider: 'thingpark',
  extra: true,
  input: z.strictObject({ personal: fields.personal, limit: fields.limit(500, 50), connection: fields.connection }),
  output: z.looseObject({ subscribers: z.array(z.looseObject({ subscriber: z.string() })), total: z.number() }),
  example: {},
  async run({ personal, limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const all = await at.call(subscribers.list, { query: {} }, { signal });
    const shown = personalDataRule(all.slice(0, limit), personal);
    const rows = [...shown.value, ...all.slice(limit)].map((one) => ({
      subscriber: one.id,
      ref: one.ref,
      name: one.name,
      email: one.contactEmail,
      organization: one.organization,
    }));
    return withLeftOut(shortList('subscribers', rows, limit, at), shown.leftOut);
  },
});
