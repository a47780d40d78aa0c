import { z } from 'zod';

import type { Connection } from '../../clients/connect.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { devices } from '../../clients/thingspace/devices.ts';
import { changeTool } from '../define.ts';
import * as fields from '../fields.ts';

export const deactivateSim = changeTool({
  name: 'deactivate_sim',
  toolset: 'thingspace',
  title: 'Deactivate SIMs for good',
  description:
    'Deactivates ThingSpace SIMs: number and IP are lost for good, a termination fee may be charged. To stop traffic for a while use suspend_sim.',
  provider: 'thingspace',
  operations: [devices.deactivate],
  input: z.strictObject({
    sims: fields.sims({}),
    reasonCode: z.literal('FF', { error: 'FF is the only valid code. Example: "FF"' }).default('FF'),
    etfWaiver: z.boolean().optional().describe('waive the termination fee, if the contract has waivers'),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: { sims: [{ iccid: '89148000000077000037' }] },
  async want({ sims, reasonCode, etfWaiver, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    const accounts = new Map<string, { deviceIds: { id: string; kind: string }[] }[]>();
    for (const { iccid } of sims) {
      const account = at.account ?? (await accountOf(iccid, at, context.signal));
      accounts.set(account, [...(accounts.get(account) ?? []), { deviceIds: [{ id: iccid, kind: 'iccid' }] }]);
    }
    return {
      connection: at,
      inputs: [...accounts].map(([accountName, list]) => ({
        body: { accountName, devices: list, reasonCode, ...(etfWaiver === undefined ? {} : { etfWaiver }) },
      })),
    };
  },
});

/** Deactivation must name the account; the SIM's own record tells it. */
async function accountOf(iccid: string, at: Connection, signal: AbortSignal): Promise<string> {
  const reply = await at.call(devices.list, { body: { deviceId: { id: iccid, kind: 'iccid' } } }, { signal });
  const account = reply.devices?.[0]?.accountName;
  if (account) return account;
  throw new Refusal(
    `sims: the carrier does not say in which account ${iccid} is`,
    'Set account for this connection, or check the ICCID with find_device.',
    'sims',
  );
}
