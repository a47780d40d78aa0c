/** The renderer shows each field of a request, also where the planner forgot it: for every changing operation, field and value. */
import { describe, expect, it } from 'vitest';

import { approvalDocument } from '../../../src/changes/document/approval-document.ts';
import { phrase } from '../../../src/changes/document/phrase.ts';
import { isRead } from '../../../src/clients/http/endpoint.ts';
import { withField } from '../../support/field-values.ts';
import { operations } from '../../support/providers.ts';
import { compact, shownFieldsOf } from '../../support/shown-fields.ts';

/** The document of a planner that says nothing of its request. */
function silentDocument(input: unknown) {
  return approvalDocument(
    {
      targets: [{ device: 'dev-0', label: 'dev-0', before: {}, verdict: 'change' }],
      steps: [{ input, targets: ['dev-0'] }],
      effect: phrase`change it`,
      noun: 'device',
      effects: ['write'],
    },
    'live',
  );
}

describe('a planner that states no field', () => {
  for (const operation of operations.filter((one) => !isRead(one) && !one.effects.includes('session'))) {
    it(`${operation.id}: every value of every field stands under "Also sets", and the headline is not complete`, () => {
      for (const field of shownFieldsOf(operation))
        for (const value of field.values) {
          const { alsoSets, complete } = silentDocument(withField(operation.example, field, value));
          expect(compact(alsoSets.join('\n')), `${field.path} = ${value}`).toContain(compact(value === '' ? 'empty' : String(value)));
          expect(alsoSets.join('\n').replace(/\[\d+\]/g, '')).toContain(`${field.path.replace(/^(query|body)\./, '')} = `);
          expect(complete).toBe(false);
        }
    });
  }
});
