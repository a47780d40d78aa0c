/** Whether a server over HTTP may run without caller tokens. */

import type { Config } from '../config.ts';
import { isLoopback } from '../vocabulary.ts';

/** Why caller tokens are needed over HTTP and are missing; undefined where they are not. `live`: a connection to a real provider is used. */
export function missingTokens({ callers, http: { host } }: Pick<Config, 'callers' | 'http'>, live: boolean): string | undefined {
  if (callers.size > 0 || (!live && isLoopback(host))) return undefined;
  const what = live ? 'a live connection' : `an address beyond loopback (${host})`;
  return `${what} over HTTP needs caller tokens: set callers in the configuration, or IOT_OPS_CALLERS_FILE with lines "name: token"`;
}
