import { z } from 'zod';

import { sms } from '../../clients/thingspace/sms.ts';
import { sanitize } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { table } from '../table.ts';
import { resolveAccount } from './account.ts';

export const listSms = readTool({
  name: 'list_sms',
  toolset: 'thingspace',
  title: 'List SMS from devices',
  description: 'Lists the oldest 100 SMS from ThingSpace devices that are still in the queue. Removes none. To send one: send_sms.',
  provider: 'thingspace',
  input: z.strictObject({ account: z.string().min(1).optional(), connection: fields.connection }),
  output: z.looseObject({ messages: z.array(z.looseObject({ message: z.string() })), more: z.boolean() }),
  example: { account: '0442000123-00001' },
  async run({ account, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingspace']);
    const accountName = resolveAccount(account, at);
    const page = await at.call(sms.list, { path: { accountName } }, { signal });
    const messages = (page.messages ?? []).map((one) => ({
      from: sanitize(String(one.deviceIds?.[0]?.id ?? 'unknown'), 40),
      at: sanitize(one.timestamp ?? 'unknown', 40),
      message: sanitize(one.message ?? '', 160),
    }));
    const more = page.hasMoreData === true;
    return {
      structured: { connection: at.name, account: accountName, messages, more, ...(page.next ? { next: page.next } : {}) },
      text: [
        `${messages.length} SMS in the queue of ${accountName} on ${at.name}${more ? ', and more after them' : ''}; none was removed`,
        ...(messages.length > 0 ? [table(messages)] : []),
        ...(page.next ? [`next: ${sanitize(page.next, 200)} (take_sms removes these; list_sms then shows the following)`] : []),
      ].join('\n'),
    };
  },
});
