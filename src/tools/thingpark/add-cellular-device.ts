import { z } from 'zod';
import { cellularDevices } from '../../clients/thingpark/cellular-devices.ts';
import { defined } from '../../text/defined.ts';
import { identifier, otherForms } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const addCellularDevice = changeTool({
  name: 'add_cellular_device',
  toolset: 'thingpark',
  title: 'Add a cellular device',
  description:
    'Adds a cellular device to ThingPark by its SIM (ICCID or EID). With imei the SIM works in that equipment only; without a plan it starts suspended, without networkContext it reaches no server. For LoRaWAN use add_lorawan_device.',
  provider: 'thingpark',
  extra: true,
  operations: [cellularDevices.create],
  idempotent: true,
  input: z.strictObject({
    name: z.string().trim().min(1).max(255),
    sim: fields.iccidOrEid,
    model: z.string().min(1),
    imei: identifier('imei').optional(),
    connectivityPlan: z.string().min(1).optional(),
    networkContext: z.string().min(1).optional(),
    appServers: z.array(z.string().min(1)).max(10).optional().describe('IDs'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: {
    name: 'Gate 7',
    sim: '8988247000000000999',
    model: 'CUSTOM/LTE_Dongle',
    connectivityPlan: 'acme-cs/cellular-cp',
    networkContext: 'acme-context',
  },
  toRequest: ({ name, sim, model, imei, connectivityPlan, networkContext, appServers, connection }, context) => ({
    connection: context.connection(connection, ['thingpark']),
    inputs: [
      {
        query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
        body: defined({
          connectivity: 'CELLULAR',
          name,
          model: { ID: model },
          sim: { ID: sim },
          enforcedIMEI: imei === undefined || imei.length === 15 ? imei : (otherForms('imei', imei)[0] ?? imei),
          networkSubscription: connectivityPlan ? { ID: connectivityPlan } : undefined,
          networkContext: networkContext ? { ID: networkContext } : undefined,
          appServers: appServers?.length ? appServers.map((ID) => ({ ID })) : undefined,
        }),
      },
    ],
  }),
});
