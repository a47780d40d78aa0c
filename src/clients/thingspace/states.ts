/** Named service states, for customers with this feature: a request names the target state and the platform performs the necessary steps. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField } from '../http/identifier-marks.ts';
import { DeviceIds } from './ids.ts';
import { PlaceOfUse } from './place-of-use.ts';
import { CustomField, Ref, SafeText } from './safe-text.ts';
import { Accepted, DeviceFilter, Devices } from './selection.ts';

const Text = () => z.string().nullish();

const list = endpoint({
  id: 'thingspace.states.list',
  api: 'm2m',
  route: 'GET /api/m2m/v1/accounts/{accountName}/statesandservices',
  path: { accountName: 'target' },
  effects: [],
  sure: 'documented',
  source: 'SDK',
  doubts: ['the API index writes stateandservices; use that if this path returns 900906'],
  help: 'Lists the services of an account with their states and the plans that each state allows.',
  reply: () =>
    z.looseObject({
      engagement: z
        .array(
          z.looseObject({
            engagementId: z.union([z.string(), z.number()]).nullish(),
            chargingGroup: Text(),
            services: z
              .array(
                z.looseObject({
                  name: Text(),
                  description: Text(),
                  states: z
                    .array(
                      z.looseObject({
                        name: Text(),
                        workflowSequenceNumber: z.union([z.number(), z.string()]).nullish(),
                        servicePlans: z.array(z.string()).nullish(),
                      }),
                    )
                    .nullish(),
                }),
              )
              .nullish(),
          }),
        )
        .nullish(),
    }),
  example: { path: { accountName: '0442000123-00001' } },
});

const go = endpoint({
  id: 'thingspace.states.go',
  api: 'm2m',
  route: 'PUT /api/m2m/v1/devices/actions/gotostate',
  effects: ['billing', 'disruptive'],
  sure: 'documented',
  source: 'go-to-state page, SDK',
  doubts: [
    'must be enabled for the customer',
    'the platform assumes that all devices are in the state of the first',
    'a state may suspend or deactivate the device',
    'a filter applies to every matching device',
  ],
  help: 'Moves devices to a named state of a service (see states.list).',
  body: () =>
    z
      .strictObject({
        serviceName: SafeText(),
        stateName: SafeText(),
        servicePlan: Ref('reference'),
        mdnZipCode: SafeText(),
        devices: Devices().optional(),
        filter: DeviceFilter().optional(),
        carrierIpPoolName: Ref('reference').optional(),
        publicIpRestriction: z.enum(['restricted', 'unrestricted']).optional(),
        skuNumber: Ref('reference').optional(),
        customFields: z.array(CustomField()).optional(),
        groupName: Ref('reference').optional(),
        primaryPlaceOfUse: PlaceOfUse().optional(),
        ipAddress: idField('new', 'ip', SafeText()).optional(),
        /** Some of `devices` with the address of their service; the members of an address are not documented. */
        devicesWithServiceAddress: z
          .array(z.looseObject({ deviceIds: DeviceIds().shape.deviceIds }))
          .min(1)
          .optional(),
      })
      .refine((body) => (body.devices === undefined) !== (body.filter === undefined), {
        path: ['devices'],
        error: 'give either devices or a filter',
      }),
  reply: () => Accepted(),
  example: {
    body: {
      serviceName: 'Telemetry',
      stateName: 'Telemetry On',
      servicePlan: 'IOTLOW5MB',
      mdnZipCode: '98801',
      devices: [{ deviceIds: [{ id: '89148000000077000444', kind: 'iccid' }] }],
    },
  },
});

export const states = { list, go };
