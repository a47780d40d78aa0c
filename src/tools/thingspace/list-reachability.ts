import { z } from 'zod';
import { hasListener } from '../../changes/thingspace/sim-settling.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { byIccid } from '../../clients/thingspace/ids.ts';
import { reachability } from '../../clients/thingspace/reachability.ts';
import { quoteValue } from '../../text/sanitize.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { groupByAccount } from './account.ts';

export const listReachability = readTool({
  name: 'list_reachability',
  toolset: 'thingspace',
  title: 'Request reachability monitors',
  description:
    'Asks ThingSpace which monitors are active on SIMs. The list goes to the listener registered for DiagnosticsService; this returns only the request id. Current state: diagnose_sim.',
  provider: 'thingspace',
  extra: true,
  deviceScope: 'named',
  input: z.strictObject({ sims: fields.sims({}), connection: fields.connection }),
  output: z.looseObject({ requests: z.array(z.looseObject({ request: z.string() })), answersTo: z.string() }),
  example: { sims: [{ iccid: '89148000000077000037' }] },
  async run({ sims, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingspace']);
    const accounts = await groupByAccount(sims, at, signal);
    const requests: { account: string; request: string; sims: number }[] = [];
    for (const [accountName, iccids] of accounts) {
      if (!(await hasListener('DiagnosticsService', accountName, { connection: at, signal })))
        throw new Refusal(
          `account ${quoteValue(accountName)} has no listener for DiagnosticsService: the result will not be delivered`,
          'No request was sent. Register a listener with change_operation thingspace.callbacks.register.',
          'sims',
        );
      const reply = await at.call(reachability.monitors, { body: { accountName, devices: iccids.map(byIccid) } }, { signal });
      requests.push({ account: accountName, request: reply.requestId, sims: iccids.length });
    }
    const answersTo = 'the listener registered for DiagnosticsService';
    return {
      structured: { connection: at.name, requests, answersTo },
      text: `Requested: the lists go to ${answersTo}, under request ${requests.map((one) => one.request).join(', ')}.`,
    };
  },
});
