/** What a person reads of the targets of a plan: identifier, name, what becomes of each. */
import { exactText, wholeCap } from '../text/exact-text.ts';
import { quoteUntrusted, quoteValue, sanitize, truncate } from '../text/sanitize.ts';

interface Shown {
  device: string;
  before: Readonly<Record<string, string>>;
  becomes?: Readonly<Record<string, string>> | undefined;
}

/** Longest identifier in a headline, characters. */
const nameCap = 40;

/** Whether a headline shows all of an identifier of a target, letter by letter. */
export const isShownTarget = (device: string, cap = nameCap): boolean => {
  const shown = quoteUntrusted(device, cap);
  return shown === device || shown === `"${device}"`;
};

/** An identifier or a value of the caller as a person reads it, whole up to 200 characters. */
export function exactValue(text: string): string {
  const exact = shortText(text);
  return exact ?? `${exactText(truncate(text, nameCap - 1)).slice(0, -1)}…" (${[...text].length} characters)`;
}

/** The whole text; undefined where it is too long for a question. */
function shortText(text: string): string | undefined {
  const plain = quoteValue(text, wholeCap);
  if (plain === text || plain === `"${text}"`) return plain;
  const exact = exactText(text);
  return exact.length <= wholeCap + 2 ? exact : undefined;
}

const isWhole = (text: string): boolean => shortText(text) !== undefined;

/** An identifier of a target: as in the headline where that shows all of it, otherwise letter by letter. */
export const targetName = (device: string): string => (isShownTarget(device) ? quoteUntrusted(device, nameCap) : exactValue(device));

/** `name "Old" -> "New"`: each fact that the change sets, with what it was. */
export function becomesTexts({ before, becomes = {} }: Shown): string[] {
  return Object.entries(becomes).map(([fact, after]) => {
    const was = before[fact];
    return `${sanitize(fact, 40)} ${was === undefined ? '' : `${quoteValue(was)} -> `}${exactValue(after)}`;
  });
}

/** Identifiers and values of targets that are too long for a question, each whole. */
export function wholeTargets(targets: readonly Shown[]): string[] {
  return targets.flatMap(({ device, becomes = {} }) => [
    ...(isWhole(device) ? [] : [`identifier = ${exactText(device)}`]),
    ...Object.entries(becomes).flatMap(([fact, after]) =>
      isWhole(after) ? [] : [`${sanitize(fact, 40)} = ${exactText(after)} (for ${targetName(device)})`],
    ),
  ]);
}
