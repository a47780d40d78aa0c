/** Creation of OSS cellular devices as in the 8.x tutorial: the platform assigns the EUI. All other operations are in `devices`. */
import { z } from 'zod';

import { endpoint } from '../http/endpoint.ts';
import { idField } from '../http/identifier-marks.ts';
import { Device } from './devices.ts';
import { ById } from './fields.ts';

const create = endpoint({
  id: 'thingpark.cellularDevices.create',
  api: 'oss',
  route: 'POST /thingpark/wireless/rest/subscriptions/mine/devices',
  effects: ['billing'],
  sure: 'documented',
  source: 'tutorial 8.x',
  doubts: [
    'the new device may use up a plan licence',
    'release 7.3 uses EUI (an IMEI of 14 or 15 digits) and imsi instead of sim and enforcedIMEI',
  ],
  cost: 'medium',
  help: 'Creates a cellular device from its SIM; without a plan it starts suspended, without a network context it reaches no server.',
  query: () => z.strictObject({ networkSubscriptionsHandlingMode: z.enum(['BASIC', 'ADVANCED']).optional() }),
  body: () =>
    z.strictObject({
      connectivity: z.literal('CELLULAR'),
      name: z.string().optional(),
      model: ById(),
      /** ICCID or EID. */
      sim: z.strictObject({
        ID: idField('new', 'sim', z.string().regex(/^(\d{18,20}|\d{32})$/, 'has 18 to 20 digits (ICCID) or 32 (EID)')),
      }),
      /** IMEI of 15 digits; the SIM then works only in that equipment. */
      enforcedIMEI: idField('new', 'imei', z.string().regex(/^\d{15}$/, 'has 15 digits')).optional(),
      networkSubscription: ById().optional(),
      networkContext: ById().optional(),
      appServers: z.array(ById()).optional(),
    }),
  reply: () => Device(),
  example: {
    query: { networkSubscriptionsHandlingMode: 'ADVANCED' },
    body: {
      connectivity: 'CELLULAR',
      name: 'Gate 7',
      model: { ID: 'CUSTOM/LTE_Dongle' },
      sim: { ID: '8988247000000000999' },
      enforcedIMEI: '359000000000999',
      networkSubscription: { ID: 'acme-cs/cellular-cp' },
      networkContext: { ID: 'acme-context' },
    },
  },
});

export const cellularDevices = { create };
