/** Devices before activation and after deactivation: check availability, add to an account, delete the record. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { DeviceIds, ResponseDeviceId } from './ids.ts';
import { Account, CustomField, Ref } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt } from './selection.ts';

const Text = () => z.string().nullish();
// An object or a list, even within one response.
const Ids = () => z.union([z.array(ResponseDeviceId()), ResponseDeviceId()]).nullish();

const availability = endpoint({
  id: 'thingspace.stock.availability',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/availability/actions/list',
  effects: [],
  sure: 'documented',
  source: 'check-device-availability page, SDK',
  doubts: [callbackOnlyDoubt('DeviceService'), 'the callback body is not verified'],
  help: 'Requests whether devices (4G: IMEI and ICCID) are known to their manufacturer and can be activated; the response comes by callback.',
  body: () => z.strictObject({ accountName: Account(), devices: z.array(DeviceIds()).min(1).max(2000) }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00002',
      devices: [
        {
          deviceIds: [
            { id: '359000001201092', kind: 'imei' },
            { id: '89148000000077000444', kind: 'iccid' },
          ],
        },
      ],
    },
  },
});

const add = endpoint({
  id: 'thingspace.stock.add',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/add',
  effects: ['write'],
  sure: 'documented',
  source: 'add-devices page, SDK',
  help: 'Adds up to 200 devices to an account without activating them; returns each result.',
  body: () =>
    z.strictObject({
      state: z.literal('Pre-active'),
      devicesToAdd: z.array(DeviceIds()).min(1).max(200),
      accountName: Account().optional(),
      customFields: z.array(CustomField()).optional(),
      groupName: Ref('reference').optional(),
      skuNumber: Ref('reference').optional(),
      smsrOid: Ref('reference').optional(),
    }),
  reply: () => z.array(z.looseObject({ deviceIds: Ids(), response: Text(), status: Text(), message: Text() })),
  example: {
    body: {
      accountName: '0442000123-00001',
      state: 'Pre-active',
      devicesToAdd: [{ deviceIds: [{ id: '89148000000077000481', kind: 'iccid' }] }],
    },
  },
});

const remove = endpoint({
  id: 'thingspace.stock.remove',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/actions/delete',
  effects: ['destructive'],
  sure: 'documented',
  source: 'delete-devices page, SDK',
  doubts: ['100 devices per request; the newest SDK text says 200', 'whether a pre-active device may be deleted is not verified'],
  help: 'Deletes deactivated devices with their record and all history; returns each result.',
  body: () => z.strictObject({ devicesToDelete: z.array(DeviceIds()).min(1).max(100), accountName: Account().optional() }),
  reply: () => z.array(z.looseObject({ deviceIds: Ids(), status: Text(), message: Text() })),
  example: {
    body: {
      accountName: '0442000123-00002',
      devicesToDelete: [{ deviceIds: [{ id: '89148000000077000407', kind: 'iccid' }] }],
    },
  },
});

export const stock = { availability, add, remove };
