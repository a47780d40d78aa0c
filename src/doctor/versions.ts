/** Checks the runtime. */
import type { Env } from '../environment-variables.ts';
import { type Finding, finding } from './finding.ts';

/** The least version of Node, as in `engines` of package.json. */
export const leastNode = '22.19.0';

/** What is wrong with a version of Node, such as `22.19.0`. */
export function nodeFinding(version: string, least = leastNode): Finding | undefined {
  if (atLeast(partsOf(version), partsOf(least))) return undefined;
  return finding(
    'node-too-old',
    'Node',
    `this is Node ${version}, the program needs ${least} or newer`,
    `Install Node 24 and start the server with it; in a client's configuration, give the path of that node as "command".`,
  );
}

const partsOf = (version: string): number[] => version.replace(/^v/, '').split('.').map(Number);

function atLeast(version: readonly number[], least: readonly number[]): boolean {
  const [differs] = least.flatMap((part, i) => (version[i] === part ? [] : [(version[i] ?? 0) - part]));
  return differs === undefined || differs > 0;
}

/** Whether TLS certificates are checked at all. */
export function tlsFinding(env: Env): Finding | undefined {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return undefined;
  return finding(
    'tls-unchecked',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'certificates are not checked, so anyone on the way can read the credentials',
    'Unset NODE_TLS_REJECT_UNAUTHORIZED. To trust a private authority, set NODE_EXTRA_CA_CERTS=/path/to/ca.pem.',
  );
}
