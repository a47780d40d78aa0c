/** Every read tool, with one member of the providers' answers removed, null, of another type or doubled. */
import { expect, test } from 'vitest';

import { alterations, makeAlteredProviders, untruth } from '../support/altered-answers.ts';

test('one altered member of a provider answer crashes no read tool and hides no row without a word', { timeout: 60_000 }, async () => {
  const { tools, call } = await makeAlteredProviders();
  const untrue: string[] = [];
  for (const tool of tools) {
    const plain = await call(tool);
    for (const kind of alterations)
      for (const member of [0, 3]) {
        const found = untruth(plain, await call(tool, { kind, member }));
        if (found) untrue.push(`${tool.name}, member ${member} ${kind}: ${found}`);
      }
  }
  expect(untrue).toEqual([]);
});
