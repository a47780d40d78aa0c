import { z } from 'zod';
import { devices } from '../../clients/thingpark/devices.ts';
import { Latitude, Longitude } from '../../clients/thingpark/fields.ts';
import { defined } from '../../text/defined.ts';
import { identifier } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

const changeable = ['name', 'model', 'connectivityPlan', 'appServers', 'latitude', 'longitude'] as const;

export const updateDevice = changeTool({
  name: 'update_device',
  toolset: 'thingpark',
  title: 'Change a ThingPark device',
  description:
    'Changes name, model, plan, application servers or location of one ThingPark device; omitted fields stay. appServers replaces the whole list, [] removes all. A plan given to a suspended device resumes it. To stop one use suspend_device.',
  provider: 'thingpark',
  operations: [devices.update],
  idempotent: true,
  partial: true,
  input: z
    .strictObject({
      device: identifier('devEui'),
      name: z.string().trim().min(1).max(255).optional(),
      model: z.string().min(1).optional(),
      connectivityPlan: z.string().min(1).optional().describe('ID from list_plans'),
      appServers: z.array(z.string().min(1)).max(10).optional().describe('IDs'),
      latitude: Latitude(),
      longitude: Longitude(),
      connection: fields.connection,
      preview: fields.preview,
    })
    .superRefine((input, context) => {
      const refuse = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
      if (changeable.every((field) => input[field] === undefined)) refuse('device', `give at least one of ${changeable.join(', ')}`);
      if ((input.latitude === undefined) !== (input.longitude === undefined))
        refuse(
          input.latitude === undefined ? 'latitude' : 'longitude',
          'latitude and longitude must be given together. Example: 48.85 and 2.35',
        );
    }),
  example: { device: 'A81758FFFE0A0001', name: 'Fridge 1' },
  toRequest: ({ device, name, model, connectivityPlan, appServers, latitude, longitude, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: [
      {
        path: { deviceUid: `e${device}` },
        ...(connectivityPlan ? { query: { networkSubscriptionsHandlingMode: 'ADVANCED' } } : {}),
        body: defined({
          name,
          model: model ? { ID: model } : undefined,
          networkSubscription: connectivityPlan ? { ID: connectivityPlan } : undefined,
          appServers: appServers?.map((ID) => ({ ID })),
          adminLat: latitude,
          adminLon: longitude,
        }),
      },
    ],
  }),
});
