/** What is shown is what is sent, for two fields at once: no field hides another one. */
import { describe, expect, it } from 'vitest';

import { isRead } from '../../src/clients/http/endpoint.ts';
import { operations } from '../support/providers.ts';
import { plannerOf, shownFieldsOf, shows } from '../support/shown-fields.ts';

/** Fields that each field is combined with, in the order of the contract. */
const partners = 6;

describe('pairs of fields', () => {
  for (const operation of operations.filter((one) => !isRead(one) && !one.effects.includes('session'))) {
    it(`${operation.id}: two fields at once, set to unusual values, both stand in the plan, or the plan is refused`, async () => {
      const plan = await plannerOf(operation);
      const fields = shownFieldsOf(operation);
      const missing: string[] = [];
      for (const [i, first] of fields.entries())
        for (const second of fields.slice(i + 1, i + 1 + partners)) {
          const set = [first, second].map((field): [typeof field, unknown] => [field, field.values.at(-1)]);
          // One element of a list cannot hold both where one of them replaces what the other needs.
          const text = await plan(set);
          for (const [field, value] of set)
            if (text !== undefined && !shows(text, operation, field, value))
              missing.push(`${first.path} and ${second.path}: ${field.path}`);
        }
      expect(missing).toEqual([]);
    });
  }
});
