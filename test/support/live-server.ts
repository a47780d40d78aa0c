/** A server whose connections count as live: the sandbox is reached over a port like the platforms of the providers. */
import { onTestFinished } from 'vitest';

import { fixedClock } from '../../src/clock.ts';
import { makeSandbox } from '../../src/sandbox/index.ts';
import { portHandler } from '../../src/sandbox/port-handler.ts';
import { sandboxConnections } from '../../src/server/select-connections.ts';
import { listen } from '../../src/web/listen.ts';
import { providers, sandboxProviders } from './providers.ts';
import { startTestServer, startTime, type TestServer, type TestServerOptions } from './test-server.ts';

/** Starts the product with the connections `live-<provider>`; `world` is the sandbox behind them. */
export async function startLiveServer(options: TestServerOptions = {}): Promise<TestServer> {
  const clock = options.clock ?? fixedClock(startTime);
  const { world } = makeSandbox({ providers: sandboxProviders, clock, fleet: options.fleet ?? 60, seed: 1 });
  const served = await listen(portHandler(world), '127.0.0.1', 0);
  onTestFinished(() => served.close());
  const { product, fetch, connectClient } = await startTestServer({
    clock,
    ...options,
    flags: { toolsets: 'fleet,thingpark,thingspace,iotx,operations,changes', ...options.flags },
    adjust: (config) => {
      config.connections = sandboxConnections(providers, served.url).map((one) => ({
        ...one,
        name: one.name.replace('sandbox-', 'live-'),
        sandbox: false,
      }));
      options.adjust?.(config);
    },
  });
  return { product, clock, world, fetch, connectClient };
}
