/** Checks each configured connection with reads that change nothing: address, TLS, credentials, rights, clock. */
import { type AccountRead, type Connection, type ConnectionSettings, connect } from '../clients/connect.ts';
import { inCallScope } from '../clients/http/call-scope.ts';
import type { Fetch } from '../clients/http/client.ts';
import { isRead } from '../clients/http/endpoint.ts';
import { CallError, ProviderRefused } from '../clients/http/errors.ts';
import type { LoginLockout } from '../clients/http/login-lockout.ts';
import type { Clock } from '../clock.ts';
import type { ProviderLayers } from '../providers/provider-module.ts';
import type { Redactor } from '../text/redact.ts';
import { accountFinding, endsChecks } from './account-finding.ts';
import { type Checked, type Fact, type Finding, finding } from './finding.ts';

export interface AccountDeps {
  fetch: Fetch;
  clock: Clock;
  redactor: Redactor;
  lockout: LoginLockout;
  layers: ProviderLayers;
  /** Where the settings stand, for the fix. */
  place: string;
}

export interface CheckedAccount extends Checked {
  connection: Connection;
  /** Clock of the provider minus that of this machine in ms, of each answer with a date. */
  skews: number[];
}

/** Time for the reads of one login, ms. */
const loginTimeMs = 25_000;
const requestTimeoutMs = 12_000;

export async function checkAccount(settings: ConnectionSettings, deps: AccountDeps): Promise<CheckedAccount> {
  const { clock, redactor, lockout, layers } = deps;
  const { client } = layers;
  const skews: number[] = [];
  const connection = connect(settings, client, {
    fetch: noticingDates(deps.fetch, clock, (skew) => skews.push(skew)),
    clock,
    // No jitter: one process asks once.
    random: () => 0,
    timeoutMs: requestTimeoutMs,
    registerSecret: (secret) => redactor.addToken(secret),
    redactor,
    loginLockout: lockout,
  });
  const locked = await lockout.lockedReason();
  if (locked !== undefined) return { connection, skews, facts: [], findings: [lockedFinding(settings.name, locked, deps.place)] };
  const byLogin = Map.groupBy(client.accountReads(settings.settings), ({ login }) => login);
  const logins = await Promise.all(
    [...byLogin.values()].map((reads) => inCallScope(clock, () => checkLogin(reads, connection, deps), loginTimeMs)),
  );
  const seen = logins.flatMap(({ read }) => read);
  const refused = logins.flatMap(({ mayNot }) => mayNot);
  const changes = settings.writes ? 'changes on' : 'changes off (writes)';
  const facts: Fact[] =
    seen.length === 0
      ? []
      : [
          {
            at: settings.name,
            seen: [`reads ${seen.join(', ')}`, ...(refused.length > 0 ? [`may not read ${refused.join(', ')}`] : []), changes].join('; '),
          },
        ];
  return { connection, skews, facts, findings: logins.flatMap(({ findings }) => findings) };
}

interface Login {
  /** What could be read. */
  read: string[];
  /** What the account lacks the right to, where that is no problem. */
  mayNot: string[];
  findings: Finding[];
}

async function checkLogin(reads: readonly AccountRead[], connection: Connection, { place }: AccountDeps): Promise<Login> {
  const login: Login = { read: [], mayNot: [], findings: [] };
  for (const one of reads) {
    try {
      const reply = await readHarmlessly(one, connection);
      const told = one.tells?.(reply);
      login.read.push(told === undefined ? one.what : `${one.what} (${told})`);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (one.optional && login.read.length > 0 && lacksRight(error)) {
        login.mayNot.push(one.what);
        continue;
      }
      login.findings.push(
        accountFinding(error, {
          connection: connection.name,
          login: one.login,
          what: one.what,
          answered: login.read.length > 0,
          place,
        }),
      );
      if (endsChecks(error)) return login;
    }
  }
  return login;
}

async function readHarmlessly({ entry, input }: AccountRead, { call }: Connection): Promise<unknown> {
  if (!isRead(entry)) throw new Error(`${entry.id} changes something and is no check`);
  return call.any(entry, input);
}

/** A 404 is how some platforms answer what an account does not have. */
const lacksRight = (error: CallError): boolean =>
  error instanceof ProviderRefused && !error.duringSignIn && [403, 404].includes(error.status);

function lockedFinding(name: string, why: string, place: string): Finding {
  return finding('login-locked', name, why, `Correct the credentials of ${name} in ${place}, then: iot-ops-mcp unlock ${name}`);
}

/** Compares the `Date` of each response with the time in the middle of its request. */
function noticingDates(send: Fetch, clock: Clock, notice: (skew: number) => void): Fetch {
  return async (url, init) => {
    const before = clock.now();
    const response = await send(url, init);
    const date = Date.parse(response.headers.get('date') ?? '');
    // What a cache stored has the date of then.
    const isStored = response.headers.get('age') !== null;
    if (!Number.isNaN(date) && !isStored) notice(date - (before + clock.now()) / 2);
    return response;
  };
}

/** Beyond this, codes of approvers and short-lived tokens fail, ms. */
const mostSkewMs = 60_000;

/** Whether the clock of this machine is off: every provider that answered says so. */
export function clockFinding(skews: readonly number[]): Finding | undefined {
  const least = skews.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
  if (least === undefined || Math.abs(least) <= mostSkewMs) return undefined;
  const minutes = Math.round(Math.abs(least) / 6000) / 10;
  return finding(
    'clock-off',
    'clock',
    `the clock of this machine is ${minutes} minutes ${least > 0 ? 'behind' : 'ahead of'} the providers`,
    `Turn on time synchronisation: ${synchronise[process.platform] ?? 'timedatectl set-ntp true'}`,
  );
}

const synchronise: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'w32tm /resync',
  darwin: 'sudo sntp -sS time.apple.com',
};
