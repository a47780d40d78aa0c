/** A change as a person and a model see it: the same facts as values and in words. */

import { needed } from '../approvers/approval.ts';
import { instant } from '../clock.ts';
import type { Change, Target } from '../store/change.ts';
import { fence } from '../text/fence.ts';

const shownTargets = 10;
const mostTroubled = 200;

/** A change as every answer shows it: failures first, at most ten targets, the rest counted. */
export function changeView(change: Change) {
  const counts: Record<string, number> = {};
  for (const target of change.targets) counts[target.outcome] = (counts[target.outcome] ?? 0) + 1;
  const troubled = change.targets.filter(isTroubled);
  const shown = change.targets.length <= shownTargets ? change.targets : troubled.slice(0, mostTroubled);
  const receipts = change.steps.flatMap((step) => (step.receipt ? [step.receipt] : []));
  return {
    id: change.id,
    status: change.status,
    ...(change.reason ? { reason: change.reason } : {}),
    summary: change.summary,
    effects: change.effects,
    connection: change.connection,
    sandbox: change.sandbox,
    operation: change.operation,
    counts,
    targets: shown.map(targetView),
    ...(shown.length < change.targets.length ? { targetsLeftOut: change.targets.length - shown.length } : {}),
    ...(change.explanation ? { explanation: change.explanation } : {}),
    ...(change.blast?.total === undefined && !change.blast?.groups ? {} : { blast: change.blast }),
    cost: change.cost,
    irreversible: change.irreversible,
    ...(change.undo ? { undo: change.undo } : {}),
    ...(change.inverse ? { undoable: true } : {}),
    ...(change.undoes ? { undoes: change.undoes } : {}),
    ...(change.resumes ? { resumes: change.resumes } : {}),
    ...(resumable(change) ? { resumable: true } : {}),
    ...(change.decision && change.decision.verdict !== 'ask' ? { policy: change.decision } : {}),
    ...(change.approvals?.length ? { approvals: change.approvals.map(({ by, kind }) => ({ by, kind })) } : {}),
    ...(change.deniedAgain ? { deniedAgain: change.deniedAgain } : {}),
    ...(change.settles ? { settles: change.settles } : {}),
    ...(change.warnings.length > 0 ? { warnings: change.warnings } : {}),
    ...(change.doubts.length > 0 && waits(change) ? { doubts: change.doubts } : {}),
    ...(receipts.length > 0 ? { requests: receipts.slice(0, 20) } : {}),
    ...(change.approval ? { approval: change.approval.kind, approvedBy: change.approval.by } : {}),
    ...(change.preview ? { preview: true } : {}),
    ...(waits(change) ? { expires: instant(change.expires) } : {}),
  };
}

/** What a person must hear of, of however many targets. */
const isTroubled = ({ outcome }: Target): boolean => outcome === 'failed' || outcome === 'unsure' || outcome === 'left out';

/** Whether a rest of it can still be sent. */
function resumable({ status, steps }: Change): boolean {
  return status !== 'applying' && steps.some((step) => step.state === 'not sent' && step.input !== undefined);
}

/** Whether it still waits for a person. */
function waits(change: Change): boolean {
  return change.status === 'planned' || change.status === 'awaiting_approval';
}

function targetView(target: Target) {
  return {
    device: target.device,
    outcome: target.outcome,
    ...(Object.keys(target.before).length > 0 ? { before: target.before } : {}),
    ...(target.after ? { after: target.after } : {}),
    ...(target.why ? { why: fence(target.why, 200) } : {}),
  };
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

/** The same in words. `next` says what to do. */
export function changeText(change: Change, next?: string): string {
  const facts = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${fence(value, 60)}`)
      .join(', ');
  const view = changeView(change);
  const { summary, explanation } = change;
  // A refusal often says the sentence again and goes on.
  const said = explanation?.startsWith(summary) ? [explanation] : [summary, ...(explanation ? [explanation] : [])];
  const lines = [`${heads[change.status]}${change.reason ? ` (${change.reason})` : ''}: ${said[0]}`, ...said.slice(1)];
  if (change.targets.length > shownTargets)
    lines.push(
      Object.entries(view.counts)
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(', '),
    );
  if (change.targets.length > shownTargets) lines.push(...troubles(change.targets));
  else {
    for (const target of view.targets) {
      const before = 'before' in target && target.before ? facts(target.before) : '';
      const after = 'after' in target && target.after ? ` -> ${facts(target.after)}` : '';
      lines.push(
        `- ${target.device}: ${target.outcome}${before || after ? `; ${before}${after}` : ''}${target.why ? `; ${target.why}` : ''}`,
      );
    }
  }
  for (const warning of change.warnings) lines.push(`Warning: ${warning}.`);
  if (change.doubts.length > 0 && waits(change)) lines.push(`Not certain: ${change.doubts.join('; ')}.`);
  if (change.preview && change.decision && change.decision.verdict !== 'ask')
    lines.push(`Policy: ${change.decision.verdict}, by rule "${change.decision.rule}".`);
  if (change.deniedAgain) lines.push(`Asked for and denied ${change.deniedAgain} more time${change.deniedAgain === 1 ? '' : 's'}.`);
  if (change.settles && change.status === 'accepted') lines.push(`Usually takes ${change.settles}.`);
  lines.push(
    `change ${change.id}${view.requests ? `, provider request ${view.requests.slice(0, 3).join(', ')}` : ''}${change.sandbox ? ' (sandbox)' : ''}`,
  );
  if (next) lines.push(next);
  return lines.join('\n');
}

const shownSteps = 20;

/** What was done and when, newest last. */
export function historyOf(change: Change): { at: string; what: string }[] {
  return change.log.slice(-shownSteps).map(({ at, what }) => ({ at: instant(at - (at % 1000)), what: fence(what, 200) }));
}

/** Of many targets only those in trouble, by what happened to them: each costs no more than its identifier. */
function troubles(targets: readonly Target[]): string[] {
  const troubled = targets.filter(isTroubled).slice(0, mostTroubled);
  const groups = Map.groupBy(
    troubled,
    ({ device, outcome, why }) =>
      // The same trouble of two devices reads the same but for their names.
      `${outcome}${why ? ` (${fence(why.replaceAll(device, 'it'), 200)})` : ''}`,
  );
  return [...groups].map(([what, those]) => `${what}: ${those.map((target) => target.device).join(' ')}`);
}

/** What a change waits for that named people approve. */
function waitsOutside(change: Change): string {
  const given = new Set((change.approvals ?? []).map(({ by }) => by)).size;
  const people = needed(change);
  const still =
    given > 0 ? `${given} of ${people} named people approved it` : `${people} named ${people === 1 ? 'person' : 'people'} must approve it`;
  return `${still} outside this chat (rule "${change.decision?.rule}"): at the console, or in a terminal with iot-ops-mcp approve ${change.id}. Then it is carried out at once; get_change { "change": "${change.id}", "waitSeconds": 50 } follows it.`;
}

/** What follows from a change's status. */
export function nextOf(change: Change): string | undefined {
  switch (change.status) {
    case 'planned':
      return change.preview
        ? 'A preview: nobody was asked. Call the tool without preview to go on.'
        : `To carry it out, show a person the sentence and call apply_change with change "${change.id}" and confirm set to the exact text of change.summary.`;
    case 'accepted':
    case 'unknown':
    case 'applying':
      return `get_change { "change": "${change.id}", "waitSeconds": 30 } follows it to its end.`;
    case 'awaiting_approval':
      return needed(change) > 0 ? waitsOutside(change) : 'A person has been asked; nothing happens until they say yes.';
    default:
      return resumable(change) ? `resume_change { "change": "${change.id}" } does the rest.` : undefined;
  }
}
