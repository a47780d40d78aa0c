/** The question that a person at the client is asked about a planned change. */
import { z } from 'zod';

import { describeBlastRadius, listTargets, warningLines } from '../approvers/format.ts';
import { dependentsText } from '../changes/document/approval-document.ts';
import { alsoSetsSentence } from '../changes/document/confirmation.ts';
import type { ApprovalMethod } from '../changes/policy.ts';
import type { Change } from '../store/change.ts';
import { sanitize } from '../text/sanitize.ts';

/** Longest question, characters. A longer one is not asked in the chat of a live connection. */
export const maxQuestion = 2000;

/** Of more targets than this the question also says how much of the connection they are. */
const few = 3;

/** What a person reads: the headline, all that it does not show, what is unusual, what to type. */
export function approvalQuestion(planned: Change, way: ApprovalMethod): string {
  const elsewhere = planned.decision?.rule.endsWith('sandbox without approvers')
    ? ['On a live connection a named person outside the chat approves this.']
    : [];
  const typed = way.way === 'type' ? `To approve, type ${way.what}: ${way.expected}` : 'Approve?';
  const alsoSets = alsoSetsSentence(planned);
  return (
    [
      planned.summary,
      ...(planned.does ? [planned.does] : []),
      ...(alsoSets ? [alsoSets] : []),
      ...(planned.inFull ? [notWhole(planned.inFull)] : []),
      ...listTargets(planned),
      ...(planned.dependents?.count ? [`${dependentsText(planned.dependents)}.`] : []),
      ...((planned.blast?.count ?? 0) > few ? [`Touches ${describeBlastRadius(planned)}.`] : []),
      ...(planned.budgetUse ?? []),
      ...warningLines(planned),
      ...(planned.sandbox ? ['This is the sandbox: nothing real changes.'] : []),
      ...elsewhere,
      typed,
    ]
      // No part of it begins a line of its own, whatever it holds.
      .map((line) => sanitize(line, Number.POSITIVE_INFINITY))
      .join('\n')
  );
}

/** Says that the question does not hold all that is sent. */
function notWhole(inFull: readonly string[]): string {
  const values = inFull.length === 1 ? '1 value is' : `${inFull.length} values are`;
  return `NOT ALL OF IT IS SHOWN HERE: ${values} too long for this question; the console shows every value whole.`;
}

export function approvalForm(way: ApprovalMethod) {
  return way.way === 'type'
    ? z.object({ confirm: z.string().describe(`type ${way.what} to approve`) })
    : z.object({ approve: z.boolean().describe('true carries it out') });
}
