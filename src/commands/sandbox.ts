/** `iot-ops-mcp sandbox`: all three providers on one port, for any client. */
import { liveFetch } from '../clients/http/live-fetch.ts';
import { providers } from '../providers/index.ts';
import { loadSandboxes } from '../providers/load-providers.ts';
import { deliverHere } from '../sandbox/deliver-here.ts';
import { Cut } from '../sandbox/faults.ts';
import { makeSandbox } from '../sandbox/index.ts';
import { portHandler } from '../sandbox/port.ts';
import { listen } from '../web/listen.ts';
import { onEnd } from './on-end.ts';
import { clockOf, type Options } from './options.ts';
import { say } from './say.ts';

export async function sandbox(options: Pick<Options, 'fleet' | 'seed' | 'clock'> & { port: number }): Promise<void> {
  const posting = liveFetch();
  const deliver = deliverHere(posting.fetch);
  const { world } = makeSandbox({
    clock: clockOf(options),
    fleet: options.fleet,
    seed: options.seed,
    providers: await loadSandboxes(providers),
    deliver,
  });
  const listening = await listen(portHandler(world), '127.0.0.1', options.port, (error) => error instanceof Cut);
  say(`The sandbox of all three providers listens at ${listening.url}, under their real paths`);
  for (const { title, sandbox } of providers) say(`${title.padEnd(10)} ${sandbox.credentials}`);
  say(`Second door: ${listening.url}/_sandbox/{state,happen,faults,clock}`);
  onEnd(async () => {
    await listening.close();
    await posting.close();
  });
}
