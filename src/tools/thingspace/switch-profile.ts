import { z } from 'zod';
import { warning } from '../../changes/document/approval-document.ts';
import { phrase, quoted } from '../../changes/document/phrase.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { devices } from '../../clients/thingspace/devices.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';
import { profiles } from '../../clients/thingspace/profiles.ts';
import { identifier } from '../../vocabulary.ts';
import { changeTool, type ToolContext } from '../define.ts';
import * as fields from '../fields.ts';
import { resolveAccount } from './account.ts';

const operations = { download: profiles.downloadEnable, enable: profiles.enable, disableOld: profiles.disable } as const;
const enablingOperations: readonly string[] = [profiles.downloadEnable.id, profiles.enable.id];
const endingOperations: readonly string[] = [profiles.disable.id, profiles.remove.id, profiles.deactivate.id, devices.deactivate.id];

export const switchProfile = changeTool({
  name: 'switch_profile',
  toolset: 'thingspace',
  title: 'Switch eUICC profile',
  description:
    'Switches a ThingSpace eUICC to another profile in two changes, each approved: first act download (or enable) for the new one; then, once get_change says applied, act disableOld for the former ICCID with after set to that change. Plain SIMs: swap_sim.',
  provider: 'thingspace',
  extra: true,
  operations: Object.values(operations),
  idempotent: true,
  input: z.strictObject({
    act: z.enum(['download', 'enable', 'disableOld']),
    eid: identifier('eid'),
    iccid: identifier('iccid').describe('of the profile'),
    smsrOid: z
      .string()
      .regex(/^[0-9.]{3,46}$/, 'must be a dotted number. Example: 1.3.6.1.4.1.99999.1')
      .optional()
      .describe('OID of the SM-SR'),
    after: z.string().min(1).optional().describe('the change that enabled the new profile'),
    account: z.string().min(1).optional(),
    connection: fields.connection,
    preview: fields.preview,
  }),
  example: {
    act: 'download',
    eid: '89049032000000000000000000007711',
    iccid: '89148000000077000037',
    smsrOid: '1.3.6.1.4.1.99999.1',
    account: '0442000123-00001',
  },
  async toRequest({ act, eid, iccid, smsrOid, after, account, connection }, context) {
    const at = context.connection(connection, ['thingspace']);
    const enabled = act === 'disableOld' ? await requireEnabledProfile(after, { eid, iccid, connection: at.name }, context) : undefined;
    return {
      ...(enabled
        ? {
            warnings: [
              warning(
                'new-profile-enabled',
                phrase`after ${quoted(after)} the carrier reported profile ${quoted(enabled)} of this eUICC as enabled`,
              ),
            ],
          }
        : {}),
      operation: operations[act],
      connection: at,
      inputs: [
        {
          body: {
            accountName: resolveAccount(account, at),
            ...(smsrOid === undefined ? {} : { smsrOid }),
            devices: [
              {
                deviceIds: [{ id: eid, kind: 'eid' }, asIccid(iccid)],
              },
            ],
          },
        },
      ],
    };
  },
});

/** Checks that `after` is an applied change that enabled another profile on the same eUICC and connection, and that no later change of this server ended that profile. Returns its ICCID. Throws a Refusal otherwise. */
async function requireEnabledProfile(
  after: string | undefined,
  old: { eid: string; iccid: string; connection: string },
  { gate, caller }: ToolContext,
): Promise<string> {
  const change = after === undefined ? undefined : await gate.waitUntilSettled(after, 0);
  const target = change?.targets[0];
  const next = 'Nothing was sent. Enable the new profile first and wait with get_change until it is applied.';
  if (
    !change ||
    !target ||
    change.caller !== caller ||
    !enablingOperations.includes(change.operation) ||
    change.connection !== old.connection
  )
    throw new Refusal('after: must be a change of yours that enables a profile on this connection', next, 'after');
  if (change.status !== 'applied')
    throw new Refusal(`after: that change is ${change.status}, so the new profile is not known to be enabled`, next, 'after');
  if (target.before['eid'] !== old.eid) throw new Refusal('after: that change was for another device', next, 'after');
  if (target.device === old.iccid)
    throw new Refusal('iccid: this is the profile that was just enabled', 'Nothing was sent. Name the former profile.', 'iccid');
  const { rows } = await gate.list({ device: target.device, connection: old.connection }, undefined, 100);
  const since = rows.find(
    (one) => endingOperations.includes(one.operation) && (one.sentAt ?? 0) >= (change.sentAt ?? 0) && one.status !== 'failed',
  );
  if (since) throw new Refusal(`after: ${since.id} has disabled or removed the new profile since, or may have`, next, 'after');
  return target.device;
}
