import { z } from 'zod';
import { noteOddity } from '../../clients/http/call-scope.ts';
import { amountOf } from '../../clients/thingspace/fields.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { shortList } from '../short-list.ts';
import { resolveAccount } from './account.ts';

export const listServicePlans = readTool({
  name: 'list_service_plans',
  toolset: 'thingspace',
  title: 'List service plans',
  description: 'Lists the service plans of a ThingSpace account with code and size in kB; the code is what activate_sim takes.',
  provider: 'thingspace',
  deviceScope: 'none',
  input: z.strictObject({ account: z.string().min(1).optional(), limit: fields.limit(500, 50), connection: fields.connection }),
  output: z.looseObject({ plans: z.array(z.looseObject({ code: z.string() })), total: z.number() }),
  example: { account: '0442000123-00001' },
  async run({ account, limit, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingspace']);
    const accountName = resolveAccount(account, at);
    const all = await at.call(plans.list, { path: { accountName } }, { signal });
    // A placeholder row has a name but no code, so it cannot be used.
    const rows = all
      .filter((plan) => plan.code)
      .map((plan) => ({ code: plan.code, name: plan.name, sizeKb: amountOf(plan.sizeKb) || undefined }));
    const codeless = all.filter((plan) => !plan.code && (amountOf(plan.sizeKb) ?? 0) > 0).length;
    if (codeless > 0) noteOddity(`${codeless} plan${codeless === 1 ? '' : 's'} without a code left out`);
    return shortList('plans', rows, limit, at);
  },
});
