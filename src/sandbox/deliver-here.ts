import type { Fetch } from '../clients/http/client.ts';
import { isLoopback } from '../vocabulary.ts';
import type { Deliver } from './world.ts';

// Our choice: documents give a try no time.
const patience = 10_000;

/** Posts messages to listeners on this machine. A listener anywhere else counts as one that cannot be reached: nothing invented leaves the machine. */
export function deliverHere(send: Fetch): Deliver {
  return async (url, body) => {
    if (!isLoopback(new URL(url).hostname)) throw new Error('the sandbox posts to listeners on this machine only');
    const answer = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
    await answer.text();
    return answer.status;
  };
}
