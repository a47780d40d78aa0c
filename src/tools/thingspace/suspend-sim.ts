import { z } from 'zod';
import { devices } from '../../clients/thingspace/devices.ts';
import { byIccid } from '../../clients/thingspace/ids.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const suspendSim = changeTool({
  name: 'suspend_sim',
  toolset: 'thingspace',
  title: 'Suspend SIMs',
  description:
    'Suspends active ThingSpace SIMs: no traffic until restored, number and plan are kept. To end a SIM for good use deactivate_sim.',
  provider: 'thingspace',
  operations: [devices.suspend],
  idempotent: true,
  input: z.strictObject({ sims: fields.sims({}), connection: fields.connection, preview: fields.preview }),
  example: { sims: [{ iccid: '89148000000077000037' }] },
  toRequest: ({ sims, connection }, context) => ({
    connection: context.connection(connection, ['thingspace']),
    inputs: [{ body: { devices: sims.map(({ iccid }) => byIccid(iccid)) } }],
  }),
});
