/** A sandbox on a port that applies accepted requests at once. Answers each message with the requests since the last, and resets all SIMs to active. */
import { sandboxThingspace } from '../../src/clients/thingspace/sandbox-account.ts';
import { systemClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { listen } from '../../src/web/listen.ts';
import { sandboxProviders } from '../../test/support/providers.ts';
import type { CarrierReport } from '../bulk.ts';

const fleet = Number(process.argv[2]);
const { world } = makeSandbox({ providers: sandboxProviders, clock: systemClock, fleet, seed: 1 });
world.thingspace.settleMs = 0;
const { url } = await listen(portHandler(world), '127.0.0.1', 0);
const lines = world.thingspace.devices.filter(({ state, account }) => state === 'active' && account === sandboxThingspace.account);
process.on('message', () => {
  world.eventQueue.runDue();
  const suspended = lines.filter(({ state }) => state === 'suspend').length;
  for (const line of lines) line.state = 'active';
  const requests = world.requestLog.splice(0).map(({ operation }) => operation.slice(operation.indexOf('.') + 1));
  process.send?.({ requests, suspended } satisfies CarrierReport);
});
process.send?.({ url, iccids: lines.map(({ iccid }) => iccid) });
