/** Mocks the network with msw through undici; a request without a handler fails its test by URL. */
import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { type HttpResponse, http } from 'msw';
import { defineNetwork, InterceptorSource } from 'msw/experimental';
import { afterAll, afterEach, beforeAll } from 'vitest';

export const wire = defineNetwork({
  sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
  handlers: [],
  onUnhandledFrame: 'error',
  context: { quiet: true },
});

// The clients catch network errors, so a request without a handler alone would not fail the test.
const unhandledRequests: string[] = [];
wire.events.on('request:unhandled', ({ request }) => {
  unhandledRequests.push(`${request.method} ${request.url}`);
});

let enabled = false;

/** Mocks the network for the tests of one file. Test files share this module, so each calls it for itself. */
export function mockNetwork(): void {
  beforeAll(() => {
    wire.enable();
    enabled = true;
  });
  afterEach(() => {
    wire.resetHandlers();
    const left = unhandledRequests.splice(0);
    if (left.length > 0) throw new Error(`No msw handler for: ${left.join(', ')}`);
  });
  afterAll(() => {
    wire.disable();
    enabled = false;
  });
}

/** A received request; headers that undici adds by itself are left out. */
export interface ReceivedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

const undiciOwn = new Set(['accept-encoding', 'accept-language', 'connection', 'content-length', 'host', 'sec-fetch-mode', 'user-agent']);

/** Mocks one origin: `answer` gets each request and its number from 1. Returns the list of received requests. */
export function mockOrigin(
  origin: string,
  answer: (request: ReceivedRequest, n: number) => Response | HttpResponse<null>,
): ReceivedRequest[] {
  if (!enabled) throw new Error('the test file must call mockNetwork() before its tests');
  const arrived: ReceivedRequest[] = [];
  wire.use(
    http.all(`${origin}/*`, async ({ request }) => {
      const body = await request.text();
      const headers = Object.fromEntries([...request.headers].filter(([name]) => !undiciOwn.has(name)));
      const one = { method: request.method, url: request.url, headers, ...(body === '' ? {} : { body }) };
      arrived.push(one);
      return answer(one, arrived.length) as Response;
    }),
  );
  return arrived;
}
