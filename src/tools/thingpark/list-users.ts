import { z } from 'zod';

import { users } from '../../clients/thingpark/users.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { personalDataRule, withLeftOut } from '../personal-data.ts';
import { shortList } from '../short-list.ts';

export const listUsers = readTool({
  name: 'list_users',
  toolset: 'thingpark',
  title: 'List users',
  description:
    'Lists the ThingPark users visible to the account, with their scopes, without personal data unless personal is true. To add one use invite_user.',
  provider: 'thingpark',
  extra: true,
  input: z.strictObject({ personal: fields.personal, limit: fields.limit(500, 50), connection: fields.connection }),
  output: z.looseObject({ users: z.array(z.looseObject({ user: z.string() })), total: z.number() }),
  example: {},
  async run({ personal, limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingpark']);
    const all = await at.call(users.list, { query: {} }, { signal });
    const shown = personalDataRule(all.slice(0, limit), personal);
    const rows = [...shown.value, ...all.slice(limit)].map((one) => ({
      user: one.id,
      ref: one.ref,
      name: [...new Set([one.firstName, one.lastName])].filter(Boolean).join(' '),
      email: one.email,
      organization: one.organization,
      scopes: one.scopes?.join(' '),
    }));
    return withLeftOut(shortList('users', rows, limit, at), shown.leftOut);
  },
});
