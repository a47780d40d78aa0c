import { z } from 'zod';
import { byIccid } from '../../clients/thingspace/ids.ts';

import { labels } from '../../clients/thingspace/labels.ts';
import { SafeText } from '../../clients/thingspace/safe-text.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { groupByAccount } from './account.ts';

export const setLabels = changeTool({
  name: 'set_labels',
  toolset: 'thingspace',
  title: 'Set a usage label',
  description: 'Sets one label, by which usage is reported, on ThingSpace SIMs, replacing the current one. To group SIMs: save_group.',
  provider: 'thingspace',
  extra: true,
  operations: [labels.set],
  idempotent: true,
  input: z.strictObject({
    sims: fields.sims({}),
    name: SafeText().max(20),
    value: SafeText().max(50),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }], name: 'VIN', value: 'EXAMPLE0000000001' },
  async toRequest({ sims, name, value, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    const accounts = await groupByAccount(sims, at, context.signal);
    return {
      connection: at,
      inputs: accounts.map(([accountName, iccids]) => ({
        body: { accountName, labels: iccids.map((iccid) => ({ ...byIccid(iccid), label: { name, value } })) },
      })),
    };
  },
});
