/** What the tool list and the answers cost a model stays below its ceilings. */
import { expect, onTestFinished, test } from 'vitest';

import { ceilings, countCosts, listCosts, pageCosts, reportCosts } from '../bench/lib/costs.ts';
import { inProcess } from '../bench/lib/product.ts';
import type { ToolList } from '../bench/lib/rpc.ts';
import { providers } from '../src/vocabulary.ts';

async function product() {
  const running = await inProcess(100);
  onTestFinished(() => running.close());
  return running;
}

test('the default tool list, as a model sees it and whole', async () => {
  const { shown, whole } = listCosts(await (await product()).ask<ToolList>('tools/list'));
  expect(shown).toBeLessThan(ceilings.list);
  expect(whole).toBeLessThan(ceilings.whole);
});

test.each(providers)('a hundred devices of %s, against the provider’s own page', async (provider) => {
  const { text, structured, raw } = await pageCosts(await product(), provider);
  if (provider === 'thingpark') expect(text).toBeLessThan(ceilings.listDevices);
  expect(text / raw).toBeLessThan(ceilings.text);
  expect(structured / raw).toBeLessThan(ceilings.structured);
});

test('a count over the fleet in one call', async () => {
  const { text, structured } = await countCosts(await product());
  expect(text).toBeLessThan(ceilings.count);
  expect(structured).toBeLessThan(ceilings.count);
});

test.each([0, 10, 50])('the report of a bulk change of 10,000, %i failed', (failures) => {
  const { text, ceiling } = reportCosts(failures);
  expect(text).toBeLessThan(ceiling);
});
