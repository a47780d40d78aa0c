/** `iot-ops-mcp sandbox`: serves all three providers on one port, for any client. */
import { liveFetch } from '../clients/http/live-fetch.ts';
import { providers } from '../providers/index.ts';
import { loadSandboxes } from '../providers/load-providers.ts';
import { deliverToLoopback } from '../sandbox/deliver-here.ts';
import { ConnectionCut } from '../sandbox/faults.ts';
import { makeSandbox } from '../sandbox/index.ts';
import { portHandler } from '../sandbox/port-handler.ts';
import { listen } from '../web/listen.ts';

import { onShutdown } from './on-shutdown.ts';
import { clockOf, type Options } from './options.ts';
import { log } from './process-log.ts';

export async function sandbox(options: Pick<Options, 'fleet' | 'seed' | 'clock'> & { port: number }): Promise<void> {
  const posting = liveFetch();
  const deliver = deliverToLoopback(posting.fetch);
  const { world } = makeSandbox({
    clock: clockOf(options),
    fleet: options.fleet,
    seed: options.seed,
    providers: await loadSandboxes(providers),
    deliver,
  });
  const listening = await listen(portHandler(world), '127.0.0.1', options.port, (error) => error instanceof ConnectionCut);
  log.info(`The sandbox of all three providers listens at ${listening.url}, under their real paths`);
  for (const { title, sandbox } of providers) log.info(`${title.padEnd(10)} ${sandbox.credentials}`);
  log.info(`Admin API: ${listening.url}/_sandbox/{state,happen,faults,limits,clock}`);
  onShutdown(async () => {
    await listening.close();
    await posting.close();
  });
}
