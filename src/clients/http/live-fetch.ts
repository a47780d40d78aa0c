/** The door to the network: undici with a pool per origin, loaded when the first call is made. */
import type { Fetch } from './client.ts';

export interface LiveFetch {
  fetch: Fetch;
  close(): Promise<void>;
}

export function liveFetch(): LiveFetch {
  let loaded: Promise<{ request: typeof import('./undici.ts').request; agent: import('./undici.ts').Agent }> | undefined;
  const load = async () => {
    const { Agent, request } = await import('./undici.ts');
    return { request, agent: new Agent({ connections: 32, allowH2: false, connect: { timeout: 10_000 } }) };
  };
  return {
    async fetch(url, { method, headers, body, signal }) {
      loaded ??= load();
      const { request, agent } = await loaded;
      // A redirect is an answer like any other: no credentials travel to another host.
      const answer = await request(url, { method, headers, body: body ?? null, signal: signal ?? null, dispatcher: agent });
      return {
        status: answer.statusCode,
        headers: {
          get(name) {
            const value = answer.headers[name.toLowerCase()];
            return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
          },
        },
        text: () => answer.body.text(),
      };
    },
    async close() {
      if (loaded) await (await loaded).agent.close();
    },
  };
}
