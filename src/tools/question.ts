/** The question that a person at the client is asked about a planned change. */
import { z } from 'zod';

import { touches } from '../approvers/words.ts';
import type { Way } from '../changes/policy.ts';
import type { Change } from '../store/change.ts';

/** Of more targets than this the question also says how much of the connection they are. */
const few = 3;

/** What a person reads: the sentence, what is unusual, what to type. */
export function question(planned: Change, way: Way): string {
  const elsewhere = planned.decision?.rule.endsWith('sandbox without approvers')
    ? ['On a live connection a named person outside the chat approves this.']
    : [];
  const typed = way.way === 'type' ? `To approve, type ${way.what}: ${way.expected}` : 'Approve?';
  const warnings = planned.warnings.slice(0, 5).map((warning) => `Warning: ${warning}.`);
  const many = (planned.blast?.count ?? 0) > few ? [`Touches ${touches(planned)}.`] : [];
  return [
    planned.summary,
    ...many,
    ...warnings,
    ...(planned.sandbox ? ['This is the sandbox: nothing real changes.'] : []),
    ...elsewhere,
    typed,
  ].join('\n');
}

export function form(way: Way) {
  return way.way === 'type'
    ? z.object({ confirm: z.string().describe(`type ${way.what} to approve`) })
    : z.object({ approve: z.boolean().describe('true carries it out') });
}
