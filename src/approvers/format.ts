/** Formats a waiting change for the person who approves it. */
import type { Change, Target, Verdict } from '../store/change.ts';
import { relative } from '../text/relative.ts';
import { quoteName, quoteUntrusted, quoteValue, sanitize } from '../text/sanitize.ts';
import { approvalsNeeded, isApproved, validApprovals } from './approval.ts';
import { isOwnChange } from './people.ts';
import { becomesTexts, exactValue, isShownTarget, targetName } from './target-text.ts';

/** The approvals so far: `1 of 2: maria`. */
export function approvalProgress(change: Change, now: number): string {
  if (isApproved(change, now)) return 'Approved, to be carried out';
  const names = validApprovals(change, now).map(({ by }) => sanitize(by, 40));
  const required = approvalsNeeded(change);
  if (names.length > 0) return `${names.length} of ${required}: ${names.join(', ')}${besides(change)}`;
  return `${required === 1 ? 'Needs one approver' : `Needs ${required} approvers`}${besides(change)}`;
}

/** `, not jo, who asked for it`; empty where everybody may approve. */
function besides(change: Change): string {
  const own = (change.askedBy ?? []).filter((name) => isOwnChange(change, name)).map((name) => sanitize(name, 40));
  return own.length > 0 ? `, not ${own.join(' or ')}, who asked for it` : '';
}

/** The server that can apply the change, as a noun phrase. */
export function describeExecutor({ connection, heldUntil }: Pick<Change, 'connection' | 'heldUntil'>): string {
  if (heldUntil !== undefined) return 'the server that planned it and holds its keys';
  return `a server with the connection ${sanitize(connection, 60)}`;
}

const verdictTexts = {
  allow: 'allows it',
  ask: 'requires approval in the chat',
  approve: 'requires one named person',
  'approve 2': 'requires two named people',
  deny: 'denies it',
} as const satisfies Record<Verdict, string>;

/** What a verdict requires, as a phrase that follows the name of the rule. */
export const describeVerdict = (verdict: Verdict): string => verdictTexts[verdict];

const shownGroups = 5;

/** The blast radius: number of targets, their share of the connection's devices, and their groups. */
export function describeBlastRadius({ blast, targets, connection }: Pick<Change, 'blast' | 'targets' | 'connection'>): string {
  const count = blast?.count ?? targets.filter((target) => target.outcome !== 'unchanged').length;
  const { total, groups = [] } = blast ?? {};
  const share = total ? `, ${Math.round((count / total) * 1000) / 10} % of the ${total} devices of ${sanitize(connection, 60)}` : '';
  const named = groups.slice(0, shownGroups).map(quoteName).join(', ');
  const more = groups.length > shownGroups ? ` and ${groups.length - shownGroups} more groups` : '';
  return `${count} target${count === 1 ? '' : 's'}${share}${named ? `; in ${named}${more}` : ''}`;
}

const listedTargets = 10;
/** Values that fewer than this share of the targets have are named with these targets. */
const rare = 0.05;

/**
 * The targets of a change for the person who approves it: up to ten each with identifier, name and what becomes of it; of more, how many
 * there are by name, group, plan and state, and which ones differ from nearly all others.
 */
export function listTargets({ targets }: Pick<Change, 'targets'>): string[] {
  const changing = targets.filter((target) => target.outcome !== 'unchanged');
  if (changing.length <= listedTargets)
    return changing
      .map(targetLine)
      .filter((line) => line !== undefined || changing.length > 3)
      .flatMap((line) => line ?? []);
  const facts = [...new Set(changing.flatMap(({ before }) => Object.keys(before)))].filter((name) => /^state$/i.test(name));
  return [
    ...breakdown(changing, 'Names', ({ name }) => (name === undefined ? [] : [namePattern(name)])),
    ...breakdown(changing, 'Groups', ({ groups = [] }) => groups),
    ...breakdown(changing, 'Plans', ({ plan }) => (plan === undefined ? [] : [plan])),
    ...facts.flatMap((fact) => breakdown(changing, 'States', ({ before }) => before[fact] ?? 'unknown')),
    ...becomesBreakdown(changing),
  ];
}

/** `- 89148000000077000037 "pump 1": state active -> suspend`; undefined if it says no more than the headline. */
function targetLine({ device, name, before, becomes = {} }: Target): string | undefined {
  const named = name === undefined || name === device ? '' : ` ${quoteValue(name)}`;
  const changes = becomesTexts({ device, before, becomes });
  return named === '' && changes.length === 0 && isShownTarget(device)
    ? undefined
    : `- ${targetName(device)}${named}${changes.length > 0 ? `: ${changes.join(', ')}` : ''}`;
}

/** A name with its numbers replaced, so that `meter 17` and `meter 18` are one pattern. */
const namePattern = (name: string): string => name.replace(/\d+/g, '#');

/** Names are counted by their pattern, as the present ones are. */
const patternOf = (fact: string, value: string): string => (fact === 'name' ? namePattern(value) : value);

function becomesBreakdown(targets: readonly Target[]): string[] {
  const facts = [...new Set(targets.flatMap(({ becomes }) => Object.keys(becomes ?? {})))];
  return facts.flatMap((fact) =>
    // What is sent is never left out: a question that gets too long waits.
    breakdown(
      targets,
      `Then ${sanitize(fact, 40)}`,
      ({ becomes }) => (becomes?.[fact] === undefined ? [] : [patternOf(fact, becomes[fact])]),
      {
        most: targets.length,
        show: exactValue,
      },
    ),
  );
}

/** `Plans: IOTLOW5MB 24, IOTSHR250MB 1 (89148000000077000037).` Values that few targets have are followed by these targets. */
function breakdown(
  targets: readonly Target[],
  title: string,
  valuesOf: (target: Target) => readonly string[] | string,
  { most = shownGroups, show = quoteValue }: { most?: number; show?: (value: string) => string } = {},
): string[] {
  const byValue = new Map<string, Target[]>();
  for (const target of targets)
    for (const value of [valuesOf(target)].flat()) {
      const those = byValue.get(value);
      if (those) those.push(target);
      else byValue.set(value, [target]);
    }
  if (byValue.size === 0) return [];
  const few = (those: readonly Target[]): boolean => those.length < targets.length * rare;
  const sorted = [...byValue].sort(([, a], [, b]) => b.length - a.length);
  const common = sorted.filter(([, those]) => !few(those));
  const odd = sorted.filter(([, those]) => few(those));
  const text = [...odd.slice(0, most), ...common.slice(0, most)].map(([value, those]) => {
    const named = few(those)
      ? ` (${those
          .slice(0, 5)
          .map(({ device }) => quoteUntrusted(device, 40))
          .join(', ')}${those.length > 5 ? `, ${those.length - 5} more` : ''})`
      : '';
    return `${show(value)} ${those.length}${named}`;
  });
  const more = sorted.length > text.length ? ` and ${sorted.length - text.length} more` : '';
  return [`${title}: ${text.join(', ')}${more}.`];
}

const shownPerCode = 3;

/** The warnings of a change for the person who approves it: of each kind at most three, and how many more there are. */
export function warningLines({ warnings }: Pick<Change, 'warnings'>): string[] {
  const kinds = Map.groupBy(warnings, ({ code }) => code);
  return [...kinds].flatMap(([code, those]) => {
    const more = those.length - shownPerCode;
    return [
      ...those.slice(0, shownPerCode).map(({ text }) => `Warning: ${text}.`),
      ...(more > 0 ? [`And ${more} more warning${more === 1 ? '' : 's'} of this kind (${code}): get_change lists them.`] : []),
    ];
  });
}

/** A waiting change in four lines. */
export function formatWaiting(change: Change, now: number): string {
  return [
    `${change.id}${change.irreversible ? '  CANNOT BE UNDONE' : ''}${change.sandbox ? '  (sandbox)' : ''}`,
    `  ${sanitize(change.summary, 300)}`,
    `  rule ${sanitize(change.decision?.rule ?? '', 80)}; requested by ${sanitize(change.caller, 60)}, ${relative(change.created, now)}`,
    `  ${approvalProgress(change, now)}; expires ${relative(change.expires, now)}`,
  ].join('\n');
}

const shownTargets = 50;

/** The whole plan. At most 50 targets are listed. */
export function formatPlan(change: Change, now: number): string {
  const { targets } = change;
  return [
    formatWaiting(change, now),
    '',
    ...(change.does ? [`More     ${oneLine(change.does)}`] : []),
    ...(change.alsoSets ?? []).map((field) => `Also sets ${oneLine(field)}`),
    ...(change.inFull ?? []).map((field) => `In full  ${oneLine(field)}`),
    `Effects  ${change.effects.join(', ')}`,
    `Cost     ${sanitize(change.cost, 200)}`,
    `Undo     ${change.irreversible ? 'none: it cannot be undone' : sanitize(change.undo ?? 'not through this server', 200)}`,
    `Touches  ${describeBlastRadius(change)}`,
    ...(change.settles ? [`Takes    ${sanitize(change.settles, 200)}`] : []),
    ...targets.slice(0, shownTargets).map(targetText),
    ...(targets.length > shownTargets ? [`- and ${targets.length - shownTargets} more`] : []),
    ...change.warnings.map(({ text }) => `Warning: ${sanitize(text, 400)}`),
    ...change.doubts.map((doubt) => `Not certain: ${sanitize(doubt, 400)}`),
  ].join('\n');
}

/** A text of the plan in one line, however long: nothing of it is left out. */
const oneLine = (text: string): string => sanitize(text, Number.POSITIVE_INFINITY);

/** A target with its state, and all that becomes of it, also what it does not have now. */
function targetText({ device, label, before, becomes = {}, after = becomes, outcome }: Target): string {
  const facts = [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => {
    const [was, next] = [before[name], after[name]];
    const then = next === undefined || next === was ? '' : ` -> ${exactValue(next)}`;
    return `${sanitize(name, 40)}${was === undefined ? '' : ` ${quoteUntrusted(was)}`}${then}`;
  });
  const name = label === device ? '' : ` ${quoteUntrusted(label, 80)}`;
  return `- ${targetName(device)}${name}${outcome === 'planned' ? '' : ` (${outcome})`}: ${facts.join(', ') || 'no state read'}`;
}
