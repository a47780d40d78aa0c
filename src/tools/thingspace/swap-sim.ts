import { z } from 'zod';
import { hardware } from '../../clients/thingspace/hardware.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { identifier } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const swapSim = changeTool({
  name: 'swap_sim',
  toolset: 'thingspace',
  title: 'Swap a SIM or its device',
  description:
    'Moves number and plan of an active ThingSpace SIM to another SIM, device or both; the old identifier loses its history for good. The new hardware must be unknown to the carrier. eUICC profiles: switch_profile.',
  provider: 'thingspace',
  extra: true,
  operations: [hardware.change],
  idempotent: true,
  input: z
    .strictObject({
      iccid: identifier('iccid'),
      newIccid: identifier('iccid').optional(),
      newImei: identifier('imei').optional(),
      connection: fields.connection,
      preview: fields.preview,
    })
    .refine((input) => input.newIccid !== undefined || input.newImei !== undefined, {
      path: ['newIccid'],
      error: 'give newIccid, newImei or both',
    }),
  example: { iccid: '89148000000077000037', newIccid: '89148000000077000999' },
  toRequest: ({ iccid, newIccid, newImei, connection }, context) => ({
    connection: context.connection(connection, ['thingspace']),
    inputs: [
      {
        path: { serviceType: '4G' },
        body: {
          deviceIds: [asIccid(iccid)],
          deviceIdsTo: [...(newImei ? [{ id: newImei, kind: 'imei' }] : []), ...(newIccid ? [asIccid(newIccid)] : [])],
          change4gOption: newIccid && newImei ? 'ChangeIMEIandICCID' : newIccid ? 'ChangeICCID' : 'ChangeIMEI',
        },
      },
    ],
  }),
});
