import { z } from 'zod';

import { devices } from '../../clients/thingpark/devices.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const deleteDevice = changeTool({
  name: 'delete_device',
  toolset: 'thingpark',
  title: 'Delete ThingPark devices for good',
  description:
    'Deletes ThingPark devices with their frames, history and alarms. The change stores a copy of what can be read; keys and history cannot be restored. To stop a device for a while use suspend_device.',
  provider: 'thingpark',
  operations: [devices.delete],
  idempotent: true,
  // At most ten, so that the result can show the stored copy of every device.
  input: z.strictObject({ devices: fields.devEuis(10), connection: fields.connection, preview: fields.preview }),
  example: { devices: ['A81758FFFE0A0001'] },
  toRequest: ({ devices: euis, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: euis.map((eui) => ({ path: { deviceUid: `e${eui}` } })),
  }),
});
