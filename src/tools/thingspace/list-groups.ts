import { z } from 'zod';

import { membersOf } from '../../changes/thingspace/groups.ts';
import { flagOf } from '../../clients/thingspace/fields.ts';
import { groups } from '../../clients/thingspace/groups.ts';
import { idOf } from '../../clients/thingspace/ids.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';
import { resolveAccount } from './account.ts';

export const listGroups = readTool({
  name: 'list_groups',
  toolset: 'thingspace',
  title: 'List device groups',
  description: 'Lists the device groups of a ThingSpace account; with group, the SIMs in it. To change one: save_group.',
  provider: 'thingspace',
  input: z.strictObject({
    group: z.string().min(1).optional(),
    account: z.string().min(1).optional(),
    limit: fields.limit(1000, 50),
    connection: fields.connection,
  }),
  output: z.looseObject({ total: z.number() }),
  example: { account: '0442000123-00001' },
  async run({ group, account, limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingspace']);
    const accountName = resolveAccount(account, at);
    if (group === undefined) {
      const all = await at.call(groups.list, { path: { accountName } }, { signal });
      const rows = all.map((one) => ({
        group: one.name,
        description: one.description,
        default: flagOf(one.isDefaultGroup) ? 'yes' : undefined,
      }));
      return shortList('groups', rows, limit, at);
    }
    const { rows } = await membersOf(accountName, group, at, 100_000, signal);
    return shortList(
      'sims',
      rows.map((row) => ({ iccid: idOf(row, 'iccid'), imei: idOf(row, 'imei'), mdn: idOf(row, 'mdn') })),
      limit,
      at,
    );
  },
});
