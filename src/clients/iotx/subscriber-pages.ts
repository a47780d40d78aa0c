import type { Call, CallOptions } from '../http/client.ts';
import type { Page } from '../http/pages.ts';
import type { Filter } from './filter.ts';
import { type Subscriber, subscribers } from './subscribers.ts';

/** Known to work; the largest page that the provider serves is not documented. */
const limit = 50;

/**
 * Reads subscribers a page at a time for `walk`, the cursor being an offset. Only an empty page ends the list: a short one may be a
 * cap of the provider below our limit, so the rows received are what the offset grows by. An empty one is asked for twice,
 * for it may be a mistake of the provider; one that stays empty ends the list.
 */
export function subscriberPages(
  call: Call,
  search: { filter?: Filter | undefined; orderBy?: string | undefined } = {},
  options?: CallOptions,
): (at: number | undefined) => Promise<Page<Subscriber, number>> {
  return async (at) => {
    const offset = at ?? 0;
    const ask = () => call(subscribers.list, { query: { limit, offset, filter: search.filter?.text, orderBy: search.orderBy } }, options);
    const first = await ask();
    // A search that finds nothing is no surprise.
    const rows = first.length === 0 && (offset > 0 || !search.filter) ? await ask() : first;
    return { rows, next: rows.length === 0 ? undefined : offset + rows.length };
  };
}
