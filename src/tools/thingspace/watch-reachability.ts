import { z } from 'zod';
import { byIccid } from '../../clients/thingspace/ids.ts';

import { reachability } from '../../clients/thingspace/reachability.ts';
import { instant } from '../../clock.ts';
import { Instant } from '../../vocabulary.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';
import { groupByAccount } from './account.ts';

export const watchReachability = changeTool({
  name: 'watch_reachability',
  toolset: 'thingspace',
  title: 'Watch reachability',
  description:
    'Starts monitors on ThingSpace SIMs; every report goes to the listener registered for DiagnosticsService, none is returned here. Current state: diagnose_sim.',
  provider: 'thingspace',
  extra: true,
  operations: [reachability.start],
  idempotent: false,
  input: z.strictObject({
    sims: fields.sims({}),
    type: z.enum(['REACHABLE_FOR_DATA', 'REACHABLE_FOR_SMS', 'LOSS_OF_CONNECTIVITY']).default('REACHABLE_FOR_DATA'),
    until: Instant.describe('ISO 8601, at most 3650 days ahead'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }], until: '2026-12-31T00:00:00Z' },
  async toRequest({ sims, type, until, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    const accounts = await groupByAccount(sims, at, context.signal);
    return {
      connection: at,
      inputs: accounts.map(([accountName, iccids]) => ({
        body: { accountName, requestType: type, monitorExpirationTime: instant(until), devices: iccids.map(byIccid) },
      })),
    };
  },
});
