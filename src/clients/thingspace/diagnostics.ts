/** Diagnostic data of one device, and remaining suspension time. Contains personal data: names, addresses, coordinates. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { Attribute, DeviceId, ResponseDeviceId } from './ids.ts';
import { Account, CustomField, Ref } from './safe-text.ts';
import { Accepted, callbackOnlyDoubt, FlatIds } from './selection.ts';

const Section = () => z.record(z.string(), z.unknown()).nullish();
const mdn = { id: '2085550101', kind: 'mdn' } as const;

const basic = endpoint({
  id: 'thingspace.diagnostics.basic',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/diagnostics/actions/list',
  effects: [],
  sure: 'documented',
  source: 'get-device-diagnostic-information page',
  doubts: ['deprecated: use diagnostics.extended', 'the response is only partly verified'],
  help: 'Reads attributes, connectivity, provisioning and billing of one device by MDN (deprecated).',
  body: () => z.strictObject({ accountName: Account(), deviceList: DeviceId() }),
  reply: () =>
    z.looseObject({
      deviceIds: z.array(ResponseDeviceId()).nullish(),
      attributes: Section(),
      connectivity: Section(),
      provisioning: Section(),
      billing: Section(),
    }),
  example: { body: { accountName: '0442000123-00001', deviceList: mdn } },
});

const extended = endpoint({
  id: 'thingspace.diagnostics.extended',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/extendeddiagnostics/actions/list',
  effects: [],
  sure: 'documented',
  source: 'get-device-extended-diagnostic-information page, SDK',
  doubts: ['contains personal data: name, address, coordinates'],
  help: 'Reads all categories of one device by MDN: connectivity, provisioning, usage, location, radio, battery, firmware.',
  body: () => z.strictObject({ accountName: Account(), deviceList: z.array(DeviceId()).length(1) }),
  reply: () =>
    z.looseObject({
      accountName: z.string().nullish(),
      deviceList: z.array(ResponseDeviceId()).nullish(),
      /** A category may have no attributes; all values are strings. */
      categories: z
        .array(z.looseObject({ categoryName: z.string().nullish(), extendedAttributes: z.array(Attribute()).nullish() }))
        .nullish(),
    }),
  example: { body: { accountName: '0442000123-00001', deviceList: [mdn] } },
});

const suspension = endpoint({
  id: 'thingspace.diagnostics.suspension',
  api: 'm2m',
  route: 'POST /api/m2m/v1/devices/suspension/status',
  effects: [],
  sure: 'documented',
  source: 'retrieve-device-suspension-status page, SDK',
  doubts: [
    `${callbackOnlyDoubt('DeviceSuspensionStatus')}; without one the request is rejected`,
    'must be enabled for the customer; only suspended devices appear',
    'the callback is assumed to have the fields of a suspend response',
  ],
  help: 'Requests since when devices are suspended and the days left; the response comes by callback.',
  body: () =>
    z
      .strictObject({
        accountName: Account().optional(),
        deviceIds: FlatIds().optional(),
        filter: z
          .strictObject({
            groupName: Ref('target').optional(),
            servicePlan: Ref('reference').optional(),
            customFields: z.array(CustomField()).min(1).optional(),
          })
          .optional(),
      })
      .refine((body) => (body.deviceIds === undefined) !== (body.filter === undefined), {
        path: ['deviceIds'],
        error: 'give either deviceIds or a filter',
      }),
  reply: () => Accepted(),
  example: { body: { accountName: '0442000123-00001', deviceIds: [{ id: '89148000000077000333', kind: 'iccid' }] } },
});

export const diagnostics = { basic, extended, suspension };
