import { rowsOf } from '../../changes/thingspace/sim-rows.ts';
import type { Connection } from '../../clients/connect.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { defaultAccount } from '../../clients/thingspace/default-account.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';

/** The given account, or else the account of the connection. Throws a Refusal when neither is set. */
export function resolveAccount(account: string | undefined, at: Connection): string {
  const name = account ?? defaultAccount(at);
  if (name) return name;
  throw new Refusal(
    'account: no account is given or configured',
    'Pass account, or an operator sets it for this connection. Example: 0442000123-00001',
    'account',
  );
}

/** SIMs grouped by account, for requests that must name it: the account of the connection, or else the account in each SIM's record. */
export async function groupByAccount(
  sims: readonly { iccid: string }[],
  at: Connection,
  signal: AbortSignal,
): Promise<[string, string[]][]> {
  const iccids = sims.map((sim) => sim.iccid);
  const account = defaultAccount(at);
  if (account) return [[account, iccids]];
  const rows = await rowsOf(iccids.map(asIccid), { connection: at, signal });
  const groups = new Map<string, string[]>();
  iccids.forEach((iccid, i) => {
    const name = rows[i]?.accountName;
    if (!name)
      throw new Refusal(
        `sims: the carrier reports no account for ${iccid}`,
        'Check the ICCID with find_device, or set account for this connection; nothing was sent.',
        'sims',
      );
    groups.set(name, [...(groups.get(name) ?? []), iccid]);
  });
  return [...groups];
}
