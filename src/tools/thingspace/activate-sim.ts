import { z } from 'zod';
import { devices } from '../../clients/thingspace/devices.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { identifier } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const activateSim = changeTool({
  name: 'activate_sim',
  toolset: 'thingspace',
  title: 'Activate SIMs',
  description:
    "Activates ThingSpace SIMs on a service plan; each gets a new phone number. A missing imei is taken from the account's record and shown in the plan. Accepted is not active: follow it with get_change. For a suspended SIM use restore_sim.",
  provider: 'thingspace',
  operations: [devices.activate],
  idempotent: true,
  input: z.strictObject({
    sims: fields.sims({ imei: identifier('imei').optional() }),
    servicePlan: z.string().min(1).describe('code from list_service_plans'),
    zipCode: z
      .string()
      .regex(/^\d{5}$/, 'must be a US ZIP code of 5 digits. Example: 98801')
      .describe('US, 5 digits'),
    account: z.string().min(1).optional(),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000444' }], servicePlan: 'IOTLOW5MB', zipCode: '98801' },
  toRequest: ({ sims, servicePlan, zipCode, account, connection }, context) => ({
    connection: context.connection(connection, ['thingspace']),
    inputs: [
      {
        body: {
          servicePlan,
          mdnZipCode: zipCode,
          ...(account ? { accountName: account } : {}),
          devices: sims.map(({ iccid, imei }) => ({
            deviceIds: [...(imei ? [{ id: imei, kind: 'imei' }] : []), asIccid(iccid)],
          })),
        },
      },
    ],
  }),
});
