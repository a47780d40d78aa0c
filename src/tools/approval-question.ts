/** The question that a person at the client is asked about a planned change. */
import { z } from 'zod';

import { describeBlastRadius, listTargets } from '../approvers/format.ts';
import type { ApprovalMethod } from '../changes/policy.ts';
import { alsoSetsSentence } from '../changes/sentence.ts';
import type { Change } from '../store/change.ts';

const maxWarnings = 5;
const maxFields = 20;

/** Of more targets than this the question also says how much of the connection they are. */
const few = 3;

/** What a person reads: the sentence, what is unusual, what to type. */
export function approvalQuestion(planned: Change, way: ApprovalMethod): string {
  const elsewhere = planned.decision?.rule.endsWith('sandbox without approvers')
    ? ['On a live connection a named person outside the chat approves this.']
    : [];
  const typed = way.way === 'type' ? `To approve, type ${way.what}: ${way.expected}` : 'Approve?';
  const alsoSets = alsoSetsSentence(planned, maxFields);
  const moreWarnings = planned.warnings.length - maxWarnings;
  const warnings = [
    ...planned.warnings.slice(0, maxWarnings).map((warning) => `Warning: ${warning}.`),
    ...(moreWarnings > 0 ? [`And ${moreWarnings} more warning${moreWarnings === 1 ? '' : 's'}: get_change lists them.`] : []),
  ];
  const many = (planned.blast?.count ?? 0) > few ? [`Touches ${describeBlastRadius(planned)}.`] : [];
  return [
    planned.summary,
    ...(alsoSets ? [alsoSets] : []),
    ...listTargets(planned),
    ...many,
    ...warnings,
    ...(planned.sandbox ? ['This is the sandbox: nothing real changes.'] : []),
    ...elsewhere,
    typed,
  ].join('\n');
}

export function approvalForm(way: ApprovalMethod) {
  return way.way === 'type'
    ? z.object({ confirm: z.string().describe(`type ${way.what} to approve`) })
    : z.object({ approve: z.boolean().describe('true carries it out') });
}
