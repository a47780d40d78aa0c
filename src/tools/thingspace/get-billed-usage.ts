import { z } from 'zod';

import { usage } from '../../clients/thingspace/usage.ts';
import { withoutSecrets } from '../../text/redact.ts';
import { sanitizeDeep } from '../../text/sanitize.ts';
import { identifier } from '../../vocabulary.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { resolveAccount } from './account.ts';

export const getBilledUsage = readTool({
  name: 'get_billed_usage',
  toolset: 'thingspace',
  title: 'Get billed usage',
  description:
    'Reads what one ThingSpace eUICC device was billed for in a billing cycle (default: the last complete one). The response format is undocumented; it is returned unchanged. Current period: get_usage.',
  provider: 'thingspace',
  extra: true,
  deviceScope: 'named',
  input: z.strictObject({
    eid: identifier('eid'),
    cycle: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month. Example: 2026-10')
      .optional()
      .describe('month, e.g. 2026-10'),
    account: z.string().min(1).optional(),
    connection: fields.connection,
  }),
  output: z.looseObject({ eid: z.string() }),
  example: { eid: '89049032000000000000000000007711', cycle: '2026-10', account: '0442000123-00001' },
  async run({ eid, cycle, account, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingspace']);
    const [year = '', month = ''] = cycle?.split('-') ?? [];
    const body = {
      accountName: resolveAccount(account, at),
      deviceId: { id: eid, kind: 'eid' },
      ...(cycle ? { billingCycle: { year, month } } : {}),
    };
    const reply = sanitizeDeep(withoutSecrets(await at.call(usage.billed, { body }, { signal })));
    return {
      structured: { eid, connection: at.name, reply },
      text: `Billed usage of ${eid} on ${at.name}, as returned by the carrier: ${JSON.stringify(reply)}`,
    };
  },
});
