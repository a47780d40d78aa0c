import { z } from 'zod';

import { provisioning } from '../../clients/iotx/provisioning.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const provisionSubscriber = changeTool({
  name: 'provision_subscriber',
  toolset: 'iotx',
  title: 'Provision stock SIMs',
  description:
    'Starts an iot-x contract for stock SIMs on a tariff: billed, no undo. A tariff that is not offered is refused with those that are. Activation takes up to 48 hours: follow it with get_change. For a SIM with a contract use toggle_product.',
  provider: 'iotx',
  operations: [provisioning.activate],
  idempotent: true,
  input: z.strictObject({
    sims: fields.sims({ nickname: z.string().trim().min(1).max(80).optional() }),
    tariff: z.number().int().min(1).describe('productSetId'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89449900000020000109', nickname: 'pump-20' }], tariff: 4711 },
  toRequest: ({ sims, tariff, connection }, context) => ({
    connection: context.connection(connection, ['iotx']),
    inputs: sims.map(({ iccid, nickname }) => ({
      path: { physicalId: iccid },
      body: { productSetId: tariff, ...(nickname ? { subscriberNickname: nickname } : {}) },
    })),
  }),
});
