/** The number of tokens of the tool list and of answers. */
import { providerNames } from '../test/support/providers.ts';
import { ceilings, countCosts, listCosts, pageCosts, reportCosts } from './lib/costs.ts';
import { inProcess } from './lib/product.ts';
import { type Counts, type Row, row, type Section } from './lib/report.ts';
import type { ToolList } from './lib/rpc.ts';

const percent = (part: number, whole: number): number[] => [(part / whole) * 100];

export async function tokens(_: Counts): Promise<Section> {
  const product = await inProcess(100);
  const list = listCosts(await product.ask<ToolList>('tools/list'));
  const rows: Row[] = [
    row('default tool list as a model sees it (name, description, input schema)', [list.shown], { unit: 'tokens', below: ceilings.list }),
    row('whole tool list with output schemas', [list.whole], { unit: 'tokens', below: ceilings.whole }),
  ];
  for (const provider of providerNames) {
    const { text, structured, raw } = await pageCosts(product, provider);
    const what = `\`list_devices\`, 100 rows of ${provider}`;
    rows.push(
      row(`${what}, as text`, [text], { unit: 'tokens', ...(provider === 'thingpark' ? { below: ceilings.listDevices } : {}) }),
      row(`${what}, as text, share of the raw page of ${raw.toLocaleString('en')}`, percent(text, raw), {
        unit: '%',
        below: ceilings.text * 100,
      }),
      row(`${what}, structured, share of the same page`, percent(structured, raw), { unit: '%', below: ceilings.structured * 100 }),
    );
  }
  const count = await countCosts(product);
  await product.close();
  rows.push(
    row('device count of all connections, as text', [count.text], { unit: 'tokens', below: ceilings.count }),
    row('device count of all connections, structured', [count.structured], { unit: 'tokens', below: ceilings.count }),
  );
  for (const failures of [0, 10, 50]) {
    const { text, structured, ceiling } = reportCosts(failures);
    const what = `report of a bulk change of 10,000, ${failures} failed`;
    rows.push(
      row(`${what}, as text`, [text], { unit: 'tokens', below: ceiling }),
      row(`${what}, structured`, [structured], { unit: 'tokens' }),
    );
  }
  return {
    title: 'Tokens',
    compared:
      'o200k tokens, counted in this process on the sandbox; JSON is minified. The raw page is the provider response for the same 100 devices. These figures do not depend on the machine.',
    rows,
  };
}
