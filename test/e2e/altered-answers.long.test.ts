/** The random counterpart of altered-answers.test.ts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { alterations, makeAlteredProviders, untruth } from '../support/altered-answers.ts';

test('any altered member of a provider answer crashes no read tool and hides no row without a word', { timeout: 300_000 }, async () => {
  const { tools, call } = await makeAlteredProviders();
  const plain = new Map(await Promise.all(tools.map(async (tool) => [tool.name, await call(tool)] as const)));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tools), fc.constantFrom(...alterations), fc.nat({ max: 400 }), async (tool, kind, member) => {
      const before = plain.get(tool.name);
      expect(before && untruth(before, await call(tool, { kind, member }))).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});
