/** Device details stored by an account: custom fields, cost center, place of use. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { PlaceOfUse } from './place-of-use.ts';
import { Account, CustomField } from './safe-text.ts';
import {
  Accepted,
  Devices,
  filterScopeDoubt,
  hasSelection,
  isNotMixed,
  mixedSelection,
  selection,
  selectionRequired,
} from './selection.ts';

// An empty value presumably clears a field.
const NewField = () =>
  z.strictObject({ key: z.string().regex(/^CustomField[1-5]$/), value: z.union([z.literal(''), CustomField().shape.value]) });

const customFields = endpoint({
  id: 'thingspace.details.customFields',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/devices/actions/customFields',
  effects: ['write'],
  sure: 'documented',
  source: 'change-device-custom-fields page, SDK',
  doubts: [
    'customFields is the filter, customFieldsToUpdate the new values',
    'that an empty value clears is not verified',
    filterScopeDoubt,
  ],
  help: 'Sets custom fields of devices.',
  body: () =>
    z
      .strictObject({ ...selection(), customFieldsToUpdate: z.array(NewField()).min(1).max(5) })
      .refine(hasSelection, selectionRequired)
      .refine(isNotMixed, mixedSelection),
  reply: () => Accepted(),
  example: {
    body: {
      devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
      customFieldsToUpdate: [{ key: 'CustomField2', value: 'pump 7' }],
    },
  },
});

const costCenter = endpoint({
  id: 'thingspace.details.costCenter',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/devices/costCenter',
  effects: ['write'],
  sure: 'documented',
  source: 'change-device-cost-center page, SDK',
  doubts: ['removeCostCenter overrides costCenter', filterScopeDoubt],
  help: 'Sets or removes the cost center of devices.',
  body: () =>
    z
      .strictObject({
        ...selection(),
        costCenter: z
          .string()
          .regex(/^[A-Za-z0-9 !#-]{1,36}$/)
          .optional(),
        removeCostCenter: z.boolean().optional(),
        primaryPlaceOfUse: PlaceOfUse().optional(),
      })
      .refine(hasSelection, selectionRequired)
      .refine(isNotMixed, mixedSelection)
      .refine((body) => (body.costCenter === undefined) === (body.removeCostCenter === true), {
        path: ['costCenter'],
        error: 'give costCenter, or removeCostCenter: true',
      }),
  reply: () => Accepted(),
  example: { body: { devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }], costCenter: 'North-4' } },
});

const contactInfo = endpoint({
  id: 'thingspace.details.contactInfo',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/devices/actions/contactInfo',
  effects: ['write', 'billing'],
  sure: 'documented',
  source: 'change-device-contact-information page, SDK',
  doubts: [
    'overwrites all values of the place of use: read, merge, write',
    'the address determines the taxes',
    'limited release',
    'the API index writes contactinfo',
    filterScopeDoubt,
  ],
  help: 'Replaces the place of use (name and address) of devices.',
  body: () =>
    z
      .strictObject({ primaryPlaceOfUse: PlaceOfUse(), accountName: Account().optional(), devices: Devices().optional() })
      .refine((body) => body.devices !== undefined || body.accountName !== undefined, {
        path: ['devices'],
        error: 'give devices or accountName',
      }),
  reply: () => Accepted(),
  example: {
    body: {
      accountName: '0442000123-00001',
      devices: [{ deviceIds: [{ id: '89148000000077000037', kind: 'iccid' }] }],
      primaryPlaceOfUse: {
        customerName: { firstName: 'Avery', lastName: 'Example' },
        address: { addressLine1: '12 Example Way', city: 'Wenatchee', state: 'WA', zip: '98801', country: 'USA' },
      },
    },
  },
});

export const details = { customFields, costCenter, contactInfo };
