import { z } from 'zod';
import { devices } from '../../clients/thingspace/devices.ts';
import { byIccid } from '../../clients/thingspace/ids.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { groupByAccount } from './account.ts';

export const deactivateSim = changeTool({
  name: 'deactivate_sim',
  toolset: 'thingspace',
  title: 'Deactivate SIMs for good',
  description:
    'Deactivates ThingSpace SIMs: number and IP are lost for good, a termination fee may be charged. To stop traffic for a while use suspend_sim.',
  provider: 'thingspace',
  operations: [devices.deactivate],
  idempotent: true,
  input: z.strictObject({
    sims: fields.sims({}),
    reasonCode: z.literal('FF', { error: 'FF is the only valid code. Example: "FF"' }).default('FF'),
    etfWaiver: z.boolean().optional().describe('waive the termination fee, if the contract has waivers'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }] },
  async toRequest({ sims, reasonCode, etfWaiver, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    const accounts = await groupByAccount(sims, at, context.signal);
    return {
      connection: at,
      inputs: accounts.map(([accountName, iccids]) => ({
        body: { accountName, devices: iccids.map(byIccid), reasonCode, ...(etfWaiver === undefined ? {} : { etfWaiver }) },
      })),
    };
  },
});
