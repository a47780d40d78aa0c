import { z } from 'zod';

import { devices } from '../../clients/thingpark/devices.ts';
import { identifier } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

const otaa = ['joinEui', 'appKey'] as const;
const abp = ['devAddr', 'nwkSKey', 'appSKey'] as const;

export const addLorawanDevice = changeTool({
  name: 'add_lorawan_device',
  toolset: 'thingpark',
  title: 'Add a LoRaWAN device',
  description:
    'Adds a LoRaWAN device to ThingPark. OTAA needs joinEui or appKey (both with the local join server); ABP needs devAddr and nwkSKey, appSKey to decrypt payloads. Keys may be named from the secrets file. For SIMs use activate_sim.',
  provider: 'thingpark',
  operations: [devices.create],
  input: z
    .strictObject({
      name: z.string().trim().min(1).max(255),
      devEui: identifier('devEui'),
      model: z.string().min(1).describe('device profile ID'),
      activation: z.enum(['OTAA', 'ABP']),
      joinEui: identifier('joinEui').optional(),
      appKey: fields.aesKey.optional(),
      devAddr: identifier('devAddr').optional(),
      nwkSKey: fields.aesKey.optional(),
      appSKey: fields.aesKey.optional(),
      appServers: z.array(z.string().min(1)).max(10).optional().describe('IDs'),
      connectivityPlan: z.string().min(1).optional().describe('ID; chosen by the provider when left out'),
      connection: fields.connection,
      preview: fields.preview,
    })
    .superRefine((input, context) => {
      const refuse = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
      if (input.activation === 'OTAA') {
        for (const field of abp) if (input[field] !== undefined) refuse(field, 'belongs to ABP, this is OTAA');
        if (!input.appKey && !input.joinEui)
          refuse(
            'appKey',
            'OTAA needs appKey (local join server) or joinEui (external one). Example: {"secret":"name-in-the-secrets-file"}',
          );
      } else {
        for (const field of otaa) if (input[field] !== undefined) refuse(field, 'belongs to OTAA, this is ABP');
        if (!input.devAddr) refuse('devAddr', 'ABP needs a DevAddr, 8 hex digits. Example: 04ABCDEF');
        if (!input.nwkSKey) refuse('nwkSKey', 'ABP needs the NwkSKey, 32 hex digits. Example: {"secret":"name-in-the-secrets-file"}');
      }
    }),
  example: {
    name: 'Fridge 1',
    devEui: 'A81758FFFE0B0001',
    model: 'SMTC/LoRaMoteA.1_EU',
    activation: 'OTAA',
    joinEui: 'A81758FFFE000000',
    appKey: '000102030405060708090A0B0C0D0E0F',
    connectivityPlan: 'acme-cs/standard',
    appServers: ['TWA_199982747.1972.AS'],
  },
  want(input, context) {
    const { name, devEui, model, activation, joinEui, appKey, devAddr, nwkSKey, appSKey, appServers, connectivityPlan } = input;
    return {
      connection: context.connection(input.connection, ['thingpark']),
      inputs: [
        {
          ...(connectivityPlan ? { query: { networkSubscriptionsHandlingMode: 'ADVANCED' } } : {}),
          body: {
            EUI: devEui,
            name,
            connectivity: 'LORAWAN',
            activation,
            model: { ID: model },
            ...(joinEui ? { appEUI: joinEui } : {}),
            ...(appKey ? { appKey } : {}),
            ...(devAddr ? { nwAddress: devAddr } : {}),
            ...(nwkSKey ? { nwKey: nwkSKey } : {}),
            ...(appSKey ? { appKeys: `<AppSKeys><AppSKey Port="*">${appSKey}</AppSKey></AppSKeys>` } : {}),
            ...(connectivityPlan ? { networkSubscription: { ID: connectivityPlan } } : {}),
            ...(appServers?.length ? { appServers: appServers.map((ID) => ({ ID })) } : {}),
          },
        },
      ],
    };
  },
});
