import { z } from 'zod';
import { multicastGroups } from '../../clients/thingpark/multicast-groups.ts';
import { defined } from '../../text/defined.ts';
import { identifier } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

const periods = ['1', '2', '4', '8', '16', '32', '64', '128'] as const;

export const addMulticastGroup = changeTool({
  name: 'add_multicast_group',
  toolset: 'thingpark',
  title: 'Add a multicast group',
  description:
    'Adds a multicast group to ThingPark: one downlink for many class B or C devices that hold the same address and keys. The devices themselves are configured by their manufacturer. For one device use send_downlink.',
  provider: 'thingpark',
  extra: true,
  operations: [multicastGroups.create],
  idempotent: true,
  input: z
    .strictObject({
      name: z.string().trim().min(1).max(255),
      eui: identifier('devEui'),
      devAddr: identifier('devAddr'),
      class: z.enum(['B', 'C']),
      pingSlotPeriod: z.enum(periods).optional().describe('class B only'),
      nwkSKey: fields.aesKey,
      appSKey: fields.aesKey.optional(),
      gatewayTags: z.array(z.string().min(1).max(40)).max(20).optional().describe('base stations that send; default all'),
      connectivityPlan: z.string().min(1).optional(),
      appServers: z.array(z.string().min(1)).max(10).optional().describe('IDs'),
      connection: fields.connection,
      preview: fields.preview,
    })
    .superRefine((input, context) => {
      if ((input.class === 'B') === (input.pingSlotPeriod !== undefined)) return;
      const message = input.class === 'B' ? 'is required for class B. Example: "16"' : 'is only valid for class B';
      context.addIssue({ code: 'custom', path: ['pingSlotPeriod'], message });
    }),
  example: {
    name: 'Street lights',
    eui: 'A81758FFFE0B0001',
    devAddr: '04AB0001',
    class: 'C',
    nwkSKey: '000102030405060708090A0B0C0D0E0F',
    gatewayTags: ['north'],
  },
  toRequest({ name, eui, devAddr, nwkSKey, appSKey, gatewayTags, connectivityPlan, appServers, connection, ...input }, context) {
    return {
      connection: context.connection(connection, ['thingpark']),
      inputs: [
        {
          ...(connectivityPlan ? { query: { networkSubscriptionsHandlingMode: 'ADVANCED' } } : {}),
          body: defined({
            EUI: eui,
            name,
            class: input.class,
            nwAddress: devAddr,
            nwKey: nwkSKey,
            pingSlotPeriod: input.pingSlotPeriod ? Number(input.pingSlotPeriod) : undefined,
            appKeys: appSKey ? `<AppSKeys><AppSKey Port="*">${appSKey}</AppSKey></AppSKeys>` : undefined,
            bss: gatewayTags?.length ? { tags: gatewayTags.map((tag) => ({ name: tag, namespace: 'OPERATOR' })) } : undefined,
            networkSubscription: connectivityPlan ? { ID: connectivityPlan } : undefined,
            appServers: appServers?.length ? appServers.map((ID) => ({ ID })) : undefined,
          }),
        },
      ],
    };
  },
});
