/** Network access through undici, with a connection pool per origin. Undici is loaded by the first call to keep the start fast. */
import type { Fetch } from './client.ts';

export interface LiveFetch {
  fetch: Fetch;
  close(): Promise<void>;
}

/** A `Fetch` that uses the network; `close` ends its connections. */
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
      // Redirects are not followed, so that credentials are never sent to another host.
      const response = await request(url, { method, headers, body: body ?? null, signal: signal ?? null, dispatcher: agent });
      return {
        status: response.statusCode,
        headers: {
          get(name) {
            const value = response.headers[name.toLowerCase()];
            return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
          },
        },
        text: () => response.body.text(),
      };
    },
    async close() {
      if (loaded) await (await loaded).agent.close();
    },
  };
}
