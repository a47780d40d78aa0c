import type { Call, CallOptions } from '../http/client.ts';
import { receivedRows } from '../http/lenient-read.ts';
import type { Page } from '../http/pages.ts';
import type { Filter } from './filter.ts';
import { type Subscriber, subscribers } from './subscribers.ts';

/** Page size that is known to work; the maximum is not documented. */
const limit = 50;

/**
 * Page reader for `paginate`; the cursor is an offset. Only an empty page ends the list: the provider may cap pages below `limit`,
 * so the offset grows by the number of rows received, including rows that could not be read. An empty page is requested twice, because the first may be a provider error.
 */
export function subscriberPages(
  call: Call,
  search: { filter?: Filter | undefined; orderBy?: string | undefined } = {},
  options?: CallOptions,
): (at: number | undefined) => Promise<Page<Subscriber, number>> {
  return async (at) => {
    const offset = at ?? 0;
    const readPage = () =>
      call(subscribers.list, { query: { limit, offset, filter: search.filter?.text, orderBy: search.orderBy } }, options);
    const first = await readPage();
    // An empty first page of a search is plausible and not requested again.
    const rows = first.length === 0 && (offset > 0 || !search.filter) ? await readPage() : first;
    return { rows, next: receivedRows(rows) === 0 ? undefined : offset + receivedRows(rows) };
  };
}
