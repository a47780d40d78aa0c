import { rowsOf } from '../../changes/thingspace/sims.ts';
import type { Connection } from '../../clients/connect.ts';
import { Refusal } from '../../clients/http/errors.ts';
import { defaultAccount } from '../../clients/thingspace/default-account.ts';
import { asIccid } from '../../clients/thingspace/ids.ts';

/** The account that is meant: the one given, else the connection's own. */
export function accountNamed(account: string | undefined, at: Connection): string {
  const name = account ?? defaultAccount(at);
  if (name) return name;
  throw new Refusal(
    'account: which account is not known',
    'Give account, or an operator sets it for this connection. Example: 0442000123-00001',
    'account',
  );
}

/** Some requests must name the account: SIMs by the one that their own record tells. */
export async function byAccount(sims: readonly { iccid: string }[], at: Connection, signal: AbortSignal): Promise<[string, string[]][]> {
  const iccids = sims.map((sim) => sim.iccid);
  const account = defaultAccount(at);
  if (account) return [[account, iccids]];
  const rows = await rowsOf(iccids.map(asIccid), { connection: at, signal });
  const groups = new Map<string, string[]>();
  iccids.forEach((iccid, i) => {
    const name = rows[i]?.accountName;
    if (!name)
      throw new Refusal(
        `sims: the carrier does not say in which account ${iccid} is`,
        'Check the ICCID with find_device, or set account for this connection; nothing was sent.',
        'sims',
      );
    groups.set(name, [...(groups.get(name) ?? []), iccid]);
  });
  return [...groups];
}
