import { z } from 'zod';

import { devices } from '../../clients/thingpark/devices.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const suspendDevice = changeTool({
  name: 'suspend_device',
  toolset: 'thingpark',
  title: 'Suspend ThingPark devices',
  description:
    'Suspends ThingPark devices: their packets are ignored until resume_device; plan, keys and history are kept. For SIMs at ThingSpace use suspend_sim.',
  provider: 'thingpark',
  operations: [devices.update],
  idempotent: true,
  input: z.strictObject({ devices: fields.devEuis(10_000), connection: fields.connection, preview: fields.preview }),
  example: { devices: ['A81758FFFE0A0001'] },
  toRequest: ({ devices: euis, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: euis.map((eui) => ({ path: { deviceUid: `e${eui}` }, body: { suspension: 'SUBSCRIBER_SUSPENDED' } })),
  }),
});
