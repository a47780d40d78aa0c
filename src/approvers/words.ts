/** Formats a waiting change for the person who approves it. */
import type { Change, Target, Verdict } from '../store/change.ts';
import { cited, fence, quoted } from '../text/fence.ts';
import { relative } from '../text/relative.ts';
import { isApproved, needed, standing } from './approval.ts';

/** The approvals so far: `1 of 2: maria`. */
export function progress(change: Change, now: number): string {
  if (isApproved(change, now)) return 'Approved, to be carried out';
  const names = standing(change, now).map(({ by }) => fence(by, 40));
  const required = needed(change);
  if (names.length > 0) return `${names.length} of ${required}: ${names.join(', ')}`;
  return required === 1 ? 'Needs one approver' : `Needs ${required} approvers`;
}

/** The server that can apply the change, as a noun phrase. */
export function carrierOf({ connection, heldUntil }: Pick<Change, 'connection' | 'heldUntil'>): string {
  if (heldUntil !== undefined) return 'the server that planned it and holds its keys';
  return `a server with the connection ${fence(connection, 60)}`;
}

const verdictTexts = {
  allow: 'allows it',
  ask: 'requires approval in the chat',
  approve: 'requires one named person',
  'approve 2': 'requires two named people',
  deny: 'denies it',
} as const satisfies Record<Verdict, string>;

/** What a verdict requires, as a phrase that follows the name of the rule. */
export const wish = (verdict: Verdict): string => verdictTexts[verdict];

const shownGroups = 5;

/** The blast radius: number of targets, their share of the connection's devices, and their groups. */
export function touches({ blast, targets, connection }: Pick<Change, 'blast' | 'targets' | 'connection'>): string {
  const count = blast?.count ?? targets.filter((target) => target.outcome !== 'unchanged').length;
  const { total, groups = [] } = blast ?? {};
  const share = total ? `, ${Math.round((count / total) * 1000) / 10} % of the ${total} devices of ${fence(connection, 60)}` : '';
  const named = groups.slice(0, shownGroups).map(quoted).join(', ');
  const more = groups.length > shownGroups ? ` and ${groups.length - shownGroups} more groups` : '';
  return `${count} target${count === 1 ? '' : 's'}${share}${named ? `; in ${named}${more}` : ''}`;
}

/** A waiting change in four lines. */
export function waitingText(change: Change, now: number): string {
  return [
    `${change.id}${change.irreversible ? '  CANNOT BE UNDONE' : ''}${change.sandbox ? '  (sandbox)' : ''}`,
    `  ${fence(change.summary, 300)}`,
    `  rule ${fence(change.decision?.rule ?? '', 80)}; requested by ${fence(change.caller, 60)}, ${relative(change.created, now)}`,
    `  ${progress(change, now)}; expires ${relative(change.expires, now)}`,
  ].join('\n');
}

const shownTargets = 50;

/** The whole plan. At most 50 targets are listed. */
export function planText(change: Change, now: number): string {
  const { targets } = change;
  return [
    waitingText(change, now),
    '',
    ...(change.does ? [`In full  ${fence(change.does, 2000)}`] : []),
    `Effects  ${change.effects.join(', ')}`,
    `Cost     ${fence(change.cost, 200)}`,
    `Undo     ${change.irreversible ? 'none: it cannot be undone' : fence(change.undo ?? 'not through this server', 200)}`,
    `Touches  ${touches(change)}`,
    ...(change.settles ? [`Takes    ${fence(change.settles, 200)}`] : []),
    ...targets.slice(0, shownTargets).map(targetText),
    ...(targets.length > shownTargets ? [`- and ${targets.length - shownTargets} more`] : []),
    ...change.warnings.map((warning) => `Warning: ${fence(warning, 400)}`),
    ...change.doubts.map((doubt) => `Not certain: ${fence(doubt, 400)}`),
  ].join('\n');
}

function targetText({ device, label, before, after = {}, outcome }: Target): string {
  const facts = Object.entries(before).map(([name, value]) => {
    const next = after[name];
    return `${fence(name, 40)} ${cited(value)}${next === undefined || next === value ? '' : ` -> ${cited(next)}`}`;
  });
  const name = label === device ? '' : ` ${cited(label, 80)}`;
  return `- ${fence(device, 60)}${name}${outcome === 'planned' ? '' : ` (${outcome})`}: ${facts.join(', ') || 'no state read'}`;
}
