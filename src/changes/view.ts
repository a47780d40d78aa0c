/** A change in tool results: as structured content and as text with the same facts. */
import { approvalsNeeded } from '../approvers/approval.ts';
import { instant } from '../clock.ts';
import type { Change, Target } from '../store/change.ts';
import { defined } from '../text/defined.ts';
import { sanitize } from '../text/sanitize.ts';
import { dependentsText } from './document/approval-document.ts';
import { alsoSetsSentence, confirmationOf } from './document/confirmation.ts';

const shownTargets = 10;
const maxFailures = 200;

/** The structured content of a change. Of more than ten targets only failures are listed (at most 200); the others are counted. */
export function changeView(change: Change) {
  const counts: Record<string, number> = {};
  for (const target of change.targets) counts[target.outcome] = (counts[target.outcome] ?? 0) + 1;
  const failures = change.targets.filter(isFailure);
  const shown = change.targets.length <= shownTargets ? change.targets : failures.slice(0, maxFailures);
  const requestIds = change.steps.flatMap((step) => (step.receipt ? [step.receipt] : []));
  return defined({
    id: change.id,
    status: change.status,
    reason: change.reason,
    summary: change.summary,
    ...(waits(change)
      ? { does: change.does, alsoSets: change.alsoSets, inFull: shortInFull(change), confirm: confirmationOf(change) }
      : {}),
    effects: change.effects,
    connection: change.connection,
    sandbox: change.sandbox,
    operation: change.operation,
    counts,
    targets: shown.map(targetView),
    targetsLeftOut: shown.length < change.targets.length ? change.targets.length - shown.length : undefined,
    explanation: change.explanation,
    dependents: change.dependents?.count ? { noun: change.dependents.noun, count: change.dependents.count } : undefined,
    budgetUse: waits(change) ? change.budgetUse : undefined,
    blast: change.blast?.total === undefined && !change.blast?.groups ? undefined : change.blast,
    cost: change.cost,
    irreversible: change.irreversible,
    undo: change.undo,
    undoable: change.inverse ? true : undefined,
    undoes: change.undoes,
    resumes: change.resumes,
    resumable: resumable(change) ? true : undefined,
    policy: change.decision && change.decision.verdict !== 'ask' ? change.decision : undefined,
    askedBy: change.askedBy,
    approvals: change.approvals?.length ? change.approvals.map(({ by, kind }) => ({ by, kind })) : undefined,
    deniedAgain: change.deniedAgain,
    settles: change.settles,
    warnings: change.warnings.length > 0 ? change.warnings.map(({ text }) => text) : undefined,
    doubts: change.doubts.length > 0 && waits(change) ? change.doubts : undefined,
    requests: requestIds.length > 0 ? requestIds.slice(0, 20) : undefined,
    approval: change.approval?.kind,
    approvedBy: change.approval?.by,
    preview: change.preview ? true : undefined,
    expires: waits(change) ? instant(change.expires) : undefined,
  });
}

/** Whether a target is listed by name however many targets there are. */
const isFailure = ({ outcome }: Target): boolean => outcome === 'failed' || outcome === 'unsure' || outcome === 'left out';

/** Whether unsent steps can still be sent with resume_change. */
function resumable({ status, steps }: Change): boolean {
  return status !== 'applying' && steps.some((step) => step.state === 'not sent' && step.input !== undefined);
}

/** Whether it waits for an approval. */
function waits(change: Change): boolean {
  return change.status === 'planned' || change.status === 'awaiting_approval';
}

function targetView(target: Target) {
  return defined({
    device: target.device,
    outcome: target.outcome,
    before: Object.keys(target.before).length > 0 ? target.before : undefined,
    becomes: target.outcome === 'planned' ? target.becomes : undefined,
    after: target.after,
    why: target.why ? sanitize(target.why, 200) : undefined,
  });
}

const heads: Record<Change['status'], string> = {
  planned: 'NOT DONE, planned',
  awaiting_approval: 'NOT DONE, waiting for a person',
  applying: 'being carried out',
  accepted: 'ACCEPTED, NOT YET DONE',
  applied: 'DONE',
  partial: 'PARTLY DONE',
  unchanged: 'UNCHANGED',
  failed: 'FAILED',
  refused: 'REFUSED',
  unknown: 'OUTCOME UNKNOWN',
};

/** The text of a change; `next` is appended as the last line. */
export function changeText(change: Change, next?: string): string {
  const facts = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${sanitize(value, 60)}`)
      .join(', ');
  const view = changeView(change);
  const { summary, explanation } = change;
  // The explanation of a refusal often starts with the summary, which is then not repeated.
  const sentences = explanation?.startsWith(summary) ? [explanation] : [summary, ...(explanation ? [explanation] : [])];
  const cancelled = change.status === 'refused' && change.reason === 'cancelled';
  const head = cancelled ? 'CANCELLED' : `${heads[change.status]}${change.reason ? ` (${change.reason})` : ''}`;
  const lines = [`${head}: ${sentences[0]}`, ...sentences.slice(1)];
  if (change.targets.length > shownTargets)
    lines.push(
      Object.entries(view.counts)
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(', '),
    );
  if (change.targets.length > shownTargets) lines.push(...failureLines(change.targets));
  else {
    for (const target of view.targets) {
      const before = 'before' in target && target.before ? facts(target.before) : '';
      const next = 'after' in target && target.after ? target.after : 'becomes' in target ? target.becomes : undefined;
      const after = next ? ` -> ${facts(next)}` : '';
      lines.push(
        `- ${target.device}: ${target.outcome}${before || after ? `; ${before}${after}` : ''}${target.why ? `; ${target.why}` : ''}`,
      );
    }
  }
  if (waits(change)) lines.push(...planLines(change));
  for (const { text } of change.warnings) lines.push(`Warning: ${text}.`);
  if (change.doubts.length > 0 && waits(change)) lines.push(`Not certain: ${change.doubts.join('; ')}.`);
  if (change.preview && change.decision && change.decision.verdict !== 'ask')
    lines.push(`Policy: ${change.decision.verdict}, by rule "${change.decision.rule}".`);
  if (change.deniedAgain) lines.push(`Requested and denied ${change.deniedAgain} more time${change.deniedAgain === 1 ? '' : 's'}.`);
  if (change.settles && change.status === 'accepted') lines.push(`Usually takes ${change.settles}.`);
  lines.push(
    `change ${change.id}${view.requests ? `, provider request ${view.requests.slice(0, 3).join(', ')}` : ''}${change.sandbox ? ' (sandbox)' : ''}`,
  );
  if (next) lines.push(next);
  return lines.join('\n');
}

/** Longest values that an answer shows whole, characters in all. */
const maxInFull = 4000;

/** The values that are too long for a question, where an answer can hold them. */
function shortInFull({ inFull }: Change): readonly string[] | undefined {
  return inFull && inFull.join('').length <= maxInFull ? inFull : undefined;
}

function inFullLines(change: Change): string[] {
  const shown = shortInFull(change)?.map((field) => `In full: ${field}.`);
  return shown ?? (change.inFull ? ['Not all of it is shown here: the console shows every value whole.'] : []);
}

/** What a person reads beside the headline of a plan that waits. */
function planLines(change: Change): string[] {
  return [
    ...(change.does ? [change.does] : []),
    ...(change.dependents?.count ? [`${dependentsText(change.dependents)}.`] : []),
    ...[alsoSetsSentence(change) ?? []].flat(),
    ...inFullLines(change),
    ...(change.budgetUse ?? []),
  ];
}

const shownSteps = 20;

/** The last 20 log entries, newest last, with times rounded down to seconds. */
export function historyOf(change: Change): { at: string; what: string }[] {
  return change.log.slice(-shownSteps).map(({ at, what }) => ({ at: instant(at - (at % 1000)), what: sanitize(what, 200) }));
}

/** The failed targets of a large change, grouped by reason, so that each one takes no more text than its identifier. */
function failureLines(targets: readonly Target[]): string[] {
  const failures = targets.filter(isFailure).slice(0, maxFailures);
  const groups = Map.groupBy(
    failures,
    ({ device, outcome, why }) =>
      // A reason may name the device, which must not split a group.
      `${outcome}${why ? ` (${sanitize(why.replaceAll(device, 'it'), 200)})` : ''}`,
  );
  return [...groups].map(([what, those]) => `${what}: ${those.map((target) => target.device).join(' ')}`);
}

/** The next step of a change that waits for named approvers. */
function waitsOutside(change: Change): string {
  const given = new Set((change.approvals ?? []).map(({ by }) => by)).size;
  const people = approvalsNeeded(change);
  const still =
    given > 0 ? `${given} of ${people} named people approved it` : `${people} named ${people === 1 ? 'person' : 'people'} must approve it`;
  const own = change.askedBy && !change.decision?.selfApproval ? `, not ${change.askedBy.join(' or ')}, who asked for it` : '';
  return `${still} outside this chat (rule "${change.decision?.rule}")${own}: at the console, or in a terminal with iot-ops-mcp approve ${change.id}. Then it is carried out at once; get_change { "change": "${change.id}", "waitSeconds": 50 } follows it.`;
}

/** The next step for the caller, given the status of a change. */
export function nextOf(change: Change): string | undefined {
  switch (change.status) {
    case 'planned':
      if (change.questionClosed) return `To ask again, call the same tool with the same arguments before ${instant(change.expires)}.`;
      return `${change.preview ? 'A preview: nobody was asked. ' : ''}To carry it out, show a person the sentence and call apply_change with change "${change.id}" and confirm set to exactly: ${confirmationOf(change)}`;
    case 'accepted':
    case 'unknown':
      return `get_change { "change": "${change.id}", "waitSeconds": 30 } follows it to its end.`;
    case 'applying':
      if (change.cancel !== undefined)
        return `What is not yet sent is cancelled; get_change { "change": "${change.id}", "waitSeconds": 30 } tells what was sent.`;
      return `get_change { "change": "${change.id}", "waitSeconds": 30 } follows it to its end; cancel_change { "change": "${change.id}" } stops what is not yet sent.`;
    case 'awaiting_approval':
      return approvalsNeeded(change) > 0
        ? waitsOutside(change)
        : 'A person has been asked; nothing is sent until they approve. If the question is gone, call the same tool with the same arguments: it asks again.';
    default:
      return resumable(change) ? `resume_change { "change": "${change.id}" } sends the rest.` : undefined;
  }
}
