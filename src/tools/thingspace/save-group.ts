import { z } from 'zod';
import { Refusal } from '../../clients/http/errors.ts';
import { groups } from '../../clients/thingspace/groups.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { namedAs } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { resolveAccount } from './account.ts';

export const saveGroup = changeTool({
  name: 'save_group',
  toolset: 'thingspace',
  title: 'Save a device group',
  description:
    'Creates a ThingSpace device group, renames it, sets its description, adds or removes named SIMs. A SIM is in one group: adding it removes it from another. To read: list_groups.',
  provider: 'thingspace',
  extra: true,
  operations: [groups.create, groups.update],
  idempotent: true,
  partial: true,
  input: z.strictObject({
    group: z.string().min(1),
    account: z.string().min(1).optional(),
    add: fields.sims({}).optional(),
    remove: fields.sims({}).optional(),
    description: z.string().min(1).optional(),
    rename: z.string().min(1).optional(),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { group: 'West tanks', account: '0442000123-00001', add: [{ iccid: '89148000000077000148' }] },
  async toRequest({ group: given, account, add, remove, description, rename, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    const accountName = resolveAccount(account, at);
    const ids = (sims: readonly { iccid: string }[]) => sims.map(({ iccid }) => asIccid(iccid));
    const adding = add ? { devicesToAdd: ids(add) } : {};
    const all = await at.call(groups.list, { path: { accountName } }, { signal: context.signal });
    const names = all.flatMap((one) => one.name ?? []);
    const group = namedAs(given, names) ?? given;
    if (!names.includes(group)) {
      if (remove || rename)
        throw new Refusal(`group: account ${accountName} has no group of this name`, 'list_groups shows them; nothing was sent.', 'group');
      return {
        operation: groups.create,
        connection: at,
        inputs: [{ body: { accountName, groupName: group, groupDescription: description ?? group, ...adding } }],
      };
    }
    const body = {
      ...(rename ? { newGroupName: rename } : {}),
      ...(description ? { newGroupDescription: description } : {}),
      ...adding,
      ...(remove ? { devicesToRemove: ids(remove) } : {}),
    };
    if (Object.keys(body).length === 0)
      throw new Refusal(
        'group: already exists and no change is given',
        'Pass add, remove, description or rename; nothing was sent.',
        'group',
      );
    return { operation: groups.update, connection: at, inputs: [{ path: { accountName, groupName: group }, body }] };
  },
});
