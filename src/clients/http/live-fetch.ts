/** Network access through undici, with a connection pool per origin. Undici is loaded by the first call to keep the start fast. */
import type { Fetch } from './client.ts';
import { boundedText } from './read-body.ts';

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
      const headerOf = (name: string): string | null => {
        const value = response.headers[name.toLowerCase()];
        return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
      };
      return {
        status: response.statusCode,
        headers: { get: headerOf },
        text: () =>
          boundedText(response.body, headerOf('content-length')).finally(() => {
            // A body that is not read to its end would keep its connection open. Destroying it reports an abort that nobody waits for.
            response.body.on('error', () => undefined).destroy();
          }),
      };
    },
    async close() {
      if (loaded) await (await loaded).agent.close();
    },
  };
}
