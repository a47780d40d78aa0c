import { z } from 'zod';
import { unheard } from '../../changes/thingspace/sims.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { byIccid } from '../../clients/thingspace/ids.ts';
import { reachability } from '../../clients/thingspace/reachability.ts';
import { readTool } from '../define.ts';
import * as fields from '../fields.ts';
import { byAccount } from './account.ts';

export const listReachability = readTool({
  name: 'list_reachability',
  toolset: 'thingspace',
  title: 'Ask for reachability monitors',
  description:
    'Asks ThingSpace which monitors stand on SIMs. The list itself goes to the listener registered for DiagnosticsService; here comes only the request id. What a SIM does now: diagnose_sim.',
  provider: 'thingspace',
  extra: true,
  input: z.strictObject({ sims: fields.sims({}), connection: fields.connection }),
  output: z.looseObject({ requests: z.array(z.looseObject({ request: z.string() })), answersTo: z.string() }),
  example: { sims: [{ iccid: '89148000000077000037' }] },
  async run({ sims, connection: name }, { connection, signal }) {
    const at = connection(name, ['thingspace']);
    const accounts = await byAccount(sims, at, signal);
    const requests: { account: string; request: string; sims: number }[] = [];
    for (const [accountName, iccids] of accounts) {
      const [nobody] = await unheard('DiagnosticsService', accountName, { connection: at, signal });
      if (nobody)
        throw new Refusal(
          nobody,
          'Nothing was asked. A listener is registered with change_operation thingspace.callbacks.register.',
          'sims',
        );
      const reply = await at.call(reachability.monitors, { body: { accountName, devices: iccids.map(byIccid) } }, { signal });
      requests.push({ account: accountName, request: reply.requestId, sims: iccids.length });
    }
    const answersTo = 'the listener registered for DiagnosticsService';
    return {
      structured: { connection: at.name, requests, answersTo },
      text: `Asked, not answered here: the lists go to ${answersTo}, under request ${requests.map((one) => one.request).join(', ')}.`,
    };
  },
});
