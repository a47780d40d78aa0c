import { fence } from '../text/fence.ts';
import type { Picture } from './planner.ts';

const cap = 300;

/** The sentence a person judges: identifiers and counts first, connection, effect, cost, undoable or not. At most 300 characters. */
export function sentence(picture: Picture<unknown>, connection: string): string {
  const changing = picture.targets.filter((target) => target.verdict === 'change');
  const unchanged = picture.targets.filter((target) => target.verdict === 'unchanged').length;
  const shown = changing.slice(0, changing.length > 3 ? 2 : 3).map((target) => target.device);
  const rest = changing.length - shown.length;
  const ids = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const count = `${changing.length} ${picture.noun}${changing.length === 1 ? '' : 's'}`;
  const left = unchanged > 0 ? ` ${unchanged} already so, left out.` : '';
  const cost = picture.effects.includes('billing') ? ` ${picture.cost ?? 'Cost unknown'}.` : '';
  const undo = picture.undo ? ` Undo: ${picture.undo}.` : ' Cannot be undone.';
  const head = `${ids} (${count}) on ${connection}: ${picture.effect}`;
  // What it costs and whether it can be undone is never cut off.
  const tail = `.${left}${cost}${undo}`;
  return fence(head, cap - tail.length) + tail;
}

/** One normal form for comparing what a person confirmed: NFC, single spaces, straight quotes; case counts. */
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
