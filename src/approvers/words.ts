/** A waiting change in words: what a person reads before they say yes. */
import type { Change, Target, Verdict } from '../store/change.ts';
import { cited, fence, quoted } from '../text/fence.ts';
import { relative } from '../text/relative.ts';
import { isApproved, needed, standing } from './approval.ts';

/** How many have said yes, and who. */
export function progress(change: Change, now: number): string {
  if (isApproved(change, now)) return 'Approved, to be carried out';
  const names = standing(change, now).map(({ by }) => fence(by, 40));
  const wanted = needed(change);
  if (names.length > 0) return `${names.length} of ${wanted}: ${names.join(', ')}`;
  return wanted === 1 ? 'Needs one approver' : `Needs ${wanted} approvers`;
}

/** Who can carry it out. */
export function carrierOf({ connection, heldUntil }: Pick<Change, 'connection' | 'heldUntil'>): string {
  if (heldUntil !== undefined) return 'the server that planned it and alone knows its keys';
  return `a server that has ${fence(connection, 60)}`;
}

const wishes = {
  allow: 'lets it pass',
  ask: 'has it asked in the chat',
  approve: 'wants one named person',
  'approve 2': 'wants two named people',
  deny: 'forbids it',
} as const satisfies Record<Verdict, string>;

/** What a rule's verdict wants, after its name. */
export const wish = (verdict: Verdict): string => wishes[verdict];

const shownGroups = 5;

/** How much it touches, of how many devices, in which groups. */
export function touches({ blast, targets, connection }: Pick<Change, 'blast' | 'targets' | 'connection'>): string {
  const count = blast?.count ?? targets.filter((target) => target.outcome !== 'unchanged').length;
  const { total, groups = [] } = blast ?? {};
  const share = total ? `, ${Math.round((count / total) * 1000) / 10} % of the ${total} devices of ${fence(connection, 60)}` : '';
  const named = groups.slice(0, shownGroups).map(quoted).join(', ');
  const more = groups.length > shownGroups ? ` and ${groups.length - shownGroups} more groups` : '';
  return `${count} target${count === 1 ? '' : 's'}${share}${named ? `; in ${named}${more}` : ''}`;
}

/** One waiting change in a few lines. */
export function waitingText(change: Change, now: number): string {
  return [
    `${change.id}${change.irreversible ? '  CANNOT BE UNDONE' : ''}${change.sandbox ? '  (sandbox)' : ''}`,
    `  ${fence(change.summary, 300)}`,
    `  rule ${fence(change.decision?.rule ?? '', 80)}; asked by ${fence(change.caller, 60)}, ${relative(change.created, now)}`,
    `  ${progress(change, now)}; runs out ${relative(change.expires, now)}`,
  ].join('\n');
}

const shownTargets = 50;

/** The whole plan, line by line. */
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
  return `- ${fence(device, 60)}${name}${outcome === 'planned' ? '' : ` (${outcome})`}: ${facts.join(', ') || 'nothing there yet'}`;
}
