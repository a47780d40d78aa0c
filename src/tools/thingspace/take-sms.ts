import { z } from 'zod';

import { sms } from '../../clients/thingspace/sms.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { resolveAccount } from './account.ts';

export const takeSms = changeTool({
  name: 'take_sms',
  toolset: 'thingspace',
  title: 'Take SMS off the queue',
  description:
    'Removes for good the page of SMS from ThingSpace devices that list_sms showed with this next; refused if the queue has changed since. Continue with list_sms.',
  provider: 'thingspace',
  extra: true,
  operations: [sms.take],
  idempotent: true,
  input: z.strictObject({
    next: z.string().min(1).describe('from list_sms'),
    account: z.string().min(1).optional(),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { next: '3', account: '0442000123-00001' },
  toRequest({ next, account, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    return { connection: at, inputs: [{ path: { accountName: resolveAccount(account, at) }, query: { next } }] };
  },
});
