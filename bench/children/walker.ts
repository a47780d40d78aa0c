/** Reads a device list to its end, with the typed client or with undici, and reports time and memory. */
import { Agent, request } from 'undici';

import { paginate } from '../../src/clients/http/pages.ts';
import { devices } from '../../src/clients/thingpark/devices.ts';
import { typedClient } from '../lib/typed.ts';
import type { WalkOrder, WalkResult } from '../walk.ts';

const pageSize = 100;

/** The client of the product, which validates every row. */
function typed(url: string): () => Promise<{ rows: number; pages: number }> {
  const { call } = typedClient(url);
  const read = async (at: string | undefined) => {
    const page = await call(devices.list, { query: { sort: 'EUI,asc', pageSize, ...(at ? { pageAfter: at } : {}) } });
    return { rows: page.briefs, next: page.more ? (page.cursors?.last ?? undefined) : undefined };
  };
  return async () => {
    let [rows, pages] = [0, 0];
    for await (const page of paginate(read)) {
      rows += page.rows.length;
      pages += 1;
    }
    return { rows, pages };
  };
}

interface BarePage {
  briefs: unknown[];
  more: boolean;
  cursors?: { last: string };
}

/** undici and JSON.parse, without validation. */
function bare(url: string): () => Promise<{ rows: number; pages: number }> {
  const agent = new Agent({ connections: 32, allowH2: false });
  const headers = { accept: 'application/json', authorization: 'Bearer token-of-the-stub' };
  const base = `${url}/thingpark/wireless/rest/subscriptions/mine/devices?sort=EUI%2Casc&pageSize=${pageSize}`;
  return async () => {
    let [rows, pages] = [0, 0];
    let at: string | undefined;
    do {
      const { body } = await request(at === undefined ? base : `${base}&pageAfter=${at}`, { dispatcher: agent, headers });
      const page = JSON.parse(await body.text()) as BarePage;
      rows += page.briefs.length;
      pages += 1;
      at = page.more ? page.cursors?.last : undefined;
    } while (at !== undefined);
    return { rows, pages };
  };
}

const walkers = new Map<string, () => Promise<{ rows: number; pages: number }>>();

process.on('message', async ({ how, url }: WalkOrder) => {
  const key = `${how} ${url}`;
  const go = walkers.get(key) ?? (how === 'typed' ? typed(url) : bare(url));
  walkers.set(key, go);
  const began = performance.now();
  const { rows, pages } = await go();
  const ms = performance.now() - began;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  globalThis.gc?.();
  const done: WalkResult = { rows, pages, ms, peakMb, keptMb: process.memoryUsage().heapUsed / 2 ** 20 };
  process.send?.(done);
});
