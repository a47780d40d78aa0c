import { z } from 'zod';

import { SafeText } from '../../clients/thingspace/safe-text.ts';
import { triggers } from '../../clients/thingspace/triggers.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { resolveAccount } from './account.ts';

export const setUsageTrigger = changeTool({
  name: 'set_usage_trigger',
  toolset: 'thingspace',
  title: 'Set a usage trigger',
  description:
    'Makes ThingSpace notify the AlertService listener when a device of a group exceeds a data volume in a cycle. It stops nothing; to stop a SIM use suspend_sim.',
  provider: 'thingspace',
  extra: true,
  operations: [triggers.create],
  idempotent: true,
  input: z.strictObject({
    name: SafeText(),
    group: SafeText(),
    megabytes: z.number().positive(),
    cycle: z.enum(['Daily', 'Weekly', 'Monthly']).default('Monthly'),
    account: z.string().min(1).optional(),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { name: 'heavy west', group: 'West tanks', megabytes: 50, account: '0442000123-00001' },
  toRequest({ name, group, megabytes, cycle, account, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    return {
      connection: at,
      inputs: [
        {
          body: {
            name,
            accountName: resolveAccount(account, at),
            groupName: group,
            triggerCategory: 'DeviceDataUsage',
            triggerCycle: cycle,
            dataTriggerRequest: { comparator: 'gt', threshold: megabytes, thresholdUnit: 'MB' },
          },
        },
      ],
    };
  },
});
