import { z } from 'zod';
import { byIccid } from '../../clients/thingspace/ids.ts';

import { plans } from '../../clients/thingspace/plans.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const changeServicePlan = changeTool({
  name: 'change_service_plan',
  toolset: 'thingspace',
  title: 'Change service plan',
  description:
    'Moves active ThingSpace SIMs to another service plan, at most 4 times a month each, never while suspended. Codes: list_service_plans.',
  provider: 'thingspace',
  operations: [plans.change],
  idempotent: true,
  input: z.strictObject({
    sims: fields.sims({}),
    servicePlan: z.string().min(1).describe('code from list_service_plans'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }], servicePlan: 'IOTLOW5MB' },
  toRequest: ({ sims, servicePlan, connection }, context) => ({
    connection: context.connection(connection, ['thingspace']),
    inputs: [{ body: { servicePlan, devices: sims.map(({ iccid }) => byIccid(iccid)) } }],
  }),
});
