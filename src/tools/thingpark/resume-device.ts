import { z } from 'zod';

import { devices } from '../../clients/thingpark/devices.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const resumeDevice = changeTool({
  name: 'resume_device',
  toolset: 'thingpark',
  title: 'Resume ThingPark devices',
  description:
    'Brings suspended ThingPark devices back into service. One without a connectivity plan needs a plan instead: update_device. For SIMs at ThingSpace use restore_sim.',
  provider: 'thingpark',
  operations: [devices.update],
  idempotent: true,
  input: z.strictObject({ devices: fields.devEuis(10_000), connection: fields.connection, preview: fields.preview }),
  example: { devices: ['A81758FFFE0A0001'] },
  toRequest: ({ devices: euis, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: euis.map((eui) => ({ path: { deviceUid: `e${eui}` }, body: { suspension: 'NONE' } })),
  }),
});
