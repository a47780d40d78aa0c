import type { Change } from '../store/change.ts';
import { quoteUntrusted, sanitize } from '../text/sanitize.ts';
import type { Plan } from './planner.ts';

const cap = 300;

/** The summary that a person approves: identifiers, count, connection, effect, cost, and how to undo it. At most 300 characters. */
export function summarySentence(plan: Plan<unknown>, connection: string): string {
  const changing = plan.targets.filter((target) => target.verdict === 'change');
  const unchanged = plan.targets.filter((target) => target.verdict === 'unchanged').length;
  const shown = changing.slice(0, changing.length > 3 ? 2 : 3).map((target) => quoteUntrusted(target.device, 40));
  const rest = changing.length - shown.length;
  const ids = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const count = `${changing.length} ${plan.noun}${changing.length === 1 ? '' : 's'}`;
  const leftOut = unchanged > 0 ? ` ${unchanged} already in this state, left out.` : '';
  const cost = plan.effects.includes('billing') ? ` ${plan.cost ?? 'Cost unknown'}.` : '';
  const undo = plan.undo ? ` Undo: ${plan.undo}.` : ' Cannot be undone.';
  const head = `${ids} (${count}) on ${connection}: ${plan.effect}`;
  // Only the head is truncated: cost and undo must always be shown.
  const tail = `.${leftOut}${cost}${undo}`;
  return sanitize(head, cap - tail.length) + tail;
}

/** The fields that the summary does not mention, as a sentence; undefined where there are none. */
export function alsoSetsSentence({ alsoSets = [] }: Pick<Change, 'alsoSets'>, cap = Number.POSITIVE_INFINITY): string | undefined {
  if (alsoSets.length === 0) return undefined;
  const shown = alsoSets.slice(0, cap);
  const more = alsoSets.length > shown.length ? ` and ${alsoSets.length - shown.length} more` : '';
  return `Also sets ${shown.join(', ')}${more}.`;
}

/** What a person repeats to apply a plan in the two-step: the summary, and the fields that it does not mention. */
export function confirmationOf(change: Pick<Change, 'summary' | 'alsoSets'>): string {
  return [change.summary, alsoSetsSentence(change) ?? ''].join(' ').trim();
}

/** Whether a confirmed summary equals the shown one after NFC, single spaces and straight quotes. Case-sensitive. */
export function sameSentence(a: string, b: string): boolean {
  const normal = (text: string): string =>
    text
      .normalize('NFC')
      .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
      .replace(/[\u2018\u2019\u201a]/g, "'")
      .replace(/\s+/g, ' ')
      .trim();
  return normal(a) === normal(b);
}
