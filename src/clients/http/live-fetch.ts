/** The door to the network: undici's own fetch with a pool per origin, loaded when the first call is made. */
import type { Fetch } from './client.ts';

export interface LiveFetch {
  fetch: Fetch;
  close(): Promise<void>;
}

export function liveFetch(): LiveFetch {
  let loaded: Promise<{ undici: typeof import('undici'); agent: import('undici').Agent }> | undefined;
  const load = async () => {
    const undici = await import('undici');
    return { undici, agent: new undici.Agent({ connections: 32, allowH2: false, connect: { timeout: 10_000 } }) };
  };
  return {
    async fetch(url, init) {
      loaded ??= load();
      const { undici, agent } = await loaded;
      const response = await undici.fetch(url, { ...init, redirect: 'manual', dispatcher: agent });
      // undici declares a Response of its own with the same members.
      return response as unknown as Response;
    },
    async close() {
      if (loaded) await (await loaded).agent.close();
    },
  };
}
