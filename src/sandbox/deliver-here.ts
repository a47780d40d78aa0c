import type { Fetch } from '../clients/http/client.ts';
import { isLoopback } from '../vocabulary.ts';
import type { DeliverCallback } from './world.ts';

// Assumption: the documents give no timeout for a delivery attempt.
const timeoutMs = 10_000;

/** Delivers callbacks to listeners on loopback addresses only, so that simulated data never leaves this machine. Any other listener counts as unreachable. */
export function deliverToLoopback(send: Fetch): DeliverCallback {
  return async (url, body) => {
    if (!isLoopback(new URL(url).hostname))
      throw new Error('The sandbox delivers callbacks only to loopback URLs such as http://127.0.0.1:9001/. Register a loopback URL.');
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.text();
    return response.status;
  };
}
