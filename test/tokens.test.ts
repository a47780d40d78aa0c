/** Token cost of the tool list and of results stays below the ceilings. */
import { expect, onTestFinished, test } from 'vitest';

import { ceilings, countCosts, listCosts, pageCosts, reportCosts } from '../bench/lib/costs.ts';
import { inProcess } from '../bench/lib/product.ts';
import type { ToolList } from '../bench/lib/rpc.ts';
import { providerNames } from './support/providers.ts';

async function product() {
  const running = await inProcess(100);
  onTestFinished(() => running.close());
  return running;
}

test('the default tool list stays below its token ceilings, as shown to a model and as a whole', async () => {
  const { shown, whole } = listCosts(await (await product()).ask<ToolList>('tools/list'));
  expect(shown).toBeLessThan(ceilings.list);
  expect(whole).toBeLessThan(ceilings.whole);
});

test.each(providerNames)('a list of a hundred %s devices costs less than the provider’s own page', async (provider) => {
  const { text, structured, raw } = await pageCosts(await product(), provider);
  if (provider === 'thingpark') expect(text).toBeLessThan(ceilings.listDevices);
  expect(text / raw).toBeLessThan(ceilings.text);
  expect(structured / raw).toBeLessThan(ceilings.structured);
});

test('counting the fleet in one call stays below its token ceiling', async () => {
  const { text, structured } = await countCosts(await product());
  expect(text).toBeLessThan(ceilings.count);
  expect(structured).toBeLessThan(ceilings.count);
});

test.each([0, 10, 50])('the report of a change of 10,000 targets with %i failures stays below its token ceiling', (failures) => {
  const { text, ceiling } = reportCosts(failures);
  expect(text).toBeLessThan(ceiling);
});
