/** `iot-ops-mcp console`: a fresh link into the console of the servers on a state directory. */
import { randomBytes } from 'node:crypto';

import { heardAddress, makeLinks } from '../approvers/link.ts';
import { systemClock } from '../clock.ts';
import { ConfigError, type Flags, readConfig } from '../config.ts';
import { recordOf } from './record-of.ts';

export async function consoleLink(options: Flags): Promise<void> {
  const { http, stateDir } = readConfig(options, process.env);
  const store = recordOf(options);
  try {
    const url = http.publicUrl ?? (await heardAddress(store));
    if (url === undefined)
      throw new ConfigError(`no server on ${stateDir} has opened a console; start "iot-ops-mcp http", or stdio with --console`);
    process.stdout.write(`${url}/console/link/${await makeLinks({ store, clock: systemClock, random: randomBytes }).make()}\n`);
  } finally {
    store.close();
  }
}
