/** `iot-ops-mcp console`: prints a new one-time link to the console of each server that uses a state directory. */
import { randomBytes } from 'node:crypto';

import { makeConsoleLinks, readConsoleAddress } from '../approvers/console-links.ts';
import { systemClock } from '../clock.ts';
import { ConfigError, type Flags } from '../config.ts';
import { withState } from './open-store.ts';
import { printLine } from './print.ts';

export async function consoleLink(options: Flags): Promise<void> {
  await withState(options, async ({ store, place }, { http }) => {
    const url = http.publicUrl ?? (await readConsoleAddress(store));
    if (url === undefined)
      throw new ConfigError(`no server on ${place} has opened a console; start "iot-ops-mcp http", or stdio with --console`);
    printLine(`${url}/console/link/${await makeConsoleLinks({ store, clock: systemClock, random: randomBytes }).create()}`);
  });
}
