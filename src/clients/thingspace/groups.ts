/** Device groups: a device is in exactly one, by default in the default group, which is identified by isDefaultGroup, not by name. */
import { z } from 'zod';

import { memberOf } from '../../text/is-object.ts';
import { endpoint } from '../http/endpoint.ts';
import { Flag } from './fields.ts';
import { Attribute, DeviceId, ResponseDeviceId } from './ids.ts';
import { Account, Ref, SafeText } from './safe-text.ts';

const Text = () => z.string().nullish();
const Done = () => z.looseObject({ success: Flag() });
const device = { id: '89148000000077000037', kind: 'iccid' };

const create = endpoint({
  id: 'thingspace.groups.create',
  api: 'm2m',
  route: 'POST /api/m2m/v1/groups',
  effects: ['write'],
  sure: 'documented',
  source: 'create-device-group page, SDK',
  doubts: ['added devices leave their previous group'],
  help: 'Creates a device group, optionally with devices; names are unique per account.',
  body: () =>
    z.strictObject({
      accountName: Account(),
      groupName: Ref('new'),
      groupDescription: SafeText(),
      devicesToAdd: z.array(DeviceId()).min(1).optional(),
    }),
  reply: () => Done(),
  example: {
    body: { accountName: '0442000123-00001', groupName: 'North tanks', groupDescription: 'Level meters north', devicesToAdd: [device] },
  },
});

const update = endpoint({
  id: 'thingspace.groups.update',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/groups/{accountName}/name/{groupName}',
  path: { accountName: 'reference', groupName: ({ body }) => (isItselfChanged(body) ? 'target' : 'reference') },
  effects: ['write'],
  sure: 'documented',
  source: 'update-device-group page, SDK',
  doubts: ['added devices leave their previous group; removed ones move to the default group'],
  help: 'Renames a device group, changes its description, adds or removes devices.',
  body: () =>
    z
      .strictObject({
        newGroupName: Ref('new').optional(),
        newGroupDescription: SafeText().optional(),
        devicesToAdd: z.array(DeviceId()).min(1).optional(),
        devicesToRemove: z.array(DeviceId()).min(1).optional(),
      })
      .refine((body) => Object.values(body).some((value) => value !== undefined), { error: 'needs at least one field' }),
  reply: () => Done(),
  example: { path: { accountName: '0442000123-00001', groupName: 'West tanks' }, body: { devicesToAdd: [device] } },
});

const list = endpoint({
  id: 'thingspace.groups.list',
  api: 'm2m',
  route: 'GET /api/m2m/v1/groups/{accountName}',
  path: { accountName: 'target' },
  effects: [],
  sure: 'documented',
  source: 'SDK, API index',
  help: 'Lists the device groups of an account.',
  reply: () =>
    z.array(
      z.looseObject({
        name: Text(),
        description: Text(),
        isDefaultGroup: Flag(),
        extendedAttributes: z.array(Attribute()).nullish(),
      }),
    ),
  example: { path: { accountName: '0442000123-00001' } },
});

const read = endpoint({
  id: 'thingspace.groups.read',
  api: 'm2m',
  route: 'GET /api/m2m/v1/groups/{accountName}/name/{groupName}',
  path: { accountName: 'reference', groupName: 'target' },
  effects: [],
  sure: 'documented',
  source: 'SDK, API index',
  doubts: ['page size is unknown; the next page token is in the Location header, returned here as next'],
  help: 'Reads a device group with its device identifiers.',
  query: () => z.strictObject({ next: SafeText().optional() }),
  reply: () =>
    z.looseObject({
      name: Text(),
      description: Text(),
      hasMoreData: Flag(),
      devices: z.array(z.looseObject({ deviceIds: z.array(ResponseDeviceId()).nullish() })),
      /** The token of the next page. */
      next: Text(),
    }),
  bears: ({ name }) => name,
  example: { path: { accountName: '0442000123-00001', groupName: 'West tanks' } },
});

const remove = endpoint({
  id: 'thingspace.groups.remove',
  api: 'm2m',
  route: 'DELETE /api/m2m/v1/groups/{accountName}/name/{groupName}',
  path: { accountName: 'reference', groupName: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'SDK, API index',
  help: 'Deletes a device group; its devices move to the default group, which cannot be deleted.',
  reply: () => Done(),
  example: { path: { accountName: '0442000123-00001', groupName: 'West tanks' } },
});

/** Whether an update changes the group itself, not only which devices are in it. */
function isItselfChanged(body: unknown): boolean {
  return memberOf(body, 'newGroupName') !== undefined || memberOf(body, 'newGroupDescription') !== undefined;
}

export const groups = { create, update, list, read, remove };
