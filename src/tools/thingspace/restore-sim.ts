import { z } from 'zod';
import { devices } from '../../clients/thingspace/devices.ts';
import { byIccid } from '../../clients/thingspace/ids.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const restoreSim = changeTool({
  name: 'restore_sim',
  toolset: 'thingspace',
  title: 'Restore SIMs',
  description: 'Brings suspended ThingSpace SIMs back to active. For a SIM that was never active use activate_sim.',
  provider: 'thingspace',
  operations: [devices.restore],
  idempotent: true,
  input: z.strictObject({ sims: fields.sims({}), connection: fields.connection, preview: fields.preview }),
  example: { sims: [{ iccid: '89148000000077000333' }] },
  toRequest: ({ sims, connection }, context) => ({
    connection: context.connection(connection, ['thingspace']),
    inputs: [{ body: { devices: sims.map(({ iccid }) => byIccid(iccid)) } }],
  }),
});
