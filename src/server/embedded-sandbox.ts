import type { Fetch } from '../clients/http/client.ts';
import type { Clock } from '../clock.ts';
import { loadSandboxes } from '../providers/load-providers.ts';
import type { ProviderModule } from '../providers/provider-module.ts';
import type { Sandbox } from '../sandbox/index.ts';

export interface EmbeddedSandbox {
  /** Made when it is first asked for: loading it takes time, and live connections need none. */
  get(): Promise<Sandbox>;
  fetch: Fetch;
}

/** The sandbox of this process. `posting` sends callbacks to listeners on this machine; without it none are sent. */
export function embeddedSandbox(
  providers: readonly ProviderModule[],
  { clock, fleet, seed, posting }: { clock: Clock; fleet: number; seed: number; posting?: Fetch | undefined },
): EmbeddedSandbox {
  let made: Promise<Sandbox> | undefined;
  const make = async (): Promise<Sandbox> => {
    const [{ makeSandbox }, { deliverToLoopback }, sandboxProviders] = await Promise.all([
      import('../sandbox/index.ts'),
      import('../sandbox/deliver-here.ts'),
      loadSandboxes(providers),
    ]);
    return makeSandbox({ clock, fleet, seed, providers: sandboxProviders, deliver: posting && deliverToLoopback(posting) });
  };
  const get = (): Promise<Sandbox> => {
    made ??= make();
    return made;
  };
  return { get, fetch: async (url, init) => (await get()).fetch(url, init) };
}
