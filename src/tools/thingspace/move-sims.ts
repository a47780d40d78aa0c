import { z } from 'zod';
import { accounts } from '../../clients/thingspace/accounts.ts';
import { byIccid } from '../../clients/thingspace/ids.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const moveSims = changeTool({
  name: 'move_sims',
  toolset: 'thingspace',
  title: 'Move SIMs to another account',
  description:
    'Moves active ThingSpace SIMs to another account of the same customer; history stays behind. servicePlan is needed if that account lacks their plan. Between groups: save_group.',
  provider: 'thingspace',
  extra: true,
  operations: [accounts.move],
  idempotent: true,
  input: z.strictObject({
    sims: fields.sims({}),
    toAccount: z.string().min(1),
    servicePlan: z.string().min(1).optional(),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }], toAccount: '0442000123-00002' },
  toRequest: ({ sims, toAccount, servicePlan, connection }, context) => ({
    connection: context.connection(connection, ['thingspace']),
    inputs: [
      {
        body: { accountName: toAccount, devices: sims.map(({ iccid }) => byIccid(iccid)), ...(servicePlan ? { servicePlan } : {}) },
      },
    ],
  }),
});
