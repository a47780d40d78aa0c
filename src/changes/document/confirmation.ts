import type { Change } from '../../store/change.ts';

const digestLength = 8;

/** What a person repeats to apply a plan in the two-step: the headline, and a short digest of everything else that the plan holds. */
export function confirmationOf({ summary, seal }: Pick<Change, 'summary' | 'seal'>): string {
  return `${summary} [${seal.replace(/[^A-Za-z0-9]/g, '').slice(0, digestLength)}]`;
}

/** Whether a confirmed text equals the shown one after NFC, single spaces and straight quotes. Case-sensitive. */
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

/** The fields that the headline does not mention, as a sentence; undefined where there are none. */
export function alsoSetsSentence({ alsoSets = [] }: Pick<Change, 'alsoSets'>): string | undefined {
  return alsoSets.length === 0 ? undefined : `Also sets ${alsoSets.join(', ')}.`;
}
