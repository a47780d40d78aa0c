import { z } from 'zod';

import { devices } from '../../clients/thingpark/devices.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const moveDevicesToPlan = changeTool({
  name: 'move_devices_to_plan',
  toolset: 'thingpark',
  title: 'Move ThingPark devices to a plan',
  description:
    'Moves several ThingPark devices to another connectivity plan after checking licences. This resumes suspended devices. For one device update_device does the same.',
  provider: 'thingpark',
  extra: true,
  operations: [devices.update],
  idempotent: true,
  input: z.strictObject({
    devices: fields.devEuis(10_000),
    connectivityPlan: z.string().min(1).describe('ID from list_plans'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { devices: ['A81758FFFE0A0001'], connectivityPlan: 'acme-cs/standard' },
  toRequest: ({ devices: euis, connectivityPlan, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: euis.map((eui) => ({
      path: { deviceUid: `e${eui}` },
      query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
      body: { networkSubscription: { ID: connectivityPlan } },
    })),
  }),
});
