/** What a failed read of an account says about the configuration. */
import { type CallError, OutOfTime, ProviderRefused, TooManyRequests, UnknownAnswer, Unreachable } from '../clients/http/errors.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';

interface FailedRead {
  connection: string;
  /** The part of the settings with the credentials; empty where there is one. */
  login: string;
  /** What was read. */
  what: string;
  /** Whether another read of the same login was answered: then address and credentials are right. */
  answered: boolean;
  /** Where the settings stand. */
  place: string;
}

export function accountFinding(error: CallError, { connection, login, what, answered, place }: FailedRead): Finding {
  const at = login === '' ? connection : `${connection}.${login}`;
  const told = codeOf(error);
  const code = answered && told === 'address-wrong' ? 'read-refused' : told;
  const settings = `the settings of ${at} in ${place}`;
  const fixes: Partial<Record<FindingCode, string>> = {
    'host-unknown': `Correct the address in ${settings}; "nslookup <host>" shows whether DNS knows it.`,
    unreachable: `Check the address in ${settings}, and whether a firewall or proxy stands in between: curl -v <address>`,
    'rights-missing': `Let an administrator of the provider grant ${at} the right to read ${what}; or name another account in ${place}.`,
    'address-wrong': `Correct the address in ${settings}: it must be the base address of the API, as docs/configuration.md shows it.`,
    'read-refused': `Check ${settings}, used to read ${what}.`,
    'provider-trouble': 'Run "iot-ops-mcp doctor" again in a few minutes.',
  };
  const fix = fixes[code] ?? `${error.next} They stand in ${settings}.`;
  return finding(code, at, `reading ${what}: ${error.message}`, fix);
}

/** Whether other reads of the same login would fail alike, or could lock it. */
export function endsChecks(error: CallError): boolean {
  return !(error instanceof ProviderRefused) || error.duringSignIn || error.status === 401;
}

function codeOf(error: CallError): FindingCode {
  if (error instanceof Unreachable) return networkCode(error);
  if (error instanceof OutOfTime) return 'unreachable';
  if (error instanceof TooManyRequests) return 'provider-trouble';
  if (error instanceof UnknownAnswer) return 'address-wrong';
  if (error instanceof ProviderRefused) return refusalCode(error);
  return 'read-refused';
}

function networkCode({ lasting, reason }: Unreachable): FindingCode {
  // What cannot be mended by repeating is the certificate or the protocol.
  if (lasting) return 'tls-failed';
  return /ENOTFOUND|EAI_AGAIN/.test(reason) ? 'host-unknown' : 'unreachable';
}

function refusalCode({ status, duringSignIn, providerFault }: ProviderRefused): FindingCode {
  if (providerFault || status === 429) return 'provider-trouble';
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) return 'address-wrong';
  if (status === 401 || duringSignIn) return 'credentials-refused';
  return status === 403 ? 'rights-missing' : 'read-refused';
}
