/** `iot-ops-mcp sandbox`: all three providers on one port, for any client. */
import { liveFetch } from '../clients/http/live-fetch.ts';
import { Cut } from '../sandbox/faults.ts';
import { deliverHere, makeSandbox, sandboxCredentials } from '../sandbox/index.ts';
import { portHandler } from '../sandbox/port.ts';
import { listen } from '../web/listen.ts';
import { onEnd } from './on-end.ts';
import { clockOf, type Options } from './options.ts';
import { say } from './say.ts';

export async function sandbox(options: Pick<Options, 'fleet' | 'seed' | 'clock'> & { port: number }): Promise<void> {
  const posting = liveFetch();
  const deliver = deliverHere(posting.fetch);
  const { world } = makeSandbox({ clock: clockOf(options), fleet: options.fleet, seed: options.seed, deliver });
  const listening = await listen(portHandler(world), '127.0.0.1', options.port, (error) => error instanceof Cut);
  const { thingpark, thingspace, iotx } = sandboxCredentials;
  say(`The sandbox of all three providers listens at ${listening.url}, under their real paths`);
  say(
    `ThingPark  OSS ${thingpark.oss.clientId} / ${thingpark.oss.clientSecret}; DX ${thingpark.dx.clientId} / ${thingpark.dx.clientSecret}`,
  );
  say(
    `ThingSpace ${thingspace.appKey} / ${thingspace.appSecret}; ${thingspace.username} / ${thingspace.password}; account ${thingspace.account}`,
  );
  say(`iot-x      access key ${iotx.accessKey}`);
  say(`Second door: ${listening.url}/_sandbox/{state,happen,faults,clock}`);
  onEnd(async () => {
    await listening.close();
    await posting.close();
  });
}
