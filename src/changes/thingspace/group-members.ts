/** The SIMs behind a group or an account: a change of the group or of its trigger touches them all. */
import { type DeviceQuery, deviceListPage } from '../../clients/thingspace/device-pages.ts';
import { mainIdOf } from '../../clients/thingspace/identity.ts';
import { customFieldOf, groupsOf, planOf } from '../../clients/thingspace/ids.ts';
import { warning } from '../document/approval-document.ts';
import { phrase, quoted } from '../document/phrase.ts';
import type { Dependents, Warning } from '../planner.ts';
import type { SimReadContext } from './sim-rows.ts';

/** The SIMs of a group, or of a whole account. */
export interface Scope {
  accountName: string;
  groupName?: string | undefined;
  /** The number of members that another read found, which counts where it is larger. */
  counted?: number | undefined;
  /** Whether that read left members out. */
  more?: boolean | undefined;
}

/** Most devices read for one scope. */
const mostRead = 1000;

/**
 * The SIMs of these groups or accounts as dependents of a plan. Of each at most 1,000 are read. Where they cannot be read, a warning says so.
 */
export async function membersBehind(
  scopes: readonly Scope[],
  at: SimReadContext,
): Promise<{ dependents?: Dependents; warnings: Warning[] }> {
  const found = new Map<string, Dependents['devices'][number]>();
  const warnings: Warning[] = [];
  let count = 0;
  let atLeast = false;
  const distinct = new Map(scopes.map((scope) => [JSON.stringify([scope.accountName, scope.groupName]), scope]));
  for (const scope of distinct.values()) {
    const before = found.size;
    try {
      const complete = await readScope(scope, at, found);
      atLeast ||= scope.more === true || (!complete && (scope.counted ?? 0) <= found.size - before);
    } catch (error) {
      if (at.signal?.aborted) throw error;
      if (scope.counted === undefined) warnings.push(unreadWarning(scope));
      atLeast ||= scope.more === true;
    }
    count += Math.max(found.size - before, scope.counted ?? 0);
  }
  if (count === 0) return { warnings };
  return { dependents: { noun: 'SIM', count, ...(atLeast ? { atLeast } : {}), devices: [...found.values()] }, warnings };
}

function unreadWarning({ accountName, groupName }: Scope): Warning {
  const where = groupName === undefined ? phrase`account ${quoted(accountName)}` : phrase`group ${quoted(groupName)}`;
  return warning('members-unknown', phrase`how many SIMs are in ${where} could not be read`);
}

/**
 * Adds the SIMs of a scope to `found`. False if there may be more. A carrier that ignores the filter answers other SIMs, which are left out; then
 * there may be more as well.
 */
async function readScope(
  { accountName, groupName }: Scope,
  { connection, signal }: SimReadContext,
  found: Map<string, Dependents['devices'][number]>,
): Promise<boolean> {
  const query: DeviceQuery = { accountName, ...(groupName === undefined ? {} : { groupName }) };
  let complete = true;
  let next: number | undefined = 0;
  for (let read = 0; next !== undefined; ) {
    if (read >= mostRead) return false;
    const page: Awaited<ReturnType<typeof deviceListPage>> = await deviceListPage(connection.call, query, next, { signal });
    for (const row of page.rows) {
      const id = mainIdOf(row)?.id;
      const inAccount = !row.accountName || row.accountName === accountName;
      const own = inAccount && (groupName === undefined || groupsOf(row).includes(groupName));
      if (id === undefined || !own) complete = false;
      else found.set(id, { device: id, label: id, name: customFieldOf(row, 'CustomField1'), groups: groupsOf(row), plan: planOf(row) });
    }
    read += page.rows.length;
    if (page.truncated || page.rows.length === 0) return complete && !page.truncated;
    next = page.next;
  }
  return complete;
}
